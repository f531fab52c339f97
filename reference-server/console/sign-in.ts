import type { Clock } from '#protocol/clock.ts';
import { Budgets } from '../limits.ts';
import type { People, Person } from './people.ts';

/** Wrong passwords before the next must wait, and after how many seconds one is forgotten. */
const ofName = { most: 8, secondsEach: 20 };
const ofAddress = { most: 40, secondsEach: 5 };

export type SignInVerdict =
  | { readonly kind: 'welcome'; readonly person: Person }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number };

/**
 * Bounds the guessing of passwords, of one name and from one address. While a bound holds no password is looked at, right or
 * wrong; and an unknown name is treated as a known one.
 */
export class SignInDesk {
  readonly #people: People;
  readonly #byName: Budgets;
  readonly #byAddress: Budgets;
  #last: Promise<unknown> = Promise.resolve();

  constructor(people: People, clock: Clock) {
    this.#people = people;
    this.#byName = new Budgets(clock, ofName.most, ofName.secondsEach);
    this.#byAddress = new Budgets(clock, ofAddress.most, ofAddress.secondsEach);
  }

  /** One after the other: guesses that come at once are counted like those that do not. */
  signIn(name: string, password: string, address: string): Promise<SignInVerdict> {
    const turn = this.#last.then(() => this.#judge(name.slice(0, 64), password, address));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #judge(name: string, password: string, address: string): Promise<SignInVerdict> {
    const seconds = Math.ceil(Math.max(this.#byName.waitSeconds(name), this.#byAddress.waitSeconds(address)));
    if (seconds > 0) return { kind: 'wait', seconds };
    const person = await this.#people.verify(name, password);
    if (person) {
      await this.#people.signedIn(person.name);
      return { kind: 'welcome', person };
    }
    this.#byName.spend(name);
    this.#byAddress.spend(address);
    return { kind: 'wrong' };
  }
}
