/** What the types of the package say yes and no to; nothing of it runs. `tsc` reads it here, and again beside the installed package. */
import {
  type CaseRecord,
  type DeviceProfile,
  type DeviceVerbs,
  defineProfile,
  type ExitCode,
  exitCodes,
  type LoadRecord,
  MusterError,
  type OperatorVerbs,
  type RunRecord,
  readRunRecord,
  runDeviceAdapter,
  runOperatorAdapter,
} from 'muster';

export const profile: DeviceProfile = defineProfile({
  device: 'gw',
  profile: 'modern',
  tls: ['1.2', '1.3'],
  renew: 'no',
});
// @ts-expect-error: a device has a name.
defineProfile({ profile: 'modern' });
// @ts-expect-error: there is no such version of TLS.
defineProfile({ device: 'gw', profile: 'modern', tls: ['1.4'] });
// @ts-expect-error: a line that takes one word takes no list.
defineProfile({ device: 'gw', profile: 'modern', renew: ['yes'] });
// @ts-expect-error: nor is there such a line.
defineProfile({ device: 'gw', profile: 'modern', speed: 'high' });

export const verbs: DeviceVerbs = {
  info: async () => ({ name: 'gw', version: '1', capabilities: [] }),
  reset: () => 'done',
  enroll: ({ tlsUrl, password }) => (tlsUrl && password ? 'pending' : { refusedServer: 'why' }),
  status: ({ stateFolder }) => ({ state: 'enrolled', certificate: stateFolder, cacert: '' }),
};
export const running: Promise<never> = runDeviceAdapter(verbs);
// @ts-expect-error: whoever is enrolled holds a certificate.
runDeviceAdapter({ ...verbs, status: () => ({ state: 'enrolled' }) });
// @ts-expect-error: a verb that says nothing is not done.
runDeviceAdapter({ ...verbs, renew: () => undefined });
// @ts-expect-error: without enroll there is nothing to judge.
runDeviceAdapter({ info: verbs.info, reset: verbs.reset, status: verbs.status });

const operator: OperatorVerbs = {
  approve: async ({ deviceName }) => (deviceName === '' ? { refused: 'whom?' } : 'done'),
  configure: (file, { tlsUrl }) => ({ refused: `${tlsUrl}: ${file}` }),
};
export const operating: Promise<never> = runOperatorAdapter(operator);
// @ts-expect-error: an operator is not pending.
runOperatorAdapter({ approve: () => 'pending' });

export async function failures(folder: string): Promise<readonly CaseRecord[]> {
  const { cases, verdict, seed }: RunRecord = await readRunRecord(folder);
  // @ts-expect-error: a record is read, not written.
  cases[0] = undefined;
  const known: number = seed;
  return verdict === 'pass' && known >= 0 ? [] : cases.filter(({ verdict: each }) => each === 'fail');
}
// @ts-expect-error: there is no such verdict.
export const isGreen = (record: RunRecord): boolean => record.verdict === 'green';
export const p95 = ({ steps }: LoadRecord): number | undefined => steps.enroll?.p95Ms;

const stale: 5 = exitCodes.stale;
export const codes: readonly ExitCode[] = [stale, 0, 70];
// @ts-expect-error: no command of muster ends so.
export const none: ExitCode = 6;
export const isCallers = (thrown: unknown): boolean => thrown instanceof MusterError && thrown.fault === 'caller';
