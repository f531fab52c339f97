import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { MusterError } from '#protocol/errors.ts';
import { signatureAlgorithms } from '#protocol/pki/algorithms.ts';
import { type Authority, authorityFrom } from '#protocol/pki/authority.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { spkiOf } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';

const version = 'muster-crypto-1';
const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/**
 * What a `crypto` line holds (WO 01/47232, crypto): the certificate of the clearinghouse CA, and its key as PKCS#8,
 * encrypted with AES-256 under a passphrase that scrypt makes hard to guess. `muster-crypto-1:SALT:CERTIFICATE:KEY`, base64url.
 */
export async function sealAuthority({ certificate, key }: Authority, passphrase: string): Promise<string> {
  const salt = randomBytes(16);
  const sealed = key.privateKey.export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase: await stretched(passphrase, salt),
  });
  return [version, ...[salt, Buffer.from(certificate.der), sealed].map((part) => part.toString('base64url'))].join(':');
}

/**
 * The clearinghouse CA out of a `crypto` line. `where` names the file, for messages; none of them shows the parameters.
 * @throws MusterError settings-invalid: other parameters than ours, another passphrase, another profile
 */
export async function openAuthority(
  parameters: string,
  passphrase: string,
  profile: CryptoProfile,
  where: string,
): Promise<Authority> {
  const refuse = (what: string): MusterError => new MusterError('settings-invalid', `${where}: ${what}`);
  const [kind, ...parts] = parameters.split(':');
  const [salt, certificateDer, sealed] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (kind !== version || parts.length !== 3 || !salt || !certificateDer || !sealed) {
    throw refuse(
      `the crypto line is expected to hold parameters that begin with "${version}:"; take the line out, and new ones are made.`,
    );
  }
  const key = keyFrom(sealed, await stretched(passphrase, salt));
  if (key === undefined) {
    throw refuse(
      'the crypto line does not open: its key file or passphrase is another one, or the line was damaged. Bring the right one, or take the line out: every device must then re-enroll.',
    );
  }
  const publicKey = createPublicKey(key);
  const certificate = certificateFrom(certificateDer);
  if (certificate === undefined) throw refuse('the certificate of the crypto line was damaged.');
  if (Buffer.compare(certificate.spki, spkiOf(publicKey)) !== 0)
    throw refuse('the certificate of the crypto line is of another key than its own.');
  const { keyType, text } = signatureAlgorithms[profile.authoritySignature];
  if (publicKey.asymmetricKeyType !== keyType) {
    throw refuse(
      `the profile ${profile.id} signs with ${text}, and the key of the crypto line is of type ${publicKey.asymmetricKeyType}: another profile made it.`,
    );
  }
  return authorityFrom(certificate, { privateKey: key, publicKey }, profile.authoritySignature);
}

function keyFrom(der: Buffer, passphrase: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8', passphrase });
  } catch {
    // Not passed on as the cause: it says nothing more.
    return undefined;
  }
}

function certificateFrom(der: Buffer): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    return undefined;
  }
}

async function stretched(passphrase: string, salt: Buffer): Promise<string> {
  return (await derive(passphrase, salt, 32)).toString('base64');
}
