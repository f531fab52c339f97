import { randomInt } from 'node:crypto';
import { MusterError } from '#protocol/errors.ts';

/** A run in CI must be the same run again: it is told its seed. @throws MusterError settings-invalid */
export function seedOf(given: number | undefined): number {
  if (given !== undefined) return given;
  if (process.env.CI)
    throw new MusterError('settings-invalid', 'In CI a seed is expected, so that a run can be had again: --seed N.');
  return randomInt(1, 2 ** 31);
}

/** The command line as a person would type it again; a password in a URL of it is left out, and no other option holds a secret. */
export function commandLine(): string {
  const shown = process.argv.slice(2).map((word) => word.replace(/(:\/\/[^:/?#]*):.*@/, '$1:…@'));
  const words = shown.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  return ['muster', ...words].join(' ');
}
