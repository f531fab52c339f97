import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

/** Runs slowhttptest to its end. @returns what it said last of its connections. @throws Error when it did not attack */
export async function attack(url: string, { options }: Attack, size: AttackSize): Promise<string> {
  const { connections, perSecond, seconds } = size;
  const words = ['-c', connections, '-r', perSecond, '-l', seconds, '-p', 5, '-u', url].map(String);
  const child = spawn('slowhttptest', [...options, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  const text = stripVTControlCharacters(said);
  const [last] = text.split('slow HTTP test status').slice(1).toReversed();
  const numbers = ['connected', 'error', 'closed', 'service available'].map((name) => {
    return `${name} ${new RegExp(`${name}:\\s+(\\S+)`).exec(last ?? '')?.[1] ?? '?'}`;
  });
  if (last === undefined) throw new Error(`slowhttptest did not attack:\n${text.trim()}`);
  return numbers.join(', ');
}
