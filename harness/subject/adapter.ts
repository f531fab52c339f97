import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { constants as system } from 'node:os';
import { resolve } from 'node:path';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { adapterStatuses } from './adapter-contract.ts';

export interface AdapterRun {
  /** Undefined when it was stopped because its time was over; 128 and the signal's number when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The exit status of an adapter that does not have the verb (the adapter contract). */
export const verbUnsupported = adapterStatuses.unsupported;

const mostOutputBytes = 256 * 1024;

/** How long what an adapter left behind may still write, once the adapter itself has ended. */
const lastWordsSeconds = 1;

/** An executable of the vendor's that takes one verb and an environment (the adapter contract). */
export class Adapter {
  readonly isLocal = true;
  readonly #path: string;
  readonly #timeoutSeconds: number;

  /** @throws MusterError bench-broken when there is no such executable */
  constructor(path: string, timeoutSeconds: number) {
    this.#path = resolve(path);
    this.#timeoutSeconds = timeoutSeconds;
    try {
      accessSync(this.#path, constants.X_OK);
      if (!statSync(this.#path).isFile()) throw new Error('not a file');
    } catch (cause) {
      throw new MusterError('bench-broken', `The adapter ${this.#path} is no executable file: chmod +x it.`, { cause });
    }
  }

  /** Runs one verb to its end. When its time is over, it and all its children are stopped. */
  async run(verb: string, environment: Readonly<Record<string, string>>, input?: string): Promise<AdapterRun> {
    const child = spawn(this.#path, [verb], {
      env: { ...inherited(), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk.subarray(0, Math.max(0, mostOutputBytes - bytes)));
        bytes += chunk.length;
      });
      return () => Buffer.concat(chunks).toString('utf8');
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    return new Promise((done, failed) => {
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        stopGroup(child.pid);
      }, this.#timeoutSeconds * 1000);
      child.once('error', (cause) => {
        clearTimeout(timer);
        failed(
          new MusterError('bench-broken', `The adapter ${this.#path} does not start: ${messageOf(cause)}.`, { cause }),
        );
      });
      let lastWords: NodeJS.Timeout | undefined;
      child.once('exit', () => {
        clearTimeout(timer);
        lastWords = setTimeout(() => stopGroup(child.pid), lastWordsSeconds * 1000);
      });
      child.once('close', (exitCode, signal) => {
        clearTimeout(lastWords);
        stopGroup(child.pid);
        const status = exitCode ?? 128 + (signal ? system.signals[signal] : 0);
        done({ exitCode: timedOut ? undefined : status, stdout: stdout(), stderr: stderr() });
      });
    });
  }

  get path(): string {
    return this.#path;
  }

  get timeoutSeconds(): number {
    return this.#timeoutSeconds;
  }
}

/** What is not passed on: the plan of the run, which may hold secrets of another target, and what is for us alone. */
const ours = /^(MUSTER_|PLAYWRIGHT_|NODE_COMPILE_CACHE$)/;

/** What an adapter's shell needs of ours. */
function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || ours.test(name) ? [] : [[name, value]],
    ),
  );
}

function stopGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already: that is what was wanted.
  }
}
