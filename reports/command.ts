import type { RunRecord } from './run-record.ts';

/** Options of a whole run that make no sense for one case, and how many words follow each (`'many'`: up to the next option). */
const dropped: Readonly<Record<string, 0 | 1 | 'many'>> = {
  '--case': 'many',
  '--seed': 1,
  '--out': 1,
  '--shard': 1,
  '--matrix': 1,
  '--json': 0,
  // One case certifies nothing.
  '--certify': 0,
  '--requirement-set': 1,
  '--firmware': 1,
};

/** What may differ between two commands that judge the same subject by the same rules. */
const freeOfPlan: typeof dropped = {
  '--matrix': 1,
  '--case': 'many',
  '--seed': 1,
  '--out': 1,
  '--json': 0,
  '--strict': 0,
  '--baseline': 1,
  '--repeat': 1,
  '--last-failed': 0,
};

/**
 * The command that runs one case of a record again, alone and with the same seed. It keeps what the run was told of its
 * subject and profile (adapter, target, profile), since another subject would give another answer.
 */
export function commandForCase(record: Pick<RunRecord, 'command' | 'seed'>, caseId: string): string {
  const kept = wordsWithout(record.command, dropped);
  if (kept.length === 0) kept.push('muster', 'certify');
  return [...kept, '--case', caseId, '--seed', String(record.seed)].join(' ');
}

/** The words of a command that say what is judged, and by what; in their order. */
export function planWords(command: string): string[] {
  return wordsWithout(command, freeOfPlan);
}

function wordsWithout(command: string, leftOut: typeof dropped): string[] {
  const words = command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const kept: string[] = [];
  let skip: 0 | 1 | 'many' = 0;
  for (const word of words) {
    const [name = '', value] = word.split('=', 2);
    const rule = word.startsWith('-') ? leftOut[name] : undefined;
    if (rule !== undefined) skip = value === undefined ? rule : 0;
    else if (skip !== 0 && !word.startsWith('-')) skip = skip === 'many' ? 'many' : 0;
    else {
      skip = 0;
      kept.push(word);
    }
  }
  return kept;
}
