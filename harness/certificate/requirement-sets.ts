import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MusterError } from '#protocol/errors.ts';
import type { RequirementSet } from '#reports/requirement-set.ts';

/** A requirement set with the bytes that it was read from. */
export interface FrozenSet {
  readonly set: RequirementSet;
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly digest: string;
}

/** Beside the program, wherever that stands, and not where it is called. */
const folder = join(import.meta.dirname, '..', '..', 'requirements');

const suffix = '.json';

/** Oldest first. */
export function requirementSetNames(): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(suffix));
  return files.map((file) => file.slice(0, -suffix.length)).sort();
}

/** A requirement set by its name; the newest when none is named. @throws MusterError not-found, which says what there is */
export function requirementSet(name?: string): FrozenSet {
  const names = requirementSetNames();
  const wanted = name ?? names.at(-1);
  if (wanted === undefined || !names.includes(wanted)) {
    throw new MusterError('not-found', `There is no requirement set "${wanted ?? ''}". There is: ${names.join(', ')}.`);
  }
  return frozenFrom(readFileSync(join(folder, `${wanted}${suffix}`), 'utf8'), `${wanted}${suffix}`);
}

/** @throws MusterError settings-invalid when the text is no requirement set of this version */
export function frozenFrom(text: string, file: string): FrozenSet {
  let set: Partial<RequirementSet> = {};
  try {
    set = Object(JSON.parse(text)) as Partial<RequirementSet>;
  } catch {
    // Told below.
  }
  const lists = [set.profiles, set.requirements, set.cases];
  if (set.schemaVersion !== 1 || typeof set.name !== 'string' || !lists.every(Array.isArray)) {
    throw new MusterError('settings-invalid', `${file}: expected a requirement set, schemaVersion 1.`);
  }
  return { set: set as RequirementSet, text, digest: createHash('sha256').update(text).digest('hex') };
}
