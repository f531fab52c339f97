import { stripVTControlCharacters } from 'node:util';
import { MusterError } from '#protocol/errors.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { findPersona } from '#simulators/gateway/personas.ts';
import { DeviceBench } from '../bench/device-bench.ts';
import type { DevicePlan } from '../runner/plan.ts';
import { adapterAt } from '../subject/adapter-address.ts';
import { AdapterDevice } from '../subject/adapter-device.ts';
import { BuiltInDevice } from '../subject/built-in-device.ts';
import type { DeviceUnderTest } from '../subject/device.ts';
import { UnattendedDevice } from '../subject/unattended-device.ts';
import { test as caseTest } from './case-test.ts';
import { Conduct, WatchedDevice } from './conduct.ts';

/** A case that judges a device: `bench` is the place where it meets an honest or a hostile clearinghouse. */
export const test = caseTest.extend<{ readonly clearinghouse: Partial<ServerOptions>; readonly bench: DeviceBench }>({
  /** What differs from an honest server that issues at once; `test.use({ clearinghouse: { approval: 'manual' } })`. */
  clearinghouse: [{}, { option: true }],
  bench: async ({ plan, details, recorder, judge, mutant, clearinghouse }, use, testInfo) => {
    const devicePlan = mutant ? ({ kind: 'built-in', persona: mutant } as const) : plan.device;
    const conduct = devicePlan?.kind === 'built-in' ? undefined : new Conduct(plan.workspace);
    if (conduct?.stopped) judge.broken(conduct.stopped);
    const device = new WatchedDevice(deviceUnderTest(devicePlan), judge);
    const bench = await DeviceBench.open({ device, plan, caseId: details.id, recorder, judge }, clearinghouse);
    await use(bench);
    await bench.close();
    const { verdict, reason } = judge.conclude(testInfo.errors[0]?.message);
    if (device.answered) conduct?.answered();
    else if (verdict === 'error') conduct?.red(details.id, stripVTControlCharacters(recorder.redaction.text(reason)));
  },
});

/** @throws MusterError when the plan names no device, or one that does not exist */
export function deviceUnderTest(plan: DevicePlan | undefined): DeviceUnderTest {
  if (!plan) throw new MusterError('settings-invalid', 'This run has no device under test.');
  if (plan.kind === 'adapter') return new AdapterDevice(adapterAt(plan.path, plan.timeoutSeconds));
  if (plan.kind === 'unattended') return new UnattendedDevice();
  const persona = findPersona(plan.persona);
  if (!persona) throw new MusterError('not-found', `No simulated gateway has the persona "${plan.persona}".`);
  return new BuiltInDevice(persona);
}
