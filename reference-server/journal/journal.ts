import { createHash } from 'node:crypto';
import type { AuditEvent } from '../audit.ts';

/** One event, chained to the one before: who changes, removes or inserts one has to change every hash after it. */
export interface JournalEntry {
  /** The first one is 1. */
  readonly number: number;
  /** Milliseconds since 1970, by the clock of the server that it happened at. */
  readonly at: number;
  readonly event: AuditEvent;
  /** Whose word it was. */
  readonly by?: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly previous: string;
}

export interface JournalFilter {
  readonly device?: string;
  readonly event?: string;
  /** Milliseconds since 1970; both belong to it. */
  readonly from?: number;
  readonly to?: number;
  /** Only entries with a lower number: the next page. */
  readonly before?: number;
  readonly limit?: number;
}

export interface JournalVerdict {
  /** How many hold, from the oldest on. */
  readonly entries: number;
  /** The number of the first that does not hold. */
  readonly broken?: number;
  /** The hash of the last one that holds: kept elsewhere, it proves all before it. */
  readonly head: string;
}

/** What happened at a clearinghouse, for good. No entry holds a password or a key. */
export interface Journal {
  /** Returns at once; it is on the disk a moment later, in the order of the calls. */
  append(event: AuditEvent, by?: string): void;
  /** Resolves when all that was appended before is on the disk. @throws MusterError database-unavailable */
  flush(): Promise<void>;
  /** The newest first. */
  list(filter?: JournalFilter): Promise<readonly JournalEntry[]>;
  verify(): Promise<JournalVerdict>;
}

/** What stands before the first entry. */
export const beginning = '0'.repeat(64);

/** What is hashed is what the database holds, so that no column can be changed unseen. */
export interface ChainedFields {
  readonly number: number;
  readonly at: number;
  readonly name: string;
  readonly device: string | null;
  readonly body: string;
}

export function hashOf(previous: string, { number, at, name, device, body }: ChainedFields): string {
  const fields = JSON.stringify([previous, number, at, name, device, body]);
  return createHash('sha256').update(fields).digest('hex');
}
