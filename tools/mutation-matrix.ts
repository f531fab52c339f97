// The accident that this prevents: a case that no flawed device or server can fail. It would be green for ever, whatever
// happens, and nobody would notice.
//
// node tools/mutation-matrix.ts [CASE…]   each case against the mutants that it names; all must be caught
// node tools/mutation-matrix.ts --full    every case against every mutant, written to docs/mutation-matrix.md
// … --json FILE                           what came of each, for muster certify --matrix FILE, whose report then shows it
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { musterVersion } from '#harness/cli/version.ts';
import { listCases, runInWorkspace } from '#harness/runner/certification.ts';
import type { CaseListing } from '#harness/runner/events.ts';
import { builtInPlan } from '#harness/runner/plan.ts';
import { flaws } from '#reference-server/flaws.ts';
import type { MutationMatrix } from '#reports/mutation-matrix.ts';
import type { CaseVerdict } from '#reports/run-record.ts';
import { flawedPersonas } from '#simulators/gateway/personas.ts';

const { values, positionals: picked } = parseArgs({
  allowPositionals: true,
  options: { full: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const { full, json } = values;
const all = { device: flawedPersonas.map(({ id }) => id), server: flaws.map(({ id }) => id) };
const plan = {
  ...builtInPlan(20_261_123),
  workers: availableParallelism() + 2,
  ...(picked.length > 0 ? { cases: picked } : {}),
};

const cases: CaseListing[] = [];
/** What came of each case against each mutant, by `case mutant`. */
const verdicts = new Map<string, { readonly verdict: CaseVerdict; readonly reason: string }>();
await runInWorkspace({ ...plan, mutation: full ? { all } : {} }, (event) => {
  if (event.kind === 'listed') cases.push(...event.cases);
  if (event.kind === 'ended' && event.mutant) verdicts.set(`${event.record.id} ${event.mutant}`, event.record);
});
// Says what there is, when a case was asked for that there is not.
if (cases.length === 0) await listCases(plan);

const problems: string[] = [];
const known = new Set([...all.device, ...all.server]);
const caught = new Set<string>();
for (const { id, mutants } of cases) {
  for (const mutant of mutants) {
    const seen = verdicts.get(`${id} ${mutant}`);
    if (!known.has(mutant)) problems.push(`${id} names the mutant "${mutant}", which does not exist`);
    else if (isCaught(seen?.verdict)) caught.add(mutant);
    else
      problems.push(`${id} does not catch "${mutant}": ${seen ? `${seen.verdict}: ${seen.reason}` : 'it never ended'}`);
  }
}
const never = [...known].filter((mutant) => !cases.some(({ mutants }) => mutants.includes(mutant)));
if (full) writeFileSync(join(import.meta.dirname, '..', 'docs', 'mutation-matrix.md'), matrix());
if (json) writeFileSync(json, `${JSON.stringify(results(), null, 1)}\n`);
const unnamed = picked.length > 0 ? '' : `; named by no case: ${never.join(', ') || 'none'}`;
console.log(`${cases.length} cases, ${caught.size} mutants caught of ${known.size}${unnamed}.`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

/** Where the requirement is a SHOULD, a warning is the finding. */
function isCaught(verdict: CaseVerdict | undefined): boolean {
  return verdict === 'fail' || verdict === 'warn';
}

function results(): MutationMatrix {
  const played = cases.flatMap(({ id, version }) =>
    [...known].flatMap((mutant) => {
      const seen = verdicts.get(`${id} ${mutant}`);
      return seen ? [{ case: id, version, mutant, isCaught: isCaught(seen.verdict) }] : [];
    }),
  );
  return { schemaVersion: 1, muster: musterVersion(), results: played };
}

function matrix(): string {
  const table = (role: 'device' | 'server') => {
    const rows = cases.filter(({ id }) => id.startsWith('DEV-') === (role === 'device'));
    return all[role].map((mutant) => {
      const by = rows.filter(({ id }) => isCaught(verdicts.get(`${id} ${mutant}`)?.verdict)).map(({ id }) => id);
      return `| ${mutant} | ${by.join(', ') || '—'} |`;
    });
  };
  const head = '| mutant | the cases that catch it |\n| --- | --- |';
  return [
    '# The mutation matrix',
    '',
    'Every case against every flawed device or server, in the profile `modern`. Made by `node tools/mutation-matrix.ts --full`.',
    'A mutant without a case differs from the honest one in nothing that a case looks at yet.',
    '',
    '## Flawed gateways',
    '',
    head,
    ...table('device'),
    '',
    '## Flawed servers',
    '',
    head,
    ...table('server'),
    '',
  ].join('\n');
}
