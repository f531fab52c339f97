import type { ReplacementKind } from './place.ts';

const form = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3})Z(?:-(\d{1,4}))?(-marks)?$/;

/** So many backups are kept of each kind, the newest: marks come often, and must not push out what people wrote. */
export const backupsKept: Readonly<Record<ReplacementKind, number>> = { edit: 100, marks: 20 };

/** Backups are named by their moment in UTC, with a number where several share it. */
export function backupName(now: Date, kind: ReplacementKind, number: number): string {
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  return `${stamp}${number === 1 ? '' : `-${number}`}${kind === 'marks' ? '-marks' : ''}`;
}

export interface BackupName {
  readonly name: string;
  readonly kind: ReplacementKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly number: number;
}

/** Undefined for what is no name of a backup: a path among them. */
export function readBackupName(name: string): BackupName | undefined {
  const [, hour, minute, second, millisecond, number, marks] = form.exec(name) ?? [];
  if (hour === undefined) return undefined;
  const at = Date.parse(`${hour}:${minute}:${second}.${millisecond}Z`);
  if (Number.isNaN(at)) return undefined;
  return { name, kind: marks === undefined ? 'edit' : 'marks', at, number: Number(number ?? 1) };
}

/** The newest first. */
export function inOrder<B extends Pick<BackupName, 'at' | 'number'>>(backups: readonly B[]): B[] {
  return backups.toSorted((a, b) => b.at - a.at || b.number - a.number);
}

/** The number of the next backup of this moment, behind those that are there. */
export function nextNumber(backups: readonly BackupName[], now: Date): number {
  const taken = backups.filter(({ at }) => at === now.getTime()).map(({ number }) => number);
  return Math.max(0, ...taken) + 1;
}

/** Those that are more than is kept. */
export function surplusOf<B extends BackupName>(backups: readonly B[]): B[] {
  const left = { ...backupsKept };
  return inOrder(backups).filter(({ kind }) => left[kind]-- <= 0);
}
