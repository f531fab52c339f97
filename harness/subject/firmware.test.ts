import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { firmwareOf } from './firmware.ts';

test('firmware that is a file is bound into the run by its digest; a digest, a version or a folder stays as it is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-firmware-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'gateway.bin');
  writeFileSync(path, 'abc');
  // FIPS 180-4, the example of one block
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(await firmwareOf(path), `${path}, SHA-256 ${abc}`);
  for (const text of [`sha256:${abc}`, 'OpenSSL 3.0.17, curl 7.88', folder]) assert.equal(await firmwareOf(text), text);
});
