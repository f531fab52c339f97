import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProfileId } from '#protocol/pki/profiles.ts';
import { DeviceBench } from '../bench/device-bench.ts';
import { WatchedDevice } from '../case/conduct.ts';
import { Judge } from '../case/judge.ts';
import { Recorder } from '../evidence/recorder.ts';
import { builtInPlan, type Plan } from '../runner/plan.ts';
import { adapterAt } from '../subject/adapter-address.ts';
import { AdapterDevice, type DeviceAdapter } from '../subject/adapter-device.ts';
import type { DeviceUnderTest } from '../subject/device.ts';
import { adapterCheck, adapterChecks, promptChecks, waitingChecks } from './adapter-checks.ts';
import { type Check, examine, type Finding } from './check.ts';
import type { Network } from './network-checks.ts';

/** Lets a device live through one enrollment with an honest server, and tells how its adapter does. */
export async function visitAdapter(
  address: string,
  timeoutSeconds: number,
  network: Network,
  profile: ProfileId,
): Promise<readonly Finding[]> {
  let adapter: DeviceAdapter | undefined;
  const [found] = await examine([adapterCheck(address, () => (adapter = adapterAt(address, timeoutSeconds)))]);
  if (!found || !adapter) return found ? [found] : [];
  const workspace = await mkdtemp(join(tmpdir(), 'muster-doctor-'));
  try {
    const { listen, name, http = 0, tls = 0 } = network;
    const device = { kind: 'adapter', path: address, timeoutSeconds } as const;
    const plan = { ...builtInPlan(1), profile, workspace, device, network: { listen, name, http, tls } };
    const under = new AdapterDevice(adapter);
    return [found, ...(await livesOf(under, plan, adapterChecks(adapter, under)))];
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Twice through an enrollment: one server issues at once, the other has an administrator. */
export async function livesOf(
  device: DeviceUnderTest,
  plan: Plan,
  first: readonly Check[],
): Promise<readonly Finding[]> {
  const info = await examine(first);
  const capabilities = info.every(({ grade }) => grade !== 'fail') ? (await device.info()).capabilities : [];
  const prompt = await meeting(device, plan, 'auto', (bench) =>
    examine(promptChecks(bench, capabilities.includes('calls')), info),
  );
  const waiting = await meeting(device, plan, 'manual', (bench) => examine(waitingChecks(bench), prompt));
  return [...info, ...prompt, ...waiting];
}

async function meeting<T>(
  device: DeviceUnderTest,
  plan: Plan,
  approval: 'auto' | 'manual',
  work: (bench: DeviceBench) => Promise<T>,
): Promise<T> {
  const judge = new Judge();
  const recorder = new Recorder();
  const watched = new WatchedDevice(device, judge);
  const parts = { device: watched, plan, caseId: 'doctor', fixes: {}, recorder, judge, asksForCertificate: true };
  const bench = await DeviceBench.open(parts, { approval });
  try {
    return await work(bench);
  } finally {
    await bench.close();
  }
}
