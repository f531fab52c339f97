import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const filesOf = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

const own = filesOf('examples').filter((path) => !path.endsWith('.test.ts') && basename(path) !== 'README.md');
const tests = ['examples', 'harness'].flatMap(filesOf).filter((path) => path.endsWith('.test.ts'));
const tested = tests.map((path) => readFileSync(path, 'utf8')).join('\n');
const index = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');

for (const path of own) {
  const name = path.slice(root.length + 1);
  test(`${name} has a page that says what it is, and a test that plays it`, () => {
    const page = readFileSync(join(dirname(path), 'README.md'), 'utf8');
    assert.ok(page.includes(basename(path)), 'its page names it');
    assert.ok(index.includes(dirname(name).replace('examples/', '')), 'examples/README.md leads to its page');
    assert.ok(tested.includes(basename(path)), 'a test names it');
  });
}
