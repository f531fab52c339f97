import { stripVTControlCharacters } from 'node:util';
import type { ServerOptions } from '#reference-server/settings.ts';
import { DeviceBench } from '../bench/device-bench.ts';
import { excludedBy } from '../profile/statement.ts';
import { readPlan } from '../runner/plan.ts';
import type { Pace } from '../subject/device.ts';
import { deviceUnderTest } from '../subject/under-test.ts';
import { test as caseTest } from './case-test.ts';
import { Conduct, WatchedDevice } from './conduct.ts';
import { againstMutants } from './mutants.ts';

const deviceTest = caseTest.extend<{
  readonly clearinghouse: Partial<ServerOptions>;
  readonly pace: Partial<Pace>;
  readonly asksForCertificate: boolean;
  readonly bench: DeviceBench;
}>({
  /** What differs from an honest server that issues at once; `test.use({ clearinghouse: { approval: 'manual' } })`. */
  clearinghouse: [{}, { option: true }],
  /** What differs from the usual pace of the built-in gateway; any other device has its own. */
  pace: [{}, { option: true }],
  /** Does TLS ask the device for its certificate? It need not show any. */
  asksForCertificate: [false, { option: true }],
  bench: async ({ run, clearinghouse, pace, asksForCertificate }, use, testInfo) => {
    const { plan, details, recorder, judge, mutant } = run;
    const devicePlan = mutant ? ({ kind: 'built-in', persona: mutant } as const) : plan.device;
    const conduct = devicePlan?.kind === 'built-in' ? undefined : new Conduct(plan.workspace);
    const excluded = excludedBy(plan.statement, details.assumes);
    if (excluded) judge.notApplicable(excluded.reason, excluded.profileLine);
    if (conduct?.stopped) judge.broken(conduct.stopped);
    // Side by side, each case has a device of its own.
    const device = new WatchedDevice(
      await deviceUnderTest(devicePlan, pace),
      judge,
      plan.workers === 1 ? conduct : undefined,
    );
    const { id: caseId, fixes = {} } = details;
    const parts = { device, plan, caseId, fixes, recorder, judge, asksForCertificate };
    const bench = await DeviceBench.open(parts, clearinghouse);
    await use(bench);
    await bench.close();
    const { verdict, reason } = judge.conclude(testInfo.errors[0]?.message);
    if (device.answered) conduct?.answered();
    else if (verdict === 'error') conduct?.red(details.id, stripVTControlCharacters(recorder.redaction.text(reason)));
  },
});

/** A case that judges a device: `bench` is the place where it meets an honest or a hostile clearinghouse. */
export const test = againstMutants(deviceTest, readPlan().mutation);
