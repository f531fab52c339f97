import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#protocol/errors.ts';
import type { ConfigurationKeeper } from './configuration-keeper.ts';
import type { ConfigurationPlace } from './place.ts';

/** So long nothing may have changed before a file is taken for whole: an editor may write it in pieces. */
const restMs = 100;
/** The same for a file that has lost its crypto line: if that is true, every device must re-enroll. */
const restWithoutCryptoMs = 1000;

/** Has a configuration read again when it changed where it lives, and has come to rest. What was refused once is not tried again. */
export class ConfigurationWatch {
  readonly #place: ConfigurationPlace;
  readonly #keeper: ConfigurationKeeper;
  readonly #end: () => void;
  #known: string | undefined;
  #looking = false;
  #again = false;
  #ended = false;

  constructor(place: ConfigurationPlace, keeper: ConfigurationKeeper) {
    this.#place = place;
    this.#keeper = keeper;
    this.#end = place.watch(() => void this.#look());
  }

  end(): void {
    this.#ended = true;
    this.#end();
  }

  async #look(): Promise<void> {
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#again && !this.#ended) {
      this.#again = false;
      await this.#lookOnce();
    }
    this.#looking = false;
  }

  async #lookOnce(): Promise<void> {
    const stamp = await this.#place.stamp();
    if (stamp === this.#known || !(await this.#rests(stamp, restMs))) return;
    if ((await this.#hasLostCrypto()) && !(await this.#rests(stamp, restWithoutCryptoMs))) return;
    this.#known = stamp;
    if (this.#ended || (await this.#keeper.isNewest())) return;
    await this.#keeper.reload().catch((thrown: unknown) => {
      // The journal says why. What is not the file's fault, a database for example, may be better at the next look.
      if (!(thrown instanceof MusterError && thrown.fault === 'caller')) this.#known = undefined;
    });
  }

  async #rests(stamp: string, ms: number): Promise<boolean> {
    await delay(ms, undefined, { ref: false });
    const rested = (await this.#place.stamp()) === stamp;
    this.#again ||= !rested;
    return rested;
  }

  async #hasLostCrypto(): Promise<boolean> {
    if (this.#keeper.current.crypto === undefined) return false;
    // What is empty or cannot be read is refused anyway.
    const text = await this.#keeper.newestText().catch(() => '');
    return text.trim() !== '' && !/^\s*crypto\b/m.test(text);
  }
}
