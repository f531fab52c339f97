import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profiles } from '#protocol/pki/profiles.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { ConfigurationKeeper } from '#reference-server/configuration/configuration-keeper.ts';
import { SealedCrypto } from '#reference-server/configuration/crypto-source.ts';
import { FilePlace } from '#reference-server/configuration/file-place.ts';

const rounds = 9;
const muster = join(import.meta.dirname, '../harness/cli/muster.mjs');

/** What a file of so many devices, as many routes and as many accounts costs a server in use, in milliseconds. */
export interface TimesInUse {
  /** From the start of `muster serve` to the words for a device: with no device, at the first start, and at a later one. */
  readonly startEmpty: number;
  readonly startFirst: number;
  readonly start: number;
  /** Writing the same bytes to the disk, and no more. */
  readonly floor: number;
  /** One device disabled: written, with a backup, and in force. */
  readonly change: number;
  /** One device marked, and a thousand. */
  readonly mark: number;
  readonly marks: number;
  /** The same change by a person, once it has been noticed: read, judged, and in force. */
  readonly reload: number;
}

export async function measureInUse(text: string, devices: readonly string[]): Promise<TimesInUse> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  try {
    const [configuration, accounts] = [join(folder, 'muster.conf'), join(folder, 'accounts')];
    await writeFile(configuration, text);
    const hash = await hashPassword('bench', 2);
    await writeFile(accounts, devices.map((name, number) => `account 1 ${number} ${name} bench ${hash}\n`).join(''));
    await writeFile(join(folder, 'empty.conf'), 'enroll enabled\n');
    await writeFile(join(folder, 'none'), '');
    const empty = ['--config', join(folder, 'empty.conf'), '--accounts', join(folder, 'none')];
    const full = ['--config', configuration, '--accounts', accounts];
    await startOf(folder, empty);
    const starts = {
      startEmpty: await startOf(folder, empty),
      startFirst: await startOf(folder, full),
      start: await startOf(folder, full),
    };
    return { ...starts, ...(await changesOf(configuration, accounts, devices)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function startOf(folder: string, words: readonly string[]): Promise<number> {
  const begun = performance.now();
  const ports = ['--http', '0', '--tls', '0', '--console', '0', '--json'];
  const child = spawn(process.execPath, [muster, 'serve', '--data', join(folder, 'data'), ...ports, ...words], {
    env: { ...process.env, MUSTER_PASSPHRASE: 'bench' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  const ms = performance.now() - begun;
  if (child.exitCode !== null) throw new Error(`muster serve ended with ${child.exitCode}`);
  child.stdout.resume();
  child.kill('SIGTERM');
  await closed;
  return ms;
}

async function changesOf(configuration: string, accounts: string, devices: readonly string[]) {
  const place = new FilePlace(configuration, accounts);
  const keeper = await ConfigurationKeeper.open({ place, crypto: new SealedCrypto('bench', profiles.modern) });
  const [first = '', second = ''] = devices;
  const bytes = await readFile(configuration);
  let on = true;
  const changing = {
    floor: () => writeFile(`${configuration}.floor`, bytes, { flush: true }),
    change: () => {
      on = !on;
      return keeper.setDeviceEnabled(first, on, 'bench');
    },
    mark: () => {
      keeper.setEnrolled(second, !keeper.current.devices.get(second)?.enrolled);
      return keeper.flush();
    },
    marks: () => {
      for (const name of devices.slice(2, 1002)) keeper.setEnrolled(name, !keeper.current.devices.get(name)?.enrolled);
      return keeper.flush();
    },
  };
  const times = { floor: 0, change: 0, mark: 0, marks: 0, reload: 0 };
  for (const [name, work] of Object.entries(changing)) {
    times[name as keyof typeof changing] = await medianOf(async () => timed(work));
  }
  times.reload = await medianOf(async (round) => {
    const line = new RegExp(`^(device ${devices[1100 + round]} .*) enabled`, 'm');
    await writeFile(configuration, keeper.text.replace(line, '$1 disabled'));
    return timed(() => keeper.reload());
  });
  await keeper.close();
  return times;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function medianOf(measure: (round: number) => Promise<number>): Promise<number> {
  const seen: number[] = [];
  for (let round = 0; round < rounds; round++) seen.push(await measure(round));
  return seen.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}
