import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const folder = join(import.meta.dirname, '..', 'decisions');

test('decisions are numbered without a gap, each number once, as their title says', () => {
  const files = readdirSync(folder).sort();
  for (const [index, file] of files.entries()) {
    const number = String(index + 1).padStart(4, '0');
    assert.ok(file.startsWith(`${number}-`), `${file}: expected number ${number}`);
    assert.match(readFileSync(join(folder, file), 'utf8'), new RegExp(`^# ${number}\\. \\S`), file);
  }
});
