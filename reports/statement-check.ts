import { type CertificationStatement, predicateType, statementOf, statementType } from './attestation.ts';
import { type RequirementSet, scoreBy } from './requirement-set.ts';
import type { RunRecord } from './run-record.ts';
import { judgeRun } from './verdict.ts';

/**
 * What a statement says otherwise than the record that it is about, in sentences; none when both agree, and the verdict
 * follows from the cases. Signatures and digests say nothing of that: a lab can sign anything.
 */
export function disagreements(
  statement: CertificationStatement,
  record: RunRecord,
  set: RequirementSet,
): readonly string[] {
  const due = statementOf(record, statement.predicate.files);
  if (!due) return ['run.json is no record that a statement can be made of'];
  const { predicate } = statement;
  const found: string[] = [];
  if (statement._type !== statementType) found.push(`"_type" is ${String(statement._type)}, not ${statementType}`);
  if (statement.predicateType !== predicateType)
    found.push(`"predicateType" is ${String(statement.predicateType)}, not ${predicateType}`);
  if (!isSame(statement.subject, due.subject)) found.push('its subject is not that of run.json');
  for (const one of due.predicate.cases) {
    const said = predicate.cases.find(({ id }) => id === one.id);
    if (!said) found.push(`it leaves out ${one.id} (${one.verdict})`);
    else if (said.verdict !== one.verdict)
      found.push(`it says ${said.verdict} of ${one.id}; run.json says ${one.verdict}`);
    else if (!isSame(said, one)) found.push(`it says otherwise of ${one.id} than run.json`);
  }
  const known = new Set(due.predicate.cases.map(({ id }) => id));
  for (const { id } of predicate.cases) if (!known.has(id)) found.push(`it has ${id}, which run.json has not`);
  // What is left, but the words in which a version of Muster says what is not proved.
  for (const name of [
    'verdict',
    'reasons',
    'counts',
    'subject',
    'profile',
    'requirementSet',
    'muster',
    'seed',
    'startedAt',
    'command',
    'durationMs',
  ] as const) {
    if (!isSame(predicate[name], due.predicate[name])) found.push(`"${name}" is not that of run.json`);
  }
  const { verdict } = judgeRun(record.cases, { ...record, strict: true });
  const lenient = judgeRun(record.cases, { ...record, strict: false }).verdict;
  if (record.verdict !== verdict && record.verdict !== lenient)
    found.push(`run.json says ${record.verdict}; its cases make it ${lenient}`);
  return [...found, ...misscored(record, set)];
}

/** What a record leaves out of its verdict, or takes for judged, otherwise than its set does. */
function misscored(record: RunRecord, set: RequirementSet): string[] {
  const roles = record.subject.map(({ role }) => role);
  const { cases, unmet } = scoreBy(set, {
    roles,
    profile: record.profile,
    cases: record.cases.map(({ scored: _scored, ...one }) => one),
  });
  const isScored = new Map(record.cases.map(({ id, scored }) => [id, scored !== false]));
  const wrong = cases.filter(({ id, scored }) => isScored.get(id) !== (scored !== false));
  const admitted = new Set(record.requirementSet?.unmet?.map(({ id }) => id));
  return [
    ...wrong.map(
      ({ id, scored }) =>
        `run.json ${scored === false ? 'scores' : 'does not score'} ${id}; by its set it is otherwise`,
    ),
    ...unmet.filter(({ id }) => !admitted.has(id)).map(({ id, why }) => `run.json does not say of ${id}: ${why}`),
  ];
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** With the names of every object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
