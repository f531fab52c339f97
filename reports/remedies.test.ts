import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allRequirements } from '#protocol/requirements/catalogue.ts';
import { ownRemedies, remediesOf, remedyOf } from './remedies.ts';

test('every requirement of the catalogue has a weakness and a way to mend it', () => {
  for (const { id } of allRequirements()) {
    const remedy = remedyOf(id);
    assert.ok(remedy, id);
    assert.match(remedy.mend, /^[A-Z].*\.$/, id);
    assert.match(remedy.weaknesses[0] ?? '', /^CWE-\d+ [A-Z]/, id);
  }
});

test('no remedy is for a requirement that there is not', () => {
  const known = new Set<string>(allRequirements().map(({ id }) => id));
  assert.deepEqual(
    ownRemedies.filter((id) => !known.has(id)),
    [],
  );
  assert.equal(remedyOf('XYZ-001'), undefined);
});

test('a name that is not compared is another weakness than a date that is not', () => {
  assert.match(remedyOf('ID-007')?.weaknesses.join() ?? '', /CWE-297/);
  assert.match(remedyOf('ID-008')?.weaknesses.join() ?? '', /CWE-298/);
  assert.match(remedyOf('SEC-001')?.weaknesses.join() ?? '', /CWE-319/);
});

test('a case of several requirements says each remedy once, that of its first requirement first', () => {
  const remedies = remediesOf(['ID-004', 'ID-005', 'ID-013']);
  assert.deepEqual(remedies, [remedyOf('ID-004'), remedyOf('ID-013')]);
});
