import { runMuster } from './command-line.ts';
import type { Ended } from './spawned-muster.ts';

// For tests: several command lines in one process, one after the other. MUSTER_LINES has them as JSON; what each said, and
// the exit code that it set, go to the parent.
const streams = ['stdout', 'stderr'] as const;
const ends: Ended[] = [];
const written = streams.map((name) => process[name].write);
process.setMaxListeners(0);
process.stdout.setMaxListeners(0);
for (const words of JSON.parse(process.env.MUSTER_LINES ?? '[]') as readonly (readonly string[])[]) {
  const said = { stdout: '', stderr: '' };
  for (const name of streams) {
    process[name].write = (chunk: string | Uint8Array) => {
      said[name] += Buffer.from(chunk).toString('utf8');
      return true;
    };
  }
  process.exitCode = undefined;
  await runMuster(words);
  ends.push({ code: Number(process.exitCode ?? 0), ...said });
}
for (const [index, name] of streams.entries()) process[name].write = written[index] ?? process[name].write;
process.exitCode = 0;
process.send?.(ends);
