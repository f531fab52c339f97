import type { RunRecord } from './run-record.ts';

/** Options of a whole run that make no sense for one case, and how many words follow each (`'many'`: up to the next option). */
const dropped: Readonly<Record<string, 0 | 1 | 'many'>> = {
  '--case': 'many',
  '--seed': 1,
  '--out': 1,
  '--shard': 1,
  '--json': 0,
  // One case certifies nothing.
  '--certify': 0,
  '--requirement-set': 1,
  '--firmware': 1,
};

/**
 * The command that runs one case of a record again, alone and with the same seed. It keeps what the run was told of its
 * subject and profile (adapter, target, profile), since another subject would give another answer.
 */
export function commandForCase(record: Pick<RunRecord, 'command' | 'seed'>, caseId: string): string {
  const words = record.command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const kept: string[] = [];
  let skip: 0 | 1 | 'many' = 0;
  for (const word of words) {
    const [name = '', value] = word.split('=', 2);
    const rule = word.startsWith('-') ? dropped[name] : undefined;
    if (rule !== undefined) skip = value === undefined ? rule : 0;
    else if (skip !== 0 && !word.startsWith('-')) skip = skip === 'many' ? 'many' : 0;
    else {
      skip = 0;
      kept.push(word);
    }
  }
  if (kept.length === 0) kept.push('muster', 'certify');
  return [...kept, '--case', caseId, '--seed', String(record.seed)].join(' ');
}
