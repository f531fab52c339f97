import { isIP } from 'node:net';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { durationSeconds } from './duration.ts';

/** An option that takes one value, as yargs wants it. `read` makes the value of the text, or throws a MusterError. */
function valued<Value>(describe: string, read: (text: string) => Value) {
  return { describe, type: 'string', requiresArg: true, coerce: (given: unknown) => read(once(given)) } as const;
}

/** Of any other form; `read` throws a MusterError when the text is not of it. */
export const readOption = valued;

export const textOption = (describe: string) => valued(describe, (text) => text);

/** In seconds. */
export const durationOption = (describe: string) => valued(describe, durationSeconds);

export const numberOption = (describe: string) => valued(describe, wholeNumber);

/** At least one. */
export const countOption = (describe: string) =>
  valued(describe, (text) => {
    const count = wholeNumber(text);
    if (count > 0) return count;
    throw new MusterError('settings-invalid', 'a whole number above 0 is expected, seen 0.');
  });

/** 0 is any free one. */
export const portOption = (describe: string) =>
  valued(describe, (text) => {
    const port = wholeNumber(text);
    if (port <= 65535) return port;
    throw new MusterError('settings-invalid', `a port from 0 to 65535 is expected, seen ${port}.`);
  });

/** A port of the loopback address, or an address and a port: `9464`, `0.0.0.0:9464`, `[::1]:9464`. */
export const endpointOption = (describe: string) =>
  valued(describe, (text) => {
    const [, address = '127.0.0.1', port = ''] = /^(?:\[?([0-9a-fA-F.:]+?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
    if (isIP(address) !== 0 && port !== '' && Number(port) <= 65535) return { address, port: Number(port) };
    throw new MusterError('settings-invalid', `PORT or ADDRESS:PORT is expected, seen "${text}".`);
  });

export function choiceOption<const Choice extends string>(describe: string, choices: readonly Choice[]) {
  return { ...valued(describe, (text) => text as Choice), choices } as const;
}

export const flagOption = (describe: string) => ({ describe, type: 'boolean', default: false }) as const;

/** A table of options whose errors say which option they are about. */
export function named<Table extends Readonly<Record<string, object>>>(table: Table): Table {
  const entries = Object.entries(table).map(([name, option]) => {
    const { coerce } = option as { coerce?: (given: unknown) => unknown };
    return [name, coerce ? { ...option, coerce: (given: unknown) => readAs(name, coerce, given) } : option];
  });
  return Object.fromEntries(entries) as Table;
}

function readAs(name: string, coerce: (given: unknown) => unknown, given: unknown): unknown {
  try {
    return coerce(given);
  } catch (cause) {
    throw new MusterError('settings-invalid', `--${name}: ${messageOf(cause)}`, { cause });
  }
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new MusterError('settings-invalid', `a whole number is expected, seen "${text}".`);
}

function once(given: unknown): string {
  if (typeof given === 'string' && given !== '') return given;
  const seen = Array.isArray(given) ? `${given.length} values (${given.join(', ')})` : 'none';
  throw new MusterError('settings-invalid', `one value is expected, seen ${seen}.`);
}
