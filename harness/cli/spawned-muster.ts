import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceNeeds } from './device-needs.ts';

/** What one muster said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningMuster {
  readonly pid: number;
  log(): string;
  /** Waits until the log holds the text. */
  until(text: RegExp): Promise<void>;
  /** Sends the signal, and waits until the log holds the text. */
  signalUntil(signal: NodeJS.Signals, text: RegExp): Promise<void>;
  stop(signal: NodeJS.Signals): Promise<Ended>;
  /** Resolves when it has ended by itself. */
  ended(): Promise<Ended>;
}

export interface RunningServer extends RunningMuster {
  readonly needs: DeviceNeeds;
}

const script = join(import.meta.dirname, 'muster.mjs');
/** A machine that runs every test at once is slow. */
const patienceMs = 40_000;

/** For tests: muster as a user runs it, in a folder of its own. Everything that it ever printed is kept. */
export class MusterInFolder {
  readonly folder: string;
  readonly printed: string[] = [];
  readonly #running = new Set<ChildProcess>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<MusterInFolder> {
    return new MusterInFolder(await mkdtemp(join(tmpdir(), 'muster-cli-')));
  }

  async run(words: readonly string[], environment: Readonly<Record<string, string>> = {}, input = ''): Promise<Ended> {
    const { child, said } = this.#spawn(words, environment);
    child.stdin?.end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  }

  /** Command lines that need no process of their own, one after the other in one. */
  async runEach(lines: readonly (readonly string[])[]): Promise<readonly Ended[]> {
    const child = fork(join(import.meta.dirname, 'commands-in-turn.ts'), {
      cwd: this.folder,
      env: { ...this.#environment(), MUSTER_LINES: JSON.stringify(lines) },
    });
    const [ends] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (!Array.isArray(ends)) throw new Error(`The command lines ended with ${ends}, and nothing was said.`);
    return ends as Ended[];
  }

  /** Resolves when the server said what a device needs. */
  async serve(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
    const serving = ['serve', '--json', '--http', '0', '--tls', '0', '--console', '0', ...words];
    const { running, child, said } = this.#start(serving, environment);
    await until(
      () => said.stdout.endsWith('\n') || child.exitCode !== null,
      () => said.stderr,
    );
    return { ...running, needs: JSON.parse(said.stdout || '{}') as DeviceNeeds };
  }

  /** `before`: words of the command that starts it, such as `ip netns exec NAME`. */
  start(
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    before: readonly string[] = [],
  ): RunningMuster {
    return this.#start(words, environment, before).running;
  }

  #start(words: readonly string[], environment: Readonly<Record<string, string>>, before: readonly string[] = []) {
    const { child, said } = this.#spawn(words, environment, before);
    const closed = once(child, 'close') as Promise<[number | null]>;
    const ended = async (): Promise<Ended> => {
      const [code] = await closed;
      return { code, ...said };
    };
    const running: RunningMuster = {
      pid: child.pid ?? 0,
      log: () => said.stderr,
      until: (text) =>
        until(
          () => text.test(said.stderr),
          () => said.stderr,
        ),
      signalUntil: async (signal, text) => {
        const before = said.stderr.length;
        child.kill(signal);
        await until(
          () => text.test(said.stderr.slice(before)),
          () => said.stderr,
        );
      },
      stop: (signal) => {
        child.kill(signal);
        return ended();
      },
      ended,
    };
    return { running, child, said };
  }

  async remove(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #environment(): NodeJS.ProcessEnv {
    // Dozens of starts of the same program: it is compiled once.
    return {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(this.folder, '.compiled'),
    };
  }

  #spawn(words: readonly string[], environment: Readonly<Record<string, string>>, before: readonly string[] = []) {
    const [program = '', ...more] = [...before, process.execPath, script, ...words];
    const child = spawn(program, more, {
      cwd: this.folder,
      env: { ...this.#environment(), ...environment },
    });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text;
      });
    }
    this.#running.add(child);
    child.once('close', () => {
      this.#running.delete(child);
      this.printed.push(said.stdout, said.stderr);
    });
    return { child, said };
  }
}

async function until(holds: () => boolean, seen: () => string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs} ms in vain; seen:\n${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
