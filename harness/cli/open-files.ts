import { readFile } from 'node:fs/promises';

/** Files that a server has open besides its devices' connections: databases, listeners, people at the console. */
const others = 100;
const listeners = 2;

/**
 * How many connections each listener for devices can hold with the files that this process may open, where the system tells
 * (Linux). A server that runs out of files accepts nobody any more.
 */
export async function connectionsThatFit(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  return connectionsWithin(limits);
}

export function connectionsWithin(limits: string): number {
  const openFiles = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return openFiles === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(2, Math.floor((Number(openFiles) - others) / listeners));
}
