// A certificate means the same next year only if what it was by cannot change. This freezes the catalogue, the profiles and
// the cases of today as requirements/NAME.json: node tools/freeze-requirements.ts 2026-11
// A set that was released is never frozen again: --again is for one that nobody has certified by yet.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { musterVersion } from '#harness/cli/version.ts';
import { listCases } from '#harness/runner/certification.ts';
import { builtInPlan } from '#harness/runner/plan.ts';
import { profileView, requirementViews } from '#harness/runner/record.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import type { RequirementSet } from '#reports/requirement-set.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { again: { type: 'boolean' } } });
const name = positionals[0] ?? '';
const path = join(import.meta.dirname, '..', 'requirements', `${name}.json`);

if (!/^\d{4}-\d{2}$/.test(name)) fail(`A year and a month are expected, as 2026-11; seen "${name}".`);
if (existsSync(path) && !values.again) fail(`${path} is there, and frozen. Give the new set a new name.`);

const cases = await listCases(builtInPlan(1));
const set: RequirementSet = {
  schemaVersion: 1,
  name,
  date: new Date().toISOString().slice(0, 10),
  muster: musterVersion(),
  profiles: Object.values(profiles).map((profile) => {
    const { id, choices } = profileView(profile, undefined);
    return { id, choices };
  }),
  requirements: requirementViews(),
  cases: cases.map(({ id, version, group }) => ({ id, version, role: group === 'device' ? 'device' : 'server' })),
};
writeFileSync(path, `${JSON.stringify(set, null, 2)}\n`);
process.stdout.write(`${path}: ${set.requirements.length} requirements, ${set.cases.length} cases.\n`);

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
