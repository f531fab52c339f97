import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { firmwareDigest } from '#reports/firmware-digest.ts';
import { certifiedSubject, certifiedSubjects } from './certified-subject.ts';

const scratch = await mkdtemp(join(tmpdir(), 'muster-subject-'));
after(() => rm(scratch, { recursive: true, force: true }));
const file = join(scratch, 'gateway.bin');
await writeFile(file, 'abc');
// FIPS 180-4, the example of one block
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const other = 'ab'.repeat(32);
const subject = (firmware?: string) => ({
  role: 'device' as const,
  name: 'Gateway 9',
  version: '1.2',
  capabilities: [],
  ...(firmware === undefined ? {} : { firmware }),
});

test('a digest is read of what a subject says; two that differ, or a part of a longer number, are none', () => {
  assert.equal(firmwareDigest(`sha256:${abc}`), abc);
  assert.equal(firmwareDigest(`/a/gateway.bin, SHA-256 ${abc.toUpperCase()}`), abc);
  assert.equal(firmwareDigest(`${abc} ${abc}`), abc);
  for (const text of ['', 'OpenSSL 3.0.17', `${abc} ${other}`, `${abc}0`, `x${abc}`])
    assert.equal(firmwareDigest(text), undefined, text);
});

test('a certificate is of one firmware: that of the subject, or that of the command line, and never of two', async () => {
  assert.equal((await certifiedSubject(subject(`sha256:${abc}`), undefined)).firmware, `sha256:${abc}`);
  assert.equal((await certifiedSubject(subject(), file)).firmware, `${file}, SHA-256 ${abc}`);
  assert.equal((await certifiedSubject(subject('build 7'), `sha256:${abc}`)).firmware, `sha256:${abc}`);
  assert.equal((await certifiedSubject(subject(`sha256:${abc}`), file)).firmware, `sha256:${abc}`);
  await assert.rejects(
    certifiedSubject(subject('build 7'), undefined),
    /names none \(it says: build 7\).*--firmware FILE/s,
  );
  await assert.rejects(certifiedSubject(subject(`sha256:${other}`), file), new RegExp(`${other}.*${abc}`));
  await assert.rejects(certifiedSubject(subject(), join(scratch, 'gone.bin')), /a file here or sha256:HEX/);
});

test('a device that does not say what it is cannot be certified', async () => {
  await assert.rejects(certifiedSubjects([subject()], 'The device did not say what it is.', file), {
    code: 'bench-broken',
  });
});
