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
}

/**
 * The conduct of a run against a device that is not ours: one that no longer answers is not asked by every case that is
 * left. The count is in a file of the run, since a worker process may be replaced between two cases.
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

  #write(state: State): void {
    writeFileSync(this.#path, JSON.stringify(state));
  }
}

/** A device, watched through one case: did it answer, and did somebody see what it did? Unseen is never judged. */
export class WatchedDevice implements DeviceUnderTest {
  readonly #device: DeviceUnderTest;
  readonly #judge: Judge;
  #answered = false;

  constructor(device: DeviceUnderTest, judge: Judge) {
    this.#device = device;
    this.#judge = judge;
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
    const word = await this.#device.perform(verb, environment);
    if (word.kind === 'unseen') this.#judge.unverified(`Nobody saw what the device did at "${verb}": ${word.detail}`);
    if (word.kind === 'pending') this.#answered = true;
    return word;
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
