import { createHash } from 'node:crypto';
import { type Clock, systemClock } from '#protocol/clock.ts';
import { type Configuration, deviceKey } from '#protocol/config-file/configuration.ts';
import { changeDevices } from '#protocol/config-file/edit.ts';
import { parseConfigFile } from '#protocol/config-file/parse.ts';
import type { ConfigProblem } from '#protocol/config-file/problems.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import type { Account } from '../accounts.ts';
import type { Audit } from '../audit.ts';
import { type Flaw, honest } from '../flaw.ts';
import {
  type ConfigurationState,
  changedState,
  type Edit,
  loadedState,
  type StateParts,
  sameAuthority,
} from './configuration-state.ts';
import { ConfigurationWatch } from './configuration-watch.ts';
import type { CryptoSource } from './crypto-source.ts';
import { MarkQueue } from './mark-queue.ts';
import type { Backup, ConfigurationPlace } from './place.ts';

export interface KeeperParts {
  readonly place: ConfigurationPlace;
  readonly crypto: CryptoSource;
  readonly audit?: Audit;
  readonly clock?: Clock;
  readonly flaw?: Flaw;
  /** Told, and waited for, before another CA takes the place of the one in force. */
  readonly authorityChanged?: (authority: Authority) => Promise<void>;
}

/** What an editor's text is compared by: the SHA-256 of its UTF-8, hexadecimal. */
export const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * The configuration in force, and everything that changes it. The file is the source of truth: a change is written there
 * first, after a backup, and then comes into force as a whole; a file with errors never does. Changes run one after another.
 */
