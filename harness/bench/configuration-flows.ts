import { messageOf } from '#protocol/errors.ts';
import { type ServerNeeds, StartRefused } from '../subject/server.ts';
import type { ServerBench } from './server-bench.ts';

/** The server must not start with this file, and must say why: its message names all of this. */
export async function expectStartRefused(
  bench: ServerBench,
  needs: Partial<ServerNeeds> & { readonly configuration: string },
  named: readonly string[],
): Promise<void> {
  bench.recorder.output('Configuration file', needs.configuration);
  try {
    await bench.deploy(needs);
  } catch (thrown) {
    if (!(thrown instanceof StartRefused)) throw thrown;
    return expectNamed(bench, 'at start', thrown.message, named);
  }
  bench.judge.violation('The server started with a configuration file that has errors.');
}

/** The running server must not take this file, and must say why. */
export async function expectReloadRefused(
  bench: ServerBench,
  configuration: string,
  named: readonly string[],
): Promise<void> {
  bench.recorder.arrow('operator', 'server', 'reload of a file with errors');
  const refusal = await reloadOf(bench)(configuration).then(() => undefined, messageOf);
  if (refusal === undefined)
    return bench.judge.violation('The server took a configuration file that has errors when it was told to reload.');
  expectNamed(bench, 'on reload', refusal, named);
}

export function reloadOf(bench: ServerBench): (configuration: string) => Promise<void> {
  const { reload } = bench.deployment;
  if (!reload) return bench.judge.notApplicable('This server’s configuration file cannot be set.');
  return reload;
}

function expectNamed(bench: ServerBench, when: string, message: string, named: readonly string[]): void {
  bench.recorder.output(`The server’s words ${when}`, message);
  const missing = named.filter((name) => !message.toLowerCase().includes(name.toLowerCase()));
  bench.judge.require(
    missing.length === 0,
    `the error ${when} names ${named.map((name) => `“${name}”`).join(', ')}`,
    missing.length === 0 ? message.split('\n').join(' | ') : `${missing.join(', ')} missing in: ${message}`,
  );
}
