import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Check, fail, ok, type Seen, unknown, warn } from './check.ts';

/** No certificate of a run is of use to a machine that takes it to be earlier than this version of Muster. */
const earliest = new Date('2026-11-01T00:00:00Z');
const latest = new Date('2100-01-01T00:00:00Z');

/** Certificates begin and end by the clock of this machine: a device's or a server's must agree with it. */
export const clockChecks: readonly Check[] = [
  {
    id: 'clock',
    expected: `a time after ${earliest.toISOString().slice(0, 10)}`,
    look: () => clockSeen(new Date()),
  },
  {
    id: 'clock-synchronised',
    expected: 'a clock that follows a time server',
    look: async () => synchronisedSeen(await synchronisation()),
  },
];

export function clockSeen(now: Date): Seen {
  const seen = now.toISOString();
  return now >= earliest && now < latest
    ? ok(seen)
    : fail(seen, 'Set the clock: timedatectl set-ntp true, or chronyd.');
}

/** What the system says of its clock; undefined where nothing tells. */
async function synchronisation(): Promise<string | undefined> {
  const run = promisify(execFile);
  const told = await run('timedatectl', ['show', '--property', 'NTPSynchronized', '--value'], { timeout: 5000 }).catch(
    () => undefined,
  );
  return told?.stdout.trim() || undefined;
}

export function synchronisedSeen(told: string | undefined): Seen {
  if (told === 'yes') return ok('timedatectl says that it does');
  if (told === 'no') return warn('timedatectl says that it does not', 'timedatectl set-ntp true, or run chronyd.');
  return unknown(
    'nothing here tells (no timedatectl, as in a container)',
    'See to the clock of the host; --target compares this one with that of the server.',
  );
}
