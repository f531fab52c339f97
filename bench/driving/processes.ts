import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TargetAddress } from '#harness/fleet/plan.ts';
import type { DrivingKind, DrivingOrder, DrivingReport, Keeping } from './order.ts';

function start(file: string): ChildProcess {
  return fork(join(import.meta.dirname, file), [], { execArgv: ['--expose-gc'] });
}

async function nextWord<Word>(child: ChildProcess): Promise<Word> {
  const [word] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`A process of the bench ended with ${code}.`))),
  ]);
  return word as Word;
}

/** The stub, listening. */
export async function startStub(): Promise<{ readonly address: TargetAddress; readonly end: () => void }> {
  const child = start('stub.ts');
  return { address: await nextWord<TargetAddress>(child), end: () => child.disconnect() };
}

/** A client in a process of its own, so that what it costs is its own. */
export class Driven {
  readonly kind: DrivingKind;
  readonly #child: ChildProcess;

  private constructor(kind: DrivingKind, child: ChildProcess) {
    this.kind = kind;
    this.#child = child;
  }

  static async begin(kind: DrivingKind, address: TargetAddress, keeping?: Keeping): Promise<Driven> {
    const driven = new Driven(kind, start('process.ts'));
    await driven.#told({ kind: 'begin', driving: kind, address, ...(keeping === undefined ? {} : { keeping }) });
    return driven;
  }

  /** CPU microseconds. */
  async enroll(from: number, to: number, atOnce: number): Promise<number> {
    return (await this.#told({ kind: 'enroll', from, to, atOnce })).us;
  }

  /** Once garbage is collected. */
  memory(): Promise<DrivingReport> {
    return this.#told({ kind: 'collect' });
  }

  end(): void {
    this.#child.disconnect();
  }

  async #told(order: DrivingOrder): Promise<DrivingReport> {
    this.#child.send(order);
    return nextWord<DrivingReport>(this.#child);
  }
}
