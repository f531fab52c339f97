import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { keyIdOf } from './dsse.ts';
import { makeSigningKey, privateKeyPem, readSigningKey, readVerificationKey, signingKeyTypes } from './signing-keys.ts';

const scratch = await mkdtemp(join(tmpdir(), 'muster-keys-'));
after(() => rm(scratch, { recursive: true, force: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(scratch, 'key.pem');
  await writeFile(path, text);
  return path;
}

test('a key that was made is read again, in clear and under its passphrase', async () => {
  for (const type of signingKeyTypes) {
    const { publicKey, privateKey } = makeSigningKey(type);
    for (const passphrase of [undefined, 'correct horse']) {
      const pem = privateKeyPem(privateKey, passphrase);
      assert.equal(pem.includes('ENCRYPTED'), passphrase !== undefined);
      assert.equal(keyIdOf(await readSigningKey(await fileOf(pem), passphrase)), keyIdOf(publicKey));
    }
    const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    assert.equal(keyIdOf(await readVerificationKey(await fileOf(spki))), keyIdOf(publicKey));
  }
});

test('a wrong passphrase, none, a damaged key and one of another kind are refused, and no word of the key is told', async () => {
  const { privateKey, publicKey } = makeSigningKey('ed25519');
  const [clear, locked] = [privateKeyPem(privateKey, undefined), privateKeyPem(privateKey, 'correct horse')];
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const tried: [pem: string, passphrase: string | undefined, code: string][] = [
    [locked, 'wrong horse', 'pem-malformed'],
    [locked, undefined, 'settings-invalid'],
    [clear.replace(/\n.{8}/, '\n'), undefined, 'pem-malformed'],
    [privateKeyPem(rsa, undefined), undefined, 'settings-invalid'],
    [spki, undefined, 'pem-malformed'],
  ];
  for (const [pem, passphrase, code] of tried) {
    await assert.rejects(readSigningKey(await fileOf(pem), passphrase), (thrown: unknown) => {
      assert.ok(thrown instanceof MusterError);
      assert.equal(thrown.code, code, thrown.message);
      for (const line of pem.split('\n')) assert.ok(line.length < 20 || !thrown.message.includes(line));
      assert.doesNotMatch(thrown.message, /horse/);
      assert.equal(thrown.cause, undefined);
      return true;
    });
  }
  await assert.rejects(readVerificationKey(await fileOf(clear)), /a public key in PEM is expected/);
});
