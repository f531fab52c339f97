import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { privateKeyPem } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { authorityOnFile } from './authority-on-file.ts';
import { backupFolderOf, changeConfigurationFile } from './configuration-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-crypto-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const now = new Date('2026-11-23T10:00:00.123Z');
const { modern, legacy } = profiles;

let count = 0;
function fileOf(text: string): string {
  const path = join(folder, `muster-${++count}.conf`);
  writeFileSync(path, text);
  return path;
}
const textOf = (path: string): string => readFileSync(path, 'utf8');

const refused = (pattern: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof MusterError && thrown.code === 'settings-invalid', String(thrown));
  assert.match(thrown.message, pattern);
  assert.doesNotMatch(thrown.message, /muster-crypto-1:[^"]/);
  return true;
};

test('without crypto, new parameters are made and written into the file; the next start has the same CA', async () => {
  const text = '# ours\r\nlicense "old"\r\nlicense "new"\r\nenroll enabled';
  const path = fileOf(text);
  const made = await authorityOnFile(path, 'secret', modern, now);
  const again = await authorityOnFile(path, 'secret', modern, now);
  assert.ok(Buffer.from(again.certificate.der).equals(made.certificate.der));
  assert.equal(privateKeyPem(again.key), privateKeyPem(made.key));
  assert.ok(textOf(path).startsWith(`${text}\r\ncrypto muster-crypto-1:`), 'the rest of the file is as it was');
  const [backup, ...others] = readdirSync(backupFolderOf(path));
  assert.deepEqual([backup, others], ['2026-11-23T10-00-00-123Z', []]);
  assert.equal(textOf(join(backupFolderOf(path), backup ?? '')), text, 'license keys are part of the backup');
});

test('the key of the CA stands nowhere in clear: neither in PEM nor in DER nor in base64 of it', async () => {
  const path = fileOf('enroll enabled\n');
  const { key } = await authorityOnFile(path, 'secret', modern, now);
  const der = key.privateKey.export({ type: 'pkcs8', format: 'der' });
  const inner = der.subarray(-100, -68);
  const bytes = Buffer.from(textOf(path).split(':').at(-1) ?? '', 'base64url');
  assert.ok(!bytes.includes(inner) && !textOf(path).includes('secret'));
});

test('when the crypto line is taken out, another CA is made: every device must re-enroll', async () => {
  const path = fileOf('enroll enabled\n');
  const first = await authorityOnFile(path, 'secret', modern, now);
  writeFileSync(path, 'enroll enabled\n');
  const second = await authorityOnFile(path, 'secret', modern, now);
  assert.notDeepEqual(second.certificate.spki, first.certificate.spki);
});

test('another passphrase, another profile, damaged or foreign parameters are refused, and the file stays as it is', async () => {
  const path = fileOf('enroll enabled\n');
  await authorityOnFile(path, 'secret', modern, now);
  const good = textOf(path);
  await assert.rejects(authorityOnFile(path, 'guess', modern, now), refused(/does not open/));
  await assert.rejects(authorityOnFile(path, 'secret', legacy, now), refused(/the profile legacy signs with .*MD5/));
  writeFileSync(path, good.replace(/:MII/, ':MIJ'));
  await assert.rejects(authorityOnFile(path, 'secret', modern, now), refused(/was damaged/));
  for (const parameters of ['anything', 'muster-crypto-1:a:b', 'muster-crypto-1:a:b:c:d']) {
    writeFileSync(path, `crypto "${parameters}"\n`);
    await assert.rejects(authorityOnFile(path, 'secret', modern, now), refused(/expected to hold|does not open/));
  }
  writeFileSync(path, good);
  await authorityOnFile(path, 'secret', modern, now);
  assert.equal(textOf(path), good);
});

test('a file with errors is not changed, and no backup is made of it; nor where a change changes nothing', async () => {
  const broken = fileOf('enroll maybe\n');
  await assert.rejects(authorityOnFile(broken, 'secret', modern, now), /bad flag|enroll/);
  assert.equal(textOf(broken), 'enroll maybe\n');
  const path = fileOf('enroll enabled\n');
  await changeConfigurationFile(path, (file) => file, now);
  assert.throws(() => readdirSync(backupFolderOf(path)), /ENOENT/);
  assert.throws(() => readdirSync(backupFolderOf(broken)), /ENOENT/);
});

test('two changes at one moment leave two backups', async () => {
  const path = fileOf('enroll enabled\n');
  for (const word of ['a', 'b']) {
    await changeConfigurationFile(path, (file) => ({ ...file, lines: [...file.lines, `# ${word}\n`] }), now);
  }
  const names = readdirSync(backupFolderOf(path)).sort();
  assert.deepEqual(names, ['2026-11-23T10-00-00-123Z', '2026-11-23T10-00-00-123Z-2']);
  assert.equal(textOf(path), 'enroll enabled\n# a\n# b\n');
});
