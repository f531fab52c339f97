import { constants } from 'node:fs';
import { access, mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { messageOf } from '#protocol/errors.ts';
import { isThere } from '#protocol/text-file.ts';
import { type Check, fail, ok, type Seen, unknown, warn } from './check.ts';

const mebibyte = 1024 ** 2;
/** The major version of Node that every test of Muster runs on. */
const testedNode = 24;

/** What the machine itself must be. `out`: the folder of the reports. */
export function machineChecks(out: string): readonly Check[] {
  return [
    {
      id: 'node',
      expected: `Node ${testedNode}, on which Muster is tested`,
      look: () => nodeSeen(process.versions.node, process.versions.openssl),
    },
    { id: 'cores', expected: '2 cores or more', look: () => coresSeen(availableParallelism()) },
    {
      id: 'memory',
      expected: '1 GiB of memory that is free',
      look: () => memorySeen(process.availableMemory() / mebibyte),
    },
    {
      id: 'temporary-space',
      expected: '500 MiB free where temporary files go',
      look: () => temporarySpaceSeen(tmpdir()),
    },
    {
      id: 'open-files',
      expected: '4096 open files or more for one process',
      look: async () => openFilesSeen(await readFile('/proc/self/limits', 'utf8').catch(() => '')),
    },
    { id: 'out', expected: 'a folder for the reports that can be written', look: () => outSeen(out) },
  ];
}

export function nodeSeen(node: string, openssl: string): Seen {
  const seen = `Node ${node}, OpenSSL ${openssl}`;
  if (Number(node.split('.')[0]) === testedNode) return ok(seen);
  return warn(seen, `Install Node ${testedNode} (https://nodejs.org) where something is odd with this one.`);
}

export function coresSeen(cores: number): Seen {
  return cores >= 2
    ? ok(`${cores}`)
    : warn(`${cores}`, 'Give it a second core, or longer time-outs: cases measure time.');
}

/** In MiB. */
export function memorySeen(free: number): Seen {
  const seen = `${Math.floor(free)} MiB`;
  if (free >= 1024) return ok(seen);
  const mend = 'End other programs, or give the machine or the container more memory.';
  return free >= 256 ? warn(seen, mend) : fail(seen, mend);
}

export async function temporarySpaceSeen(folder: string): Promise<Seen> {
  const mend = 'Free some space there, or name another folder in TMPDIR.';
  try {
    await rm(await mkdtemp(join(folder, 'muster-doctor-')), { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    const free = Math.floor((bavail * bsize) / mebibyte);
    const seen = `${free} MiB in ${folder}`;
    if (free >= 500) return ok(seen);
    return free >= 50 ? warn(seen, mend) : fail(seen, mend);
  } catch (cause) {
    return fail(messageOf(cause), mend);
  }
}

/** `limits`: the text of /proc/self/limits; empty where there is none. */
export function openFilesSeen(limits: string): Seen {
  const limit = /^Max open files +(\d+|unlimited)/m.exec(limits)?.[1];
  if (limit === undefined) return unknown('this system does not tell', 'See what "ulimit -n" says.');
  const most = limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
  if (most >= 4096) return ok(limit);
  const mend = 'Raise it before you start muster: ulimit -n 65536; LimitNOFILE=65536 in a systemd unit.';
  return most >= 256
    ? warn(limit, `${mend} A server or a fleet holds fewer connections until then.`)
    : fail(limit, mend);
}

/** It need not be there yet, but then the nearest folder above it must be writable. */
export async function outSeen(out: string): Promise<Seen> {
  let folder = resolve(out);
  while (!(await isThere(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK);
    await rm(await mkdtemp(join(folder, '.muster-doctor-')), { recursive: true });
    return ok(folder === resolve(out) ? folder : `${resolve(out)}, not there yet`);
  } catch (cause) {
    return fail(messageOf(cause), 'Name a folder that you may write with --out.');
  }
}
