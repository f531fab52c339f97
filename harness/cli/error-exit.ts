import { type ErrorCode, errorTable, MusterError } from '#protocol/errors.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { printable } from './printable.ts';

const namesItsLines: ReadonlySet<ErrorCode> = new Set([
  'config-invalid',
  'accounts-invalid',
  'profile-invalid',
  'baseline-invalid',
]);

/** Neither the caller's mistake nor a bug. */
const outside: ReadonlySet<ErrorCode> = new Set(['bench-broken', 'database-unavailable']);

/** The one place where an error becomes an exit code and a message for people. The stack is shown when `debug` is set. */
export function exitOf(thrown: unknown, debug: boolean): { readonly code: ExitCode; readonly message: string } {
  const code = codeOf(thrown);
  if (code !== exitCodes.bug) {
    const { message, code: kind } = thrown as MusterError;
    // These have a line for each problem, which begins with file, line and column: editors follow them.
    const text = namesItsLines.has(kind) ? message : `muster: ${message}`;
    return { code, message: debug ? `${printable(text)}\n${stackOf(thrown)}` : printable(text) };
  }
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const advice = 'This is a bug in muster: please report it with the command that you gave.';
  const trace = debug ? stackOf(thrown) : 'With MUSTER_DEBUG=1 it shows where it happened.';
  return { code, message: `muster: ${printable(what)}\n${advice} ${trace}` };
}

function codeOf(thrown: unknown): ExitCode {
  return thrown instanceof MusterError ? exitCodeOf(thrown.code) : exitCodes.bug;
}

/** Of a command that an error ends. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  if (outside.has(code)) return exitCodes.bench;
  return errorTable[code].fault === 'caller' ? exitCodes.usage : exitCodes.bug;
}

/** With the causes, of which the message says nothing. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause === undefined ? '' : `\ncaused by ${stackOf(thrown.cause)}`;
  return `${thrown.stack ?? thrown.message}${cause}`;
}
