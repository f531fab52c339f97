import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import {
  type Authority,
  type CertificateTemplate,
  createAuthority,
  randomSerialNumber,
} from '#protocol/pki/authority.ts';
import { serialText } from '#protocol/pki/certificate.ts';
import { describeKey, generateKeyPair } from '#protocol/pki/keys.ts';
import type { Pkcs10 } from '#protocol/pki/pkcs10.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { IssuerQuirk } from '../flaw.ts';

const yearMs = 365 * 24 * 3600 * 1000;
/** Certificates begin a minute early, for devices whose clock is a little behind. */
const backdateMs = 60_000;

/** The clearinghouse CA: "an additional CA", apart from the third-party CA (WO 01/47232, Overview of Exemplary Enrollment Process). */
export async function createClearinghouseAuthority(profile: CryptoProfile, now: Date): Promise<Authority> {
  return createAuthority({
    subject: [
      { type: 'O', value: 'Muster Clearinghouse' },
      { type: 'CN', value: 'Clearinghouse CA' },
    ],
    key: await generateKeyPair(profile.authorityKey),
    signature: profile.authoritySignature,
    notBefore: new Date(now.getTime() - backdateMs),
    notAfter: new Date(now.getTime() + 10 * yearMs),
    pathLength: 0,
  });
}

let counter = BigInt(`0x40${randomBytes(15).toString('hex')}`);

/** For flawed servers: 32 hexadecimal digits, each time one more. */
export function counted(): string {
  counter += 1n;
  return counter.toString(16);
}

/** A certificate that was just made, and what its maker knows of it: to read it would take longer than to sign it. */
export interface MadeCertificate {
  readonly der: Uint8Array;
  /** As in `Certificate`. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Signs a device certificate. Of the PKCS#10 only the public key counts: the name is the configured one, and extensions
 * that were asked for are not granted. It ends with the CA certificate at the latest. The serial number is random
 * (RFC 5280 §4.1.2.2).
 */
export function issueDeviceCertificate(
  authority: Authority,
  deviceName: string,
  request: Pkcs10,
  validitySeconds: number,
  now: Date,
  quirk: IssuerQuirk = {},
): MadeCertificate {
  const rsa = describeKey(request.publicKey).type === 'rsa';
  // An address begins with a digit or holds a colon; what does neither need not be looked at twice.
  const address = /^\d|:/.test(deviceName) && isIP(deviceName) !== 0;
  const shift = (quirk.shiftSeconds ?? 0) * 1000;
  const serialNumber = quirk.serialCounts
    ? Buffer.from(counted(), 'hex')
    : (quirk.serialNumber ?? randomSerialNumber());
  const template: CertificateTemplate = {
    subject: [{ type: 'CN', value: quirk.commonName ?? deviceName }],
    spki: request.spki,
    serialNumber,
    notBefore: new Date(now.getTime() - backdateMs + shift),
    notAfter: new Date(
      Math.min(now.getTime() + validitySeconds * 1000 + shift, authority.certificate.notAfter.getTime()),
    ),
    basicConstraints: { ca: quirk.ca ?? false },
    keyUsage: rsa ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    ...(address ? { ipAddresses: [deviceName] } : { dnsNames: [quirk.commonName ?? deviceName] }),
    ...quirk.grants?.(request),
  };
  return {
    der: authority.sign(template),
    serialNumber: serialText(serialNumber),
    notBefore: wholeSeconds(template.notBefore),
    notAfter: wholeSeconds(template.notAfter),
  };
}

/** The dates of a certificate have no fraction of a second. */
function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}
