import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { allRequirements, isRequirementId, requirement } from './catalogue.ts';

const all = allRequirements();
const areas = ['ID', 'CA', 'MSG', 'REQ', 'RET', 'POP', 'CRT', 'LIF', 'CFG', 'ADM', 'AFT', 'SEC'];

test('every id is an area and a three-digit number, and every area has entries', () => {
  for (const { id } of all) assert.match(id, /^(ID|CA|MSG|REQ|RET|POP|CRT|LIF|CFG|ADM|AFT|SEC)-\d{3}$/);
  assert.deepEqual([...new Set(all.map(({ id }) => id.split('-')[0]))].sort(), [...areas].sort());
});

test('no file of the catalogue defines an id that another one defines', () => {
  const folder = new URL('.', import.meta.url);
  const written = readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/^ {2}'([A-Z]+-\d+)': \{/gm)])
    .map((match) => match[1]);
  assert.equal(new Set(written).size, written.length);
  assert.deepEqual(written.sort(), all.map(({ id }) => id).sort());
});

test('every requirement is one sentence of its own, with a citation', () => {
  for (const { id, sentence, citation } of all) {
    assert.match(sentence, /^[A-Z].*\.$/, id);
    assert.match(citation, /^(WO 01\/47232, .|Muster protocol decisions, «.|Muster vectors, .)/, id);
  }
  assert.equal(new Set(all.map(({ sentence }) => sentence)).size, all.length);
});

test('a quote is not empty and its citation names the publication', () => {
  for (const { id, quote, citation } of all) {
    if (quote === undefined) continue;
    assert.ok(quote.trim().length > 10, id);
    assert.match(citation, /^WO 01\/47232, /, id);
  }
});

test('a requirement that no scenario tests says why', () => {
  for (const { id, untested } of all) if (untested !== undefined) assert.match(untested, /^[A-Z].{20,}\.$/, id);
});

test('an entry is found by its id, and a stranger is told from an id', () => {
  assert.equal(requirement('MSG-006').role, 'both');
  assert.equal(isRequirementId('MSG-006'), true);
  assert.equal(isRequirementId('toString'), false);
});
