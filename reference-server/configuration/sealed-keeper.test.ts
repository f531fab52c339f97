import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import { privateKeyPem } from '#protocol/pki/keys.ts';
import { type CryptoProfile, profiles } from '#protocol/pki/profiles.ts';
import { backupFolderOf } from './backup-folder.ts';
import { ConfigurationKeeper } from './configuration-keeper.ts';
import { SealedCrypto } from './crypto-source.ts';
import { FilePlace } from './file-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-crypto-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const clock = new ManualClock(new Date('2026-11-23T10:00:00.123Z'));
const { modern, legacy } = profiles;
const accounts = join(folder, 'accounts');
writeFileSync(accounts, '');

let count = 0;
function fileOf(text: string): string {
  const path = join(folder, `muster-${++count}.conf`);
  writeFileSync(path, text);
  return path;
}
const textOf = (path: string): string => readFileSync(path, 'utf8');
const cryptoOf = (path: string): string => /^crypto (.*)$/m.exec(textOf(path))?.[1] ?? assert.fail();

function open(path: string, passphrase = 'secret', profile: CryptoProfile = modern): Promise<ConfigurationKeeper> {
  return ConfigurationKeeper.open({
    place: new FilePlace(path, accounts),
    crypto: new SealedCrypto(passphrase, profile),
    clock,
  });
}

const refused = (pattern: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof MusterError && thrown.code === 'settings-invalid', String(thrown));
  assert.match(thrown.message, pattern);
  assert.doesNotMatch(thrown.message, /muster-crypto-1:[^"]/);
  return true;
};

test('without crypto, new parameters are made and written into the file; the next start has the same CA', async () => {
  const text = '# ours\r\nlicense "old"\r\nlicense "new"\r\nenroll enabled';
  const path = fileOf(text);
  const made = await open(path);
  const again = await open(path);
  assert.ok(Buffer.from(again.authority.certificate.der).equals(made.authority.certificate.der));
  assert.equal(privateKeyPem(again.authority.key), privateKeyPem(made.authority.key));
  assert.ok(textOf(path).startsWith(`${text}\r\ncrypto muster-crypto-1:`), 'the rest of the file is as it was');
  const [backup, ...others] = readdirSync(backupFolderOf(path));
  assert.deepEqual([backup, others], ['2026-11-23T10-00-00-123Z', []]);
  assert.equal(textOf(join(backupFolderOf(path), backup ?? '')), text, 'license keys are part of the backup');
});

test('the key of the CA stands nowhere in clear: neither in PEM nor in DER nor in base64 of it', async () => {
  const path = fileOf('enroll enabled\n');
  const { authority } = await open(path);
  const der = authority.key.privateKey.export({ type: 'pkcs8', format: 'der' });
  const inner = der.subarray(-100, -68);
  const bytes = Buffer.from(textOf(path).split(':').at(-1) ?? '', 'base64url');
  assert.ok(!bytes.includes(inner) && !textOf(path).includes('secret'));
});

test('another passphrase, another profile, damaged or foreign parameters are refused, and the file stays as it is', async () => {
  const path = fileOf('enroll enabled\n');
  const keeper = await open(path);
  const good = textOf(path);
  await assert.rejects(open(path, 'guess'), refused(/does not open/));
  await assert.rejects(open(path, 'secret', legacy), refused(/the profile legacy signs with .*MD5/));
  writeFileSync(path, good.replace(/:MII/, ':MIJ'));
  await assert.rejects(open(path), refused(/was damaged/));
  for (const parameters of ['anything', 'muster-crypto-1:a:b', 'muster-crypto-1:a:b:c:d']) {
    const other = `enroll disabled\ncrypto "${parameters}"\n`;
    writeFileSync(path, other);
    await assert.rejects(open(path), refused(/expected to hold|does not open/));
    await assert.rejects(keeper.reload(), refused(/expected to hold|does not open/));
    await assert.rejects(keeper.apply(other, 'ann'), refused(/expected to hold|does not open/));
    assert.equal(keeper.current.enroll, true, 'the reload is refused as a whole');
    assert.equal(textOf(path), other);
  }
  writeFileSync(path, good);
  await keeper.reload();
  assert.equal(textOf(path), good);
});

test('a file with errors is not changed, and no backup is made of it', async () => {
  const broken = fileOf('enroll maybe\n');
  await assert.rejects(open(broken), /bad flag|enroll/);
  assert.equal(textOf(broken), 'enroll maybe\n');
  assert.throws(() => readdirSync(backupFolderOf(broken)), /ENOENT/);
});

test('a crypto line taken out of a running server’s file, or replaced, is another CA at once; the marks go with it', async () => {
  const path = fileOf('enroll enabled\ngroup a\ndevice d a enabled enrolled # x\n');
  const keeper = await open(path);
  assert.match(textOf(path), /^device d a enabled # x$/m, 'what an unknown CA certified does not count');
  const [first, line] = [keeper.authority, cryptoOf(path)];
  keeper.setEnrolled('d', true);
  await keeper.close();
  assert.match(textOf(path), /enabled enrolled # x/);
  assert.equal(keeper.authority, first, 'a mark is no reason for another CA');

  writeFileSync(path, textOf(path).replace(/^crypto .*\n/m, ''));
  await keeper.reload();
  assert.notDeepEqual(keeper.authority.certificate.spki, first.certificate.spki);
  assert.match(textOf(path), /^device d a enabled # x$/m);
  assert.notEqual(cryptoOf(path), line);

  writeFileSync(path, `enroll enabled\ngroup a\ndevice d a enabled enrolled\ncrypto ${line}\n`);
  await keeper.reload();
  assert.ok(Buffer.from(keeper.authority.certificate.der).equals(first.certificate.der));
  assert.equal(textOf(path), `enroll enabled\ngroup a\ndevice d a enabled\ncrypto ${line}\n`);
});

test('a rotation adds a line, and keeps the former ones; the last counts, for the next start too', async () => {
  const path = fileOf('enroll enabled\n');
  const keeper = await open(path);
  const before = textOf(path);
  await keeper.rotateCrypto('ann');
  assert.ok(textOf(path).startsWith(before));
  assert.equal(textOf(path).match(/^crypto /gm)?.length, 2);
  const again = await open(path);
  assert.ok(Buffer.from(again.authority.certificate.der).equals(keeper.authority.certificate.der));
});

test('two servers that share a file make one CA, and find the changes of each other', async () => {
  const names = Array.from({ length: 12 }, (_, number) => `gw${number}`);
  const path = fileOf(`group a\n${names.map((name) => `device ${name} a disabled\n`).join('')}`);
  const [one, two] = await Promise.all([open(path), open(path)]);
  assert.ok(Buffer.from(one.authority.certificate.der).equals(two.authority.certificate.der));
  assert.equal(textOf(path).match(/^crypto /gm)?.length, 1);
  await Promise.all(names.map((name, number) => (number % 2 ? one : two).setDeviceEnabled(name, true, 'ann')));
  for (const keeper of [one, two]) {
    await keeper.reload();
    assert.equal(keeper.text, textOf(path));
    assert.ok([...keeper.current.devices.values()].every(({ enabled }) => enabled));
  }
  assert.equal((await one.backups()).length, names.length + 1, 'one for each change, and none twice');
});
