import { exitCodeOf } from '#harness/cli/error-exit.ts';
import { exitCodes, exitTable } from '#harness/cli/exit-codes.ts';
import { type ErrorCode, errorTable } from '#protocol/errors.ts';
import { code, table } from './markdown.ts';

export function errorsTable(): string {
  const rows = (Object.keys(errorTable) as ErrorCode[]).map((id) => {
    const { fault, meaning, mend } = errorTable[id];
    return [code(id), fault, fault === 'peer' ? '–' : String(exitCodeOf(id)), meaning, mend];
  });
  return table(['code', 'fault', 'exit code', 'meaning', 'what to do'], rows);
}

export function exitCodesTable(): string {
  const rows = (Object.keys(exitTable) as (keyof typeof exitTable)[]).map((name) => {
    const { meaning, mend } = exitTable[name];
    return [String(exitCodes[name]), name, meaning, mend];
  });
  return table(['exit code', 'name', 'meaning', 'what to do'], rows);
}
