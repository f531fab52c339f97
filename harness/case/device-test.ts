import { MusterError } from '#protocol/errors.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { findPersona } from '#simulators/gateway/personas.ts';
import { DeviceBench } from '../bench/device-bench.ts';
import type { DevicePlan } from '../runner/plan.ts';
import { Adapter } from '../subject/adapter.ts';
import { AdapterDevice } from '../subject/adapter-device.ts';
import { BuiltInDevice } from '../subject/built-in-device.ts';
import type { DeviceUnderTest } from '../subject/device.ts';
import { test as caseTest } from './case-test.ts';

/** A case that judges a device: `bench` is the place where it meets an honest or a hostile clearinghouse. */
export const test = caseTest.extend<{ readonly clearinghouse: Partial<ServerOptions>; readonly bench: DeviceBench }>({
  /** What differs from an honest server that issues at once; `test.use({ clearinghouse: { approval: 'manual' } })`. */
  clearinghouse: [{}, { option: true }],
  bench: async ({ plan, details, recorder, judge, mutant, clearinghouse }, use) => {
    const device = deviceUnderTest(mutant ? { kind: 'built-in', persona: mutant } : plan.device);
    const bench = await DeviceBench.open({ device, plan, caseId: details.id, recorder, judge }, clearinghouse);
    await use(bench);
    await bench.close();
  },
});

/** @throws MusterError when the plan names no device, or one that does not exist */
export function deviceUnderTest(plan: DevicePlan | undefined): DeviceUnderTest {
  if (!plan) throw new MusterError('settings-invalid', 'This run has no device under test.');
  if (plan.kind === 'adapter') return new AdapterDevice(new Adapter(plan.path, plan.timeoutSeconds));
  const persona = findPersona(plan.persona);
  if (!persona) throw new MusterError('not-found', `No simulated gateway has the persona "${plan.persona}".`);
  return new BuiltInDevice(persona);
}
