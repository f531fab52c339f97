import type { Account } from '../accounts.ts';

/** What was read, and which state of the place it was: two states with the same name have the same text. */
export interface PlacedText {
  readonly text: string;
  readonly version: string;
}

export interface Backup {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly bytes: number;
}

/** Why a text is replaced: marks of enrollments come by themselves and often, anything else is somebody's edit. */
export type ReplacementKind = 'edit' | 'marks';

/** Where a configuration lives, with its backups and the accounts beside it: in a file, or in memory. */
export interface ConfigurationPlace {
  /** For messages. */
  readonly fileName: string;
  /** @throws MusterError not-found, settings-invalid */
  read(): Promise<PlacedText>;
  /** The state that `read` would find, without reading. @throws MusterError as read */
  version(): Promise<string>;
  /** Runs the work while nobody else, in this process or another, changes the place. @throws MusterError settings-invalid */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Backs up what is there and puts this text in its place, at one moment and for good. Undefined, and nothing changed, when
   * the place is not in the state `expected` any more: somebody was faster. Returns the new state.
   * @throws MusterError settings-invalid when it cannot be written: it is then as it was
   */
  replace(text: string, expected: string, kind: ReplacementKind, now: Date): Promise<string | undefined>;
  /** Adds a backup of a text that somebody else replaced, unless there is one. */
  keep(text: string, now: Date): Promise<void>;
  /** The newest first. */
  backups(): Promise<readonly Backup[]>;
  /** @throws MusterError not-found */
  readBackup(name: string): Promise<string>;
  /** The same array as long as they did not change. @throws MusterError not-found, settings-invalid, accounts-invalid */
  readAccounts(): Promise<readonly Account[]>;
  /** The state of configuration and accounts together, also of such as cannot be read. Never throws. */
  stamp(): Promise<string>;
  /** Calls `maybe` when the stamp may have changed, now and then without reason. @returns what ends it */
  watch(maybe: () => void): () => void;
}
