import { judgeKey, judgeSignature } from '#protocol/pki/acceptance.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';
import { fingerprint, sameFingerprint } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { datesFailure, signatureFailure } from './certificate-facts.ts';
import type { Check } from './checks.ts';

export interface CaSubject {
  readonly certificate: Certificate;
  /** True when it came over a verified TLS connection. */
  readonly overTls: boolean;
  /** Given out of band. */
  readonly fingerprint: string | undefined;
  readonly at: Date;
  readonly clockSkewSeconds: number;
  readonly profile: CryptoProfile;
}

/** What the CA certificate of a getcacert answer must be before anything is built on it. */
export const caChecks: readonly Check<CaSubject>[] = [
  {
    id: 'ca.fingerprint',
    sentence: 'the CA certificate is the one that was announced out of band, or came over verified TLS',
    citation: 'WO 01/47232, Fig. 3B step 340',
    failure: ({ certificate, overTls, fingerprint: expected }) => {
      if (expected === undefined) {
        return overTls
          ? undefined
          : 'it came over cleartext, and no fingerprint was given out of band to check it with';
      }
      const hash = expected.replace(/[:\s]/g, '').length === 40 ? 'sha1' : 'sha256';
      const seen = fingerprint(certificate.der, hash);
      return sameFingerprint(seen, expected) ? undefined : `expected the fingerprint ${expected}, seen ${seen}`;
    },
  },
  {
    id: 'ca.authority',
    sentence: 'it is a CA certificate',
    citation: 'RFC 5280 §4.2.1.9',
    failure: ({ certificate }) =>
      certificate.basicConstraints?.ca === true ? undefined : 'its basic constraints do not say that it is a CA',
  },
  {
    id: 'ca.key-usage',
    sentence: 'its key may sign certificates',
    citation: 'RFC 5280 §4.2.1.3',
    failure: ({ certificate: { keyUsage } }) =>
      keyUsage === undefined || keyUsage.has('keyCertSign')
        ? undefined
        : `its key usage is ${[...keyUsage].join(', ')}, without keyCertSign`,
  },
  {
    id: 'ca.dates',
    sentence: 'it is valid now',
    citation: 'RFC 5280 §4.1.2.5',
    failure: ({ certificate, at, clockSkewSeconds }) => datesFailure(certificate, at, clockSkewSeconds),
  },
  {
    id: 'ca.signature',
    sentence: 'it is signed by its own key',
    citation: 'RFC 5280 §6.1.3 (a)(1)',
    failure: ({ certificate }) => signatureFailure(certificate, certificate),
  },
  {
    id: 'ca.algorithm',
    sentence: 'its signature algorithm is one of the profile',
    citation: 'Muster protocol decisions, «Certificates and keys»',
    failure: ({ certificate, profile }) =>
      judgeSignature(certificate.signatureAlgorithm, certificate.publicKey, profile),
  },
  {
    id: 'ca.key-strength',
    sentence: 'its key is one of the profile',
    citation: 'Muster protocol decisions, «Certificates and keys»',
    failure: ({ certificate, profile }) => judgeKey(certificate.publicKey, profile),
  },
];
