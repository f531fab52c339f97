import type { LedgerView } from '#reports/load-record.ts';
import type { IssuedRow } from './batch.ts';

const namedAtMost = 20;

/** Every key and every serial number that the fleet was given, each to be there exactly once; and who was left waiting. */
export class Ledger {
  readonly #nameOf: (index: number) => string;
  readonly #rows: IssuedRow[] = [];
  readonly #bySerial = new Map<string, number>();
  readonly #byKey = new Map<string, number>();
  readonly #doubleSerials: string[] = [];
  readonly #doubleKeys: string[] = [];
  readonly #leftPending = new Set<number>();

  constructor(nameOf: (index: number) => string) {
    this.#nameOf = nameOf;
  }

  issued(row: IssuedRow): void {
    const [index, serial, key] = row;
    this.#rows.push(row);
    this.#leftPending.delete(index);
    const serialOwner = this.#bySerial.get(serial);
    if (serialOwner === undefined) this.#bySerial.set(serial, index);
    else this.#doubleSerials.push(`serial ${serial}: ${this.#nameOf(serialOwner)}, ${this.#nameOf(index)}`);
    const keyOwner = this.#byKey.get(key);
    if (keyOwner === undefined) this.#byKey.set(key, index);
    else this.#doubleKeys.push(`key ${key}: ${this.#nameOf(keyOwner)}, ${this.#nameOf(index)}`);
  }

  leftPending(index: number): void {
    this.#leftPending.add(index);
  }

  /** One line for each certificate: serial number, SHA-256 of the key, device. Two shards are compared by these. */
  *lines(): Generator<string, void> {
    for (const [index, serial, key] of this.#rows) yield `${serial} ${key} ${this.#nameOf(index)}\n`;
  }

  view(): LedgerView {
    const waiting = [...this.#leftPending].map(this.#nameOf);
    return {
      certificates: this.#rows.length,
      doubleSerialCount: this.#doubleSerials.length,
      doubleSerials: this.#doubleSerials.slice(0, namedAtMost),
      doubleKeyCount: this.#doubleKeys.length,
      doubleKeys: this.#doubleKeys.slice(0, namedAtMost),
      neverRetrievedCount: waiting.length,
      neverRetrieved: waiting.slice(0, namedAtMost),
    };
  }
}
