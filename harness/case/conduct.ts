import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceEnvironment, DeviceState, DeviceUnderTest, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { DeviceUnseen } from '../subject/device.ts';
import type { Judge } from './judge.ts';

/** Cases in a row whose control is red before the device is left alone. */
const mostRedInARow = 3;

interface State {
  readonly redInARow: number;
  readonly stopped?: string;
  /** The device was reset, and nothing was done with it since. */
  readonly atFactory?: boolean;
  /** Verbs that the device said it does not support. */
  readonly lacks?: readonly DeviceVerb[];
}

/** What is known of a device that one case leaves to the next. */
export type Memory = Pick<State, 'atFactory' | 'lacks'>;

/**
 * The conduct of a run against a device that is not ours: one that no longer answers is not asked by every case that is
 * left, and one that is at factory state is not reset again. It is in a file of the run, since a worker process may be
 * replaced between two cases.
 */
export class Conduct {
  readonly #path: string;

  constructor(workspace: string) {
    this.#path = join(workspace, 'conduct.json');
  }

  /** Why the device is not asked any more; undefined while it is. */
  get stopped(): string | undefined {
    return this.#read().stopped;
  }

  /** A case is over in which the device answered, so that the count begins anew. */
  answered(): void {
    if (this.#read().redInARow > 0) this.#write({ redInARow: 0 });
  }

  get memory(): Memory {
    return this.#read();
  }

  remember(memory: Memory): void {
    this.#write(memory);
  }

  /** A case is over whose control was red. `reason`: one without secrets, since it stands in the cases that are left. */
  red(caseId: string, reason: string): void {
    const redInARow = this.#read().redInARow + 1;
    const [first = ''] = reason.split('\n');
    const stopped = `The device stopped answering: the controls of ${redInARow} cases in a row were red, last that of ${caseId}. ${first}`;
    this.#write({ redInARow, ...(redInARow >= mostRedInARow ? { stopped } : {}) });
  }

  #read(): State {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as State;
    } catch {
      return { redInARow: 0 };
    }
  }

  #write(change: Partial<State>): void {
    writeFileSync(this.#path, JSON.stringify({ ...this.#read(), ...change }));
  }
}

/**
 * A device, watched through one case: did it answer, did somebody see what it did, and what is known of its state? Unseen
 * is never judged.
 */
export class WatchedDevice implements DeviceUnderTest {
  readonly #device: DeviceUnderTest;
  readonly #judge: Judge;
  readonly #conduct: Pick<Conduct, 'memory' | 'remember'> | undefined;
  #memory: Memory;
  #answered = false;

  /** `conduct`: of a run whose cases meet one and the same device, one after the other. */
  constructor(device: DeviceUnderTest, judge: Judge, conduct?: Pick<Conduct, 'memory' | 'remember'>) {
    this.#device = device;
    this.#judge = judge;
    this.#conduct = conduct;
    this.#memory = conduct?.memory ?? {};
  }

  /** It was reset, and asked for nothing since. That it refused a server, or says that it holds nothing, is no proof. */
  get isAtFactory(): boolean {
    return this.#memory.atFactory === true;
  }

  lacks(verb: DeviceVerb): boolean {
    return this.#memory.lacks?.includes(verb) === true;
  }

  /** It was seen to hold a certificate, or to wait for one. A word without a state proves no life. */
  get answered(): boolean {
    return this.#answered;
  }

  get patienceSeconds(): number {
    return this.#device.patienceSeconds;
  }

  get pollIntervalSeconds(): number | undefined {
    return this.#device.pollIntervalSeconds;
  }

  async info() {
    return this.#device.info();
  }

  async perform(verb: DeviceVerb, environment: DeviceEnvironment): Promise<DeviceWord> {
    // Before it begins: a device that breaks on the way is not where it was.
    this.#remember({ atFactory: false });
    const word = await this.#device.perform(verb, environment);
    if (verb === 'reset' && word.kind === 'done') this.#remember({ atFactory: true });
    if (word.kind === 'unsupported') this.#remember({ lacks: [...(this.#memory.lacks ?? []), verb] });
    if (word.kind === 'unseen') this.#judge.unverified(`Nobody saw what the device did at "${verb}": ${word.detail}`);
    if (word.kind === 'pending') this.#answered = true;
    return word;
  }

  #remember(change: Memory): void {
    const { atFactory = false } = { ...this.#memory, ...change };
    const isNews = atFactory !== this.isAtFactory || change.lacks !== undefined;
    this.#memory = { ...this.#memory, ...change };
    if (isNews) this.#conduct?.remember(this.#memory);
  }

  async status(environment: DeviceEnvironment): Promise<DeviceState> {
    try {
      const state = await this.#device.status(environment);
      if (state.state !== 'none') this.#answered = true;
      return state;
    } catch (thrown) {
      if (thrown instanceof DeviceUnseen) this.#judge.unverified(thrown.message);
      throw thrown;
    }
  }
}
