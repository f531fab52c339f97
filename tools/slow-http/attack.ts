import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** One way in which slowhttptest keeps connections busy with nothing. */
export interface Attack {
  readonly name: string;
  readonly options: readonly string[];
}

export const attacks: readonly Attack[] = [
  { name: 'slow headers', options: ['-H', '-i', '2', '-t', 'POST'] },
  { name: 'slow body', options: ['-B', '-i', '2', '-s', '60000', '-t', 'POST', '-f', 'text/html'] },
  // The same request ten times on each connection, whose answers are read five bytes a second through a small window.
  { name: 'slow read', options: ['-X', '-w', '10', '-y', '20', '-n', '1', '-z', '5', '-k', '10', '-t', 'POST'] },
];

export interface AttackSize {
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** What slowhttptest saw of its connections, second by second. */
export interface AttackSeen {
  readonly mostConnected: number;
  /** By the server, at the end. */
  readonly closed: number;
}

/** Runs slowhttptest to its end. `folder`: where it may write. @throws Error when it did not attack */
export async function attack(url: string, { options }: Attack, size: AttackSize, folder: string): Promise<AttackSeen> {
  const { connections, perSecond, seconds } = size;
  const figures = join(folder, `figures-${options[0]}`);
  const words = ['-c', connections, '-r', perSecond, '-l', seconds, '-p', 5, '-g', '-o', figures, '-u', url].map(
    String,
  );
  const child = spawn('slowhttptest', [...options, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  const table = await readFile(`${figures}.csv`, 'utf8').catch(() => '');
  const rows = table
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  if (rows.length === 0) throw new Error(`slowhttptest did not attack:\n${stripVTControlCharacters(said).trim()}`);
  const [, closed = 0] = rows.at(-1) ?? [];
  return { mostConnected: Math.max(...rows.map(([, , , connected = 0]) => connected)), closed };
}
