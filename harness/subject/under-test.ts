import { MusterError } from '#protocol/errors.ts';
import { honest } from '#reference-server/flaw.ts';
import { flaws } from '#reference-server/flaws.ts';
import { findPersona } from '#simulators/gateway/personas.ts';
import type { DevicePlan, Plan } from '../runner/plan.ts';
import { BuiltInDevice } from './built-in-device.ts';
import { BuiltInServer } from './built-in-server.ts';
import type { DeviceUnderTest, Pace } from './device.ts';
import type { ServerUnderTest } from './server.ts';

const operatorTimeoutSeconds = 30;

// What drives subjects elsewhere is loaded where one is: most runs, and every mutant, meet a built-in one.

/** @throws MusterError when the plan names no device, or one that does not exist */
export async function deviceUnderTest(
  plan: DevicePlan | undefined,
  pace: Partial<Pace> = {},
): Promise<DeviceUnderTest> {
  if (!plan) throw new MusterError('settings-invalid', 'This run has no device under test.');
  if (plan.kind === 'adapter') {
    const [{ AdapterDevice }, { adapterAt }] = await Promise.all([
      import('./adapter-device.ts'),
      import('./adapter-address.ts'),
    ]);
    return new AdapterDevice(adapterAt(plan.path, plan.timeoutSeconds));
  }
  if (plan.kind === 'unattended') {
    const { UnattendedDevice } = await import('./unattended-device.ts');
    return new UnattendedDevice();
  }
  const persona = findPersona(plan.persona);
  if (!persona) throw new MusterError('not-found', `No simulated gateway has the persona "${plan.persona}".`);
  return new BuiltInDevice(persona, pace);
}

/** @throws MusterError when the plan names no server, or a flaw that does not exist */
export async function serverUnderTest(
  plan: Pick<Plan, 'profile' | 'server'>,
  mutant: string | undefined,
): Promise<ServerUnderTest> {
  const server = mutant === undefined ? plan.server : ({ kind: 'built-in', flaw: mutant } as const);
  if (!server) throw new MusterError('settings-invalid', 'This run has no server under test.');
  if (server.kind === 'target') {
    const { operatorPath, tlsUrl } = server;
    const [{ TargetServer }, { TargetOperator }, { Adapter }] = await Promise.all([
      import('./target-server.ts'),
      import('./target-operator.ts'),
      import('./adapter.ts'),
    ]);
    const operator = operatorPath && new TargetOperator(new Adapter(operatorPath, operatorTimeoutSeconds), tlsUrl);
    return new TargetServer(server, operator || undefined);
  }
  const flaw = [honest, ...flaws].find(({ id }) => id === server.flaw);
  if (!flaw) throw new MusterError('not-found', `No reference server has the flaw "${server.flaw}".`);
  return new BuiltInServer(plan.profile, flaw);
}
