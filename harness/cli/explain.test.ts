import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { explain, explanationAsText } from './explain.ts';
import { knownCases } from './known-cases.ts';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());

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

test('a requirement is explained with the cases that test it, or with the reason why none does', async () => {
  const known = await knownCases();
  const { kind, cases, remedies } = explain('ID-007', known);
  assert.equal(kind, 'requirement');
  assert.ok(cases.some(({ id }) => id === 'DEV-TLS-002'));
  assert.ok(remedies.length > 0);
  assert.match(explanationAsText(explain('AFT-001', known)), /No case tests it: /);
  assert.throws(() => explain('DEV-XYZ-001', known), {
    code: 'not-found',
    message: /no case and no requirement "DEV-XYZ-001".*muster list cases/,
  });
});

test('everything that there is can be listed, for people and for machines', async () => {
  const known = { cases: 'DEV-TLS-001', requirements: 'ID-004', personas: 'honest', flaws: '', faults: 'unknown-ca' };
  for (const [kind, id] of Object.entries(known)) {
    const machines = await muster.run(['list', kind, '--json']);
    assert.equal(machines.code, 0, machines.stderr);
    const rows = JSON.parse(machines.stdout) as { id: string; title: string }[];
    assert.ok(rows.length > 10, kind);
    for (const row of rows) assert.ok(row.id && row.title, kind);
    assert.ok(id === '' || rows.some((row) => row.id === id), kind);
    if (kind !== 'personas') continue;
    const people = await muster.run(['list', kind]);
    assert.equal(people.stdout.trimEnd().split('\n').length, rows.length, kind);
  }
});
