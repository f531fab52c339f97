import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { allRequirements, isRequirementId } from '#protocol/requirements/catalogue.ts';
import { flaws } from '#reference-server/flaws.ts';
import { flawedPersonas } from '#simulators/gateway/personas.ts';
import { requirementSet, requirementSetNames } from '../certificate/requirement-sets.ts';
import { knownCases } from '../cli/known-cases.ts';
import type { CaseListing } from './events.ts';

let cases: readonly CaseListing[] = [];
let named: ReadonlySet<string> = new Set();
before(async () => {
  cases = await knownCases();
  named = new Set(cases.flatMap(({ requirements }) => requirements));
});

test('every requirement of the catalogue is named by a case, or says why none names it', () => {
  const forgotten = allRequirements().filter(({ id, untested }) => untested === undefined && !named.has(id));
  assert.deepEqual(
    forgotten.map(({ id, sentence }) => `${id} ${sentence}`),
    [],
    'write a case for it, or the reason why there is none (`untested`)',
  );
});

test('no requirement that a case names is called untested', () => {
  const both = allRequirements().filter(({ id, untested }) => untested !== undefined && named.has(id));
  assert.deepEqual(
    both.map(({ id }) => id),
    [],
    'take the `untested` out of the catalogue',
  );
});

test('every case names requirements that exist', () => {
  assert.deepEqual(
    [...named].filter((id) => !isRequirementId(id)),
    [],
  );
  for (const { id, requirements } of cases) assert.notEqual(requirements.length, 0, id);
});

test('every case names flawed subjects of its own role that exist', () => {
  const devices = new Set(flawedPersonas.map(({ id }) => id));
  const servers = new Set<string>(flaws.map(({ id }) => id));
  for (const { id, group, mutants } of cases) {
    assert.notEqual(mutants.length, 0, id);
    const known = group === 'device' ? devices : servers;
    assert.deepEqual(
      mutants.filter((mutant) => !known.has(mutant)),
      [],
      id,
    );
  }
});

test('ids are unique and of their group, titles are sentences that differ, and each case says its control', () => {
  assert.ok(cases.length > 0);
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
  assert.equal(new Set(cases.map(({ title }) => title)).size, cases.length);
  for (const { id, group, title, control, version } of cases) {
    assert.match(id, { device: /^DEV-[A-Z]+-\d{3}$/, server: /^SRV-[A-Z]+-\d{3}$/, property: /^PROP-\d{3}$/ }[group]);
    assert.match(title, /^[A-Z].*[^.]$/, id);
    assert.ok(control.length > 10, `${id}: ${control}`);
    assert.ok(Number.isInteger(version) && version >= 1, id);
  }
});

test('whatever a requirement set has frozen is still there: its requirements, and its cases in that version or a newer one', () => {
  const versions = new Map(cases.map(({ id, version }) => [id, version]));
  const levels = new Map<string, string>(allRequirements().map(({ id, level }) => [id, level]));
  assert.notEqual(requirementSetNames().length, 0);
  for (const name of requirementSetNames()) {
    const { set } = requirementSet(name);
    assert.equal(set.name, name);
    const gone = set.cases.filter(({ id, version }) => (versions.get(id) ?? 0) < version);
    assert.deepEqual(gone, [], `cases of the set ${name}: an id is permanent, and a version never goes back`);
    const changed = set.requirements.filter(({ id, level }) => {
      const now = levels.get(id);
      return now !== level && !(level === 'MUST' && now === 'SHOULD');
    });
    assert.deepEqual(
      changed,
      [],
      `requirements of the set ${name}: an id is permanent, and a SHOULD gets no MUST under it`,
    );
  }
});
