import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorTable } from '#protocol/errors.ts';

const page = readFileSync(join(import.meta.dirname, 'errors.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` \| (\w+) \| (.+) \|$/gm)].map(([, code = '', fault, meaning]) => {
  return [code, { fault, meaning }] as const;
});
const documented = new Map<string, unknown>(rows);

test('every error code is documented, with its fault and its meaning', () => {
  for (const [code, row] of Object.entries(errorTable)) assert.deepEqual(documented.get(code), row, code);
});

test('every documented error code exists, and stands once', () => {
  assert.deepEqual(
    rows.map(([code]) => code),
    Object.keys(errorTable),
  );
});
