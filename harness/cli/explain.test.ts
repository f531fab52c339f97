import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { errorTable } from '#protocol/errors.ts';
import { exitCodes } from './exit-codes.ts';
import { explain } from './explain.ts';
import { explanationAsText } from './explanation-text.ts';
import { knownCases } from './known-cases.ts';
import { kinds, rowsOf } from './list.ts';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const known = await knownCases();

const textOf = (id: string): string => explain(id, known).map(explanationAsText).join('\n');

test('a case is explained: requirement, quote, citation, control, mutants, weakness, and how to mend', async () => {
  const { code, stdout, stderr } = await muster.run(['explain', 'dev-tls-002']);
  assert.equal(code, 0, stderr);
  for (const part of [
    /^DEV-TLS-002 {2}A device refuses a server/,
    /ID-007 \(MUST\): The device refuses a server certificate that does not bear the identity/,
    /“.*”/,
    /\[WO 01\/47232/,
    /The control/,
    /no-name-check: /,
    /CWE-297 /,
    /How to mend it\n {2}\S/,
  ]) {
    assert.match(stdout, part);
  }
});

test('a requirement is explained with the cases that test it, or with the reason why none does', () => {
  const [explanation] = explain('ID-007', known);
  assert.equal(explanation?.kind, 'requirement');
  assert.ok(explanation.cases?.some(({ id }) => id === 'DEV-TLS-002'));
  assert.match(textOf('AFT-001'), /No case tests it: /);
});

test('everything that is listed is explained, and what there is not is refused with where to look', async () => {
  for (const kind of kinds) {
    const rows = await rowsOf(kind);
    assert.ok(rows.length > 0, kind);
    for (const { id, title } of rows) {
      const found = explain(id, known);
      assert.ok(
        found.some((each) => each.title === title),
        `${kind} ${id}`,
      );
      assert.ok(found.every((each) => each.id === id && explanationAsText(each).includes(each.title)));
    }
  }
  assert.throws(() => explain('DEV-XYZ-001', known), { code: 'not-found', message: /"DEV-XYZ-001".*muster list/ });
});

test('every flaw by which a case must fail is explained with the case', () => {
  const unexplained = known.flatMap(({ id }) =>
    explain(id, known).flatMap(({ mutants = [] }) => mutants.flatMap((row) => (row.title ? [] : [`${id} ${row.id}`]))),
  );
  assert.deepEqual(unexplained, []);
  assert.match(textOf('SRV-HTTP-011'), /no-time-out: Waits for the rest of a request for ever/);
});

test('nothing is listed twice in its kind', async () => {
  for (const kind of kinds) {
    const ids = (await rowsOf(kind)).map(({ id, of }) => `${of} ${id}`);
    assert.deepEqual([...new Set(ids)], ids, kind);
  }
});

test('every error and every exit code says how it is mended, and an error which exit code it leads to', () => {
  for (const code of [...Object.keys(errorTable), ...Object.values(exitCodes).map(String)]) {
    const [{ kind, mend } = assert.fail()] = explain(code, []);
    assert.ok(kind === 'error' || kind === 'exit code');
    assert.ok(mend, code);
  }
  assert.match(textOf('bench-broken'), /exit code 3[\s\S]*How to mend it\n {2}\S/);
  assert.match(textOf('config-invalid'), /exit code 2/);
  assert.match(textOf('internal'), /exit code 70/);
});

test('a name that several things bear is explained for each of them', () => {
  assert.deepEqual(
    explain('no-time-out', known).map(({ kind }) => kind),
    ['persona', 'flaw'],
  );
  assert.match(textOf('no-name-check'), /Cases that it must fail\n {2}DEV-/);
});

test('a list is for people, or for machines', async () => {
  const [people, machines] = await Promise.all([
    muster.run(['list', 'errors']),
    muster.run(['list', 'errors', '--json']),
  ]);
  assert.equal(people.stdout.trimEnd().split('\n').length, Object.keys(errorTable).length);
  assert.deepEqual(
    (JSON.parse(machines.stdout) as { id: string }[]).map(({ id }) => id),
    Object.keys(errorTable),
  );
});
