import { FileRefused, type ServerNeeds } from '../subject/server.ts';
import type { ServerBench } from './server-bench.ts';

/** The server must not start with this file, and must say why: its message names the file, and all of this. */
export async function expectStartRefused(
  bench: ServerBench,
  needs: Partial<ServerNeeds> & { readonly configuration: string },
  named: readonly string[],
): Promise<void> {
  bench.recorder.output('Configuration file', needs.configuration);
  try {
    await bench.deploy(needs);
  } catch (thrown) {
    if (!(thrown instanceof FileRefused)) throw thrown;
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
  try {
    await bench.administrator.reload(configuration);
  } catch (thrown) {
    if (!(thrown instanceof FileRefused)) throw thrown;
    return expectNamed(bench, 'on reload', thrown.message, named);
  }
  bench.judge.violation('The server took a configuration file that has errors when it was told to reload.');
}

async function expectNamed(
  bench: ServerBench,
  when: string,
  message: string,
  things: readonly string[],
): Promise<void> {
  bench.recorder.output(`The server’s words ${when}`, message);
  const named = [await bench.configurationFile(), ...things];
  const missing = named.filter((name) => !message.toLowerCase().includes(name.toLowerCase()));
  bench.judge.require(
    missing.length === 0,
    `the error ${when} names ${named.map((name) => `“${name}”`).join(', ')}`,
    missing.length === 0 ? message.split('\n').join(' | ') : `${missing.join(', ')} missing in: ${message}`,
  );
}