export class ConfigurationKeeper {
  readonly #parts: KeeperParts;
  readonly #stateParts: StateParts;
  readonly #audit: Audit;
  readonly #marks: MarkQueue;
  readonly #listeners: ((now: Configuration, before: Configuration) => void)[] = [];
  #state: ConfigurationState;
  #watch: ConfigurationWatch | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(parts: KeeperParts, stateParts: StateParts, state: ConfigurationState) {
    this.#parts = parts;
    this.#stateParts = stateParts;
    this.#audit = parts.audit ?? (() => {});
    this.#state = state;
    this.#marks = new MarkQueue(
      (waiting) => this.#writeMarks(waiting),
      (thrown) => this.#audit({ event: 'configuration-unwritten', detail: messageOf(thrown) }),
    );
  }

  /** @throws MusterError not-found, config-invalid (which names every error by line and column), settings-invalid */
  static async open(parts: KeeperParts): Promise<ConfigurationKeeper> {
    const { place, crypto, clock = systemClock, flaw = honest } = parts;
    const stateParts = { place, crypto, omitsRules: flaw.omitsRules, now: () => clock.now() };
    return new ConfigurationKeeper(parts, stateParts, await loadedState(stateParts));
  }

  /** Parts that a change left alone (groups, routes, devices) are the same objects as before. */
  get current(): Configuration {
    return this.#state.read.configuration;
  }

  get text(): string {
    return this.#state.text;
  }

  /** For `basedOn`. */
  get digest(): string {
    return digestOfText(this.#state.text);
  }

  get fileName(): string {
    return this.#parts.place.fileName;
  }

  /** The clearinghouse CA of the crypto line. */
  get authority(): Authority {
    return this.#state.authority;
  }

  get accounts(): readonly Account[] {
    return this.#state.accounts;
  }

  /** The text that stands there by now: the one in force, unless somebody wrote another that has errors. */
  async newestText(): Promise<string> {
    return (await this.#parts.place.read()).text;
  }

  check(text: string): readonly ConfigProblem[] {
    return parseConfigFile(text, this.fileName).problems;
  }

  /**
   * A whole text in the place of what is there. @throws MusterError config-invalid; config-conflict when what is there is not
   * what the text was based on; settings-invalid when its crypto line does not open, or it cannot be written
   */
  async apply(text: string, by: string, basedOn?: string): Promise<void> {
    await this.#change('a new text', by, {
      kind: 'edit',
      ofLines: false,
      make: (newest) => {
        if (basedOn === undefined || digestOfText(newest.text) === basedOn) return text;
        throw new MusterError(
          'config-conflict',
          `${this.fileName}: expected to be as it was when this text was begun; somebody changed it meanwhile. Read it again, and make the change there.`,
        );
      },
    });
  }

  /** Written soon, together with other marks; a device that is not defined by then is passed over. */
  setEnrolled(device: string, enrolled: boolean): void {
    const key = deviceKey(device);
    const waiting = this.#marks.waiting.get(key);
    if ((waiting ?? this.current.devices.get(key)?.enrolled) !== enrolled) this.#marks.set(key, enrolled);
  }

  /** @throws MusterError not-found, config-invalid when the file has errors by now, settings-invalid */
  async setDeviceEnabled(device: string, enabled: boolean, by: string): Promise<void> {
    await this.#change(`device ${device} ${enabled ? 'enabled' : 'disabled'}`, by, {
      kind: 'edit',
      ofLines: true,
      make: ({ read }) => changeDevices(read.file, new Map([[device, { enabled }]])),
    });
  }

  /** New parameters: every device must re-enroll. @throws MusterError config-invalid, settings-invalid */
  async rotateCrypto(by: string): Promise<void> {
    const edit: Edit = { kind: 'edit', ofLines: true, make: ({ read }) => read.file, newCrypto: true };
    await this.#change('new cryptographic parameters', by, edit);
  }

  /** The newest first. */
  async backups(): Promise<readonly Backup[]> {
    return this.#parts.place.backups();
  }

  /** @throws MusterError not-found for whatever is no name of a backup */
  async readBackup(name: string): Promise<string> {
    return this.#parts.place.readBackup(name);
  }

  /** Puts a backup in the place of what is there, which is backed up in its turn. @throws MusterError as apply, not-found */
  async restore(name: string, by: string): Promise<void> {
    const text = await this.readBackup(name);
    await this.#change(`backup ${name} restored`, by, { kind: 'edit', ofLines: false, make: () => text });
  }

  /** Reads configuration and accounts again. @throws MusterError; what was in force stays in force */
  async reload(): Promise<void> {
    await this.#inTurn(async () => {
      try {
        await this.#take(await loadedState(this.#stateParts, this.#state));
      } catch (thrown) {
        this.#audit({ event: 'reload-failed', detail: messageOf(thrown) });
        if (this.#parts.flaw?.appliesBadReload) this.#dropConfiguration();
        throw thrown;
      }
      this.#audit({ event: 'reloaded', detail: this.fileName });
    });
    void this.flush();
  }

  /** Is in force what stands there by now, the accounts too? False for what cannot be read. */
  async isNewest(): Promise<boolean> {
    const { place } = this.#parts;
    try {
      const sameText = (await place.version()) === this.#state.version;
      return sameText && (await place.readAccounts()) === this.#state.accounts;
    } catch {
      return false;
    }
  }

  /** From now on what changes where it lives is read again by itself. */
  watch(): void {
    this.#watch ??= new ConfigurationWatch(this.#parts.place, this);
  }

  onChange(listener: (now: Configuration, before: Configuration) => void): void {
    this.#listeners.push(listener);
  }

  /** Writes the marks that wait; those that cannot be written are told of, and wait on. */
  async flush(): Promise<void> {
    await this.#marks.flush();
    await this.#last;
  }

  /** Ends the watch, and writes the marks that wait. */
  async close(): Promise<void> {
    this.#watch?.end();
    this.#watch = undefined;
    await this.flush();
  }

  async #change(what: string, by: string, edit: Edit): Promise<void> {
    await this.#inTurn(async () => {
      await this.#take(await changedState(this.#stateParts, this.#state, edit));
      this.#audit({ event: 'configuration-changed', detail: what }, by);
    });
  }

  async #writeMarks(waiting: () => ReadonlyMap<string, boolean>): Promise<void> {
    await this.#inTurn(async () => {
      const marks = waiting();
      const edit: Edit = {
        kind: 'marks',
        ofLines: true,
        make: ({ read: { file } }) => {
          const defined = [...marks].filter(([name]) => file.deviceLines.has(name));
          return changeDevices(file, new Map(defined.map(([name, enrolled]) => [name, { enrolled }])));
        },
      };
      await this.#take(await changedState(this.#stateParts, this.#state, edit));
    });
  }

  async #take(next: ConfigurationState): Promise<void> {
    const before = this.#state;
    if (!sameAuthority(next.authority, before.authority)) {
      await this.#parts.authorityChanged?.(next.authority);
      // What was told under the CA before is no enrollment any more.
      this.#marks.forget();
    }
    this.#state = next;
    const [now, former] = [next.read.configuration, before.read.configuration];
    if (now !== former) for (const listener of this.#listeners) listener(now, former);
  }

  #dropConfiguration(): void {
    this.#state = { ...this.#state, read: parseConfigFile('', this.fileName), text: '', version: '' };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
