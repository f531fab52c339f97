import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { exitCodes } from '#harness/cli/exit-codes.ts';
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

test('every exit code of the command line is documented, and every documented one exists', () => {
  const codes = [...page.matchAll(/^\| (\d+) \| ([a-z]+) \| .+ \|$/gm)].map(([, code, name = '']) => [
    name,
    Number(code),
  ]);
  assert.deepEqual(Object.fromEntries(codes), { ...exitCodes });
  assert.equal(codes.length, Object.keys(exitCodes).length);
});
