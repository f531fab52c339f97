import { MusterError } from '#protocol/errors.ts';
import type { Account } from '../accounts.ts';
import { type BackupName, backupName, inOrder, nextNumber, readBackupName, surplusOf } from './backup-names.ts';
import type { Backup, ConfigurationPlace, PlacedText, ReplacementKind } from './place.ts';

export interface MemoryConfiguration {
  readonly text: string;
  readonly fileName: string;
  readonly accounts: readonly Account[];
}

/** A configuration that lives as long as the process: for benches and tests, which put texts there as a person would in a file. */
export class MemoryPlace implements ConfigurationPlace {
  readonly fileName: string;
  #text: string;
  #version = 1;
  readonly #watchers = new Set<() => void>();
  #accounts: readonly Account[] | (() => readonly Account[]);
  #backups: readonly (BackupName & { readonly text: string })[] = [];

  constructor({ text, fileName, accounts }: MemoryConfiguration) {
    this.#text = text;
    this.fileName = fileName;
    this.#accounts = accounts;
  }

  /** As an editor writes a file. */
  put(text: string): void {
    this.#text = text;
    this.#changed();
  }

  /** What throws when it is asked for stands for a file that cannot be read. */
  putAccounts(accounts: readonly Account[] | (() => readonly Account[])): void {
    this.#accounts = accounts;
    this.#changed();
  }

  async read(): Promise<PlacedText> {
    return { text: this.#text, version: String(this.#version) };
  }

  async version(): Promise<string> {
    return String(this.#version);
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  async replace(text: string, expected: string, kind: ReplacementKind, now: Date): Promise<string | undefined> {
    if (expected !== String(this.#version)) return undefined;
    this.#add(this.#text, kind, now);
    this.put(text);
    return String(this.#version);
  }

  async keep(text: string, now: Date): Promise<void> {
    if (!this.#backups.some((backup) => backup.text === text)) this.#add(text, 'edit', now);
  }

  async backups(): Promise<readonly Backup[]> {
    return inOrder(this.#backups).map(({ name, at, text }) => ({ name, at, bytes: Buffer.byteLength(text) }));
  }

  async readBackup(name: string): Promise<string> {
    const found = this.#backups.find((backup) => backup.name === name);
    if (!found) throw new MusterError('not-found', `There is no backup of ${this.fileName} with this name.`);
    return found.text;
  }

  async readAccounts(): Promise<readonly Account[]> {
    return typeof this.#accounts === 'function' ? this.#accounts() : this.#accounts;
  }

  async stamp(): Promise<string> {
    return String(this.#version);
  }

  watch(maybe: () => void): () => void {
    this.#watchers.add(maybe);
    return () => this.#watchers.delete(maybe);
  }

  #changed(): void {
    this.#version++;
    for (const watcher of this.#watchers) watcher();
  }

  #add(text: string, kind: ReplacementKind, now: Date): void {
    const named = readBackupName(backupName(now, kind, nextNumber(this.#backups, now)));
    const all = named ? [...this.#backups, { ...named, text }] : this.#backups;
    const surplus = new Set(surplusOf(all));
    this.#backups = all.filter((backup) => !surplus.has(backup));
  }
}
