import { isIP } from 'node:net';
import { judgeSignature } from '#protocol/pki/acceptance.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';
import { type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { datesFailure, signatureFailure } from './certificate-facts.ts';
import type { Check } from './checks.ts';

export interface IssuedSubject {
  readonly certificate: Certificate;
  /** The verified certificate of the getcacert answer. */
  readonly authority: Certificate;
  /** The key that the device asked with. */
  readonly key: KeyPair;
  readonly deviceName: string;
  readonly at: Date;
  readonly clockSkewSeconds: number;
  readonly profile: CryptoProfile;
}

/** What an issued certificate must be before the device is enrolled. */
export const issuedChecks: readonly Check<IssuedSubject>[] = [
  {
    id: 'issued.key',
    sentence: "the certificate bears the device's own public key",
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process; RFC 5280 §4.1.2.7',
    failure: ({ certificate, key }) =>
      Buffer.compare(certificate.spki, spkiOf(key.publicKey)) === 0 ? undefined : 'it bears another public key',
  },
  {
    id: 'issued.signature',
    sentence: 'it is signed by the CA certificate that the device got',
    citation: 'WO 01/47232, claim 2; RFC 5280 §6.1.3 (a)(1) and (4)',
    failure: ({ certificate, authority }) => signatureFailure(certificate, authority),
  },
  {
    id: 'issued.dates',
    sentence: 'it is valid now',
    citation: 'Muster protocol decisions, «The exchange: step 9»; RFC 5280 §4.1.2.5',
    failure: ({ certificate, at, clockSkewSeconds }) => datesFailure(certificate, at, clockSkewSeconds),
  },
  {
    id: 'issued.name',
    sentence: 'it names this device',
    citation: 'WO 01/47232, Fig. 3A; RFC 5280 §4.1.2.6',
    failure: ({ certificate, deviceName }) =>
      namesOf(certificate).some((name) => name.toLowerCase() === deviceName.toLowerCase())
        ? undefined
        : `expected the name ${deviceName}, seen ${JSON.stringify(certificate.subjectText)}`,
  },
  {
    id: 'issued.authority',
    sentence: 'it is no CA certificate',
    citation: 'RFC 5280 §4.2.1.9',
    failure: ({ certificate }) =>
      certificate.basicConstraints?.ca === true ? 'it would make the device a CA' : undefined,
  },
  {
    id: 'issued.algorithm',
    sentence: 'its signature algorithm is one of the profile',
    citation: 'Muster protocol decisions, «Certificates and keys»',
    failure: ({ certificate, authority, profile }) =>
      judgeSignature(certificate.signatureAlgorithm, authority.publicKey, profile),
  },
];

/** The common names, and the subjectAltNames of the kind that could be a device's name. */
function namesOf({ subject, subjectAltNames }: Certificate): string[] {
  const common = subject.filter(({ type }) => type === 'CN').map(({ value }) => value);
  const { dns = [], ip = [] } = subjectAltNames ?? {};
  return [...common, ...dns, ...ip.filter((address) => isIP(address) !== 0)];
}
