import type { Configuration } from '#protocol/config-file/configuration.ts';
import { readConfiguration } from '#protocol/config-file/parse.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Audit } from '../audit.ts';
import type { Flaw } from '../flaw.ts';

/** The configuration in force. A file with errors never takes its place: the server keeps running on what it had. */
export class LiveConfiguration {
  readonly #flaw: Flaw;
  readonly #audit: Audit;
  #current: Configuration;

  /** @throws MusterError config-invalid, which names every error by line and column */
  constructor(source: { text: string; fileName: string }, flaw: Flaw, audit: Audit) {
    this.#flaw = flaw;
    this.#audit = audit;
    this.#current = this.#read(source);
  }

  get current(): Configuration {
    return this.#current;
  }

  /** @throws MusterError config-invalid; the configuration in force is then unchanged */
  reload(source: { text: string; fileName: string }): void {
    try {
      this.#current = this.#read(source);
      this.#audit({ event: 'reloaded', detail: source.fileName });
    } catch (thrown) {
      if (thrown instanceof MusterError) this.#audit({ event: 'reload-failed', detail: thrown.message });
      if (this.#flaw.appliesBadReload) this.#current = this.#read({ text: '', fileName: source.fileName });
      throw thrown;
    }
  }

  #read({ text, fileName }: { text: string; fileName: string }): Configuration {
    return readConfiguration(text, fileName, { omit: this.#flaw.omitsRules }).configuration;
  }
}
