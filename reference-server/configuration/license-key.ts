import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { MusterError } from '#protocol/errors.ts';

/** What a license key says. */
export interface LicenseTerms {
  readonly holder: string;
  /** How many devices may be enrolled. */
  readonly devices: number;
  /** Milliseconds since 1970; from then on it does not count. */
  readonly expires: number;
}

const version = 'muster-license-1';

/** A public key in PEM that licenses are verified with. @throws MusterError pem-malformed */
export function readLicensePublicKey(pem: string): KeyObject {
  return readEd25519(() => createPublicKey(pem), 'the public key of licenses');
}

/** A private key in PEM that licenses are signed with. @throws MusterError pem-malformed */
export function readLicensePrivateKey(pem: string): KeyObject {
  return readEd25519(() => createPrivateKey(pem), 'the private key of licenses');
}

function readEd25519(read: () => KeyObject, what: string): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {
    // Not passed on as the cause: it could repeat what was read.
  }
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new MusterError(
    'pem-malformed',
    `Expected ${what}, an Ed25519 key in PEM; seen ${key ? `a key of type ${key.asymmetricKeyType}` : 'none'}. Make a pair with: muster license keygen`,
  );
}

/**
 * A license key: `muster-license-1.TERMS.SIGNATURE`, the terms as JSON and an Ed25519 signature over all before it, both in
 * base64url. @throws MusterError settings-invalid
 */
export function makeLicense(terms: LicenseTerms, privateKey: KeyObject): string {
  if (!areTerms(terms)) {
    throw new MusterError(
      'settings-invalid',
      'A license is expected to have a holder of 1 to 100 printable characters, 1 to 1000000000 devices, and a date of expiry.',
    );
  }
  const { holder, devices, expires } = terms;
  const said = JSON.stringify({ holder, devices, expires: new Date(expires).toISOString() });
  const signed = `${version}.${Buffer.from(said).toString('base64url')}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

export interface ReadLicense {
  /** Undefined for a text that is no license key. */
  readonly terms?: LicenseTerms;
  /** Signed by the key that counts. */
  readonly genuine: boolean;
}

/** What a text in a license line says, and whether it counts under this public key. Never throws. */
export function readLicense(key: string, publicKey: KeyObject | undefined): ReadLicense {
  const [, signed = '', said = '', signature = ''] = /^(muster-license-1\.([\w-]+))\.([\w-]+)$/.exec(key) ?? [];
  const terms = termsOf(said);
  if (!terms) return { genuine: false };
  const genuine = publicKey !== undefined && isSigned(signed, signature, publicKey);
  return { terms, genuine };
}

function isSigned(signed: string, signature: string, publicKey: KeyObject): boolean {
  try {
    return verify(null, Buffer.from(signed), publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

function termsOf(said: string): LicenseTerms | undefined {
  try {
    const { holder, devices, expires } = Object(JSON.parse(Buffer.from(said, 'base64url').toString('utf8')));
    const terms = { holder, devices, expires: typeof expires === 'string' ? Date.parse(expires) : Number.NaN };
    return areTerms(terms) ? terms : undefined;
  } catch {
    return undefined;
  }
}

function areTerms({ holder, devices, expires }: Readonly<Record<keyof LicenseTerms, unknown>>): boolean {
  return (
    typeof holder === 'string' &&
    /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u.test(holder) &&
    Number.isInteger(devices) &&
    Number(devices) >= 1 &&
    Number(devices) <= 1_000_000_000 &&
    Number.isInteger(expires) &&
    Math.abs(Number(expires)) <= 8.64e15
  );
}
