import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterInFolder } from '#harness/cli/spawned-muster.ts';
import { type Attack, type AttackSize, attack } from './attack.ts';
import { HonestDevice } from './honest-device.ts';

/** One enrollment that takes longer is a failure. */
const mostMs = 5000;

export interface Siege {
  readonly summary: string;
  readonly failures: readonly string[];
  /** By way of attack: connections that were open at once. */
  readonly mostConnected: readonly number[];
}

/** A server of its own, attacked in these ways at once, and a device that enrolls all the while. */
export async function besides(
  kinds: readonly Attack[],
  transport: 'cleartext' | 'TLS',
  size: AttackSize,
): Promise<Siege> {
  const muster = await MusterInFolder.create();
  try {
    const server = await muster.serve(['--data', 'server']);
    const { httpUrl, tlsUrl } = server.needs;
    const device = await HonestDevice.create(server.needs, muster.folder);
    const over = Promise.all(
      kinds.map((kind) => attack(transport === 'TLS' ? tlsUrl : httpUrl, kind, size, muster.folder)),
    );
    await device.enrollUntil(over);
    const took = device.tookMs.toSorted((a, b) => a - b);
    const late = took.filter((ms) => ms > mostMs).map((ms) => `an enrollment took ${Math.round(ms)} ms`);
    const failures = [...device.failures, ...late, ...(took.length === 0 ? ['no enrollment ended'] : [])];
    const used = await usedBy(server.pid);
    await server.stop('SIGTERM');
    const seen = await over;
    const times = `median ${ms(took[Math.floor(took.length / 2)])}, longest ${ms(took.at(-1))}`;
    const connections = seen.map(
      ({ mostConnected, closed }) => `${mostConnected} open at most, ${closed} closed by it`,
    );
    const summary =
      `${kinds.map(({ name }) => name).join(', ')} over ${transport}: ${took.length} enrollments, ${failures.length} failures; ` +
      `${times}; the server used ${used}; connections: ${connections.join('; ')}`;
    return { summary, failures, mostConnected: seen.map(({ mostConnected }) => mostConnected) };
  } finally {
    await muster.remove();
  }
}

function ms(value: number | undefined): string {
  return value === undefined ? 'none' : `${Math.round(value)} ms`;
}

/** The most memory that a process had, and its time on the processor, where the system tells (Linux). */
async function usedBy(pid: number): Promise<string> {
  const of = (file: string) => readFile(join('/proc', String(pid), file), 'utf8').catch(() => '');
  const kibibytes = /VmHWM:\s+(\d+)/.exec(await of('status'))?.[1];
  // Fields 14 and 15, after a name that may hold blanks (proc(5)), in hundredths of a second.
  const [user = 0, system = 0] = (await of('stat')).split(') ').at(-1)?.split(' ').slice(11, 13).map(Number) ?? [];
  return `${Math.round(Number(kibibytes) / 1024)} MiB at most, ${(user + system) / 100} s of a processor`;
}
