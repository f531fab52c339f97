import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownCases } from '#harness/cli/known-cases.ts';
import { errorTable } from '#protocol/errors.ts';
import { casesPage } from './cases-page.ts';
import { generatedPages } from './generated-pages.ts';

const pages = await generatedPages();

for (const { name, seen, expected } of pages) {
  test(`docs/${name} says what the code says`, () => {
    const [old, now] = [seen, expected].map((text) => text.split('\n'));
    const at = old?.findIndex((line, index) => line !== now?.[index]) ?? -1;
    assert.ok(
      seen === expected,
      `node tools/generate-docs.ts writes it; line ${at + 1}: expected ${now?.[at]}, seen ${old?.[at]}`,
    );
  });
}

test('every group of cases has a name in words', () => {
  const cases = pages.find(({ name }) => name === 'cases.md')?.expected ?? '';
  const headings = [...cases.matchAll(/^### (.*)$/gm)].map(([, heading = '']) => heading);
  assert.ok(headings.length > 20);
  assert.deepEqual(
    headings.filter((heading) => !/^[A-Z-]+: \S/.test(heading)),
    [],
  );
});

test('a case or an error more is a page that differs (control)', async () => {
  const [first = assert.fail(), ...others] = await knownCases();
  assert.notEqual(casesPage([first, ...others]), casesPage(others));
  const errors = pages.find(({ name }) => name === 'errors.md')?.expected ?? '';
  for (const code of Object.keys(errorTable)) assert.ok(errors.includes(`| \`${code}\` |`), code);
});
