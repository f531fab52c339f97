import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { MusterError } from '#protocol/errors.ts';
import { readTextFile } from '#protocol/text-file.ts';

/** What a lab can sign with. */
export const signingKeyTypes = ['ed25519', 'p256'] as const;
export type SigningKeyType = (typeof signingKeyTypes)[number];

/** A new pair. */
export function makeSigningKey(type: SigningKeyType): {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
} {
  return type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

/** PKCS#8, under the passphrase where there is one. */
export function privateKeyPem(key: KeyObject, passphrase: string | undefined): string {
  const form = { type: 'pkcs8', format: 'pem' } as const;
  return key.export(passphrase === undefined ? form : { ...form, cipher: 'aes-256-cbc', passphrase }).toString();
}

/** The passphrase of a private key: of a file's first line, or of MUSTER_PASSPHRASE; undefined when neither is there. */
export async function passphraseOf(file: string | undefined): Promise<string | undefined> {
  const text = file === undefined ? process.env.MUSTER_PASSPHRASE : await readTextFile(file, 'a passphrase file');
  const passphrase = text?.split(/\r?\n/, 1)[0];
  if (passphrase !== '') return passphrase;
  throw new MusterError('settings-invalid', `The passphrase of ${file ?? 'MUSTER_PASSPHRASE'} is empty.`);
}

/** @throws MusterError not-found, pem-malformed, settings-invalid; no message holds anything of the key */
export async function readSigningKey(path: string, passphrase: string | undefined): Promise<KeyObject> {
  const pem = await readTextFile(path, 'a private key (muster report keygen makes one)');
  const isEncrypted = pem.includes('BEGIN ENCRYPTED PRIVATE KEY');
  if (isEncrypted && passphrase === undefined) {
    throw new MusterError(
      'settings-invalid',
      `${path} is encrypted: set MUSTER_PASSPHRASE, or give --passphrase-file FILE.`,
    );
  }
  try {
    return known(createPrivateKey({ key: pem, ...(isEncrypted ? { passphrase } : {}) }), path);
  } catch (cause) {
    if (cause instanceof MusterError) throw cause;
    // What OpenSSL says of it may hold its bytes: it is left out.
    const why = isEncrypted ? 'the passphrase is another one, or the file is damaged' : 'it holds none';
    throw new MusterError('pem-malformed', `${path}: a private key in PEM (PKCS#8) is expected; ${why}.`);
  }
}

/** @throws MusterError not-found, pem-malformed, settings-invalid */
export async function readVerificationKey(path: string): Promise<KeyObject> {
  const pem = await readTextFile(path, 'a public key');
  if (!/-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.test(pem)) {
    throw new MusterError(
      'pem-malformed',
      `${path}: a public key in PEM is expected (BEGIN PUBLIC KEY); it holds none.`,
    );
  }
  try {
    return known(createPublicKey(pem), path);
  } catch (cause) {
    if (cause instanceof MusterError) throw cause;
    throw new MusterError('pem-malformed', `${path}: a public key in PEM is expected; it cannot be read.`);
  }
}

function known(key: KeyObject, path: string): KeyObject {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ed25519' || asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  const seen = asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType;
  throw new MusterError('settings-invalid', `${path}: a key of Ed25519 or P-256 is expected, seen ${seen}.`);
}
