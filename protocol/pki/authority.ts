import { hash as digestOf, sign as signatureOf } from 'node:crypto';
import { MusterError } from '../errors.ts';
import { shortRandom } from '../random.ts';
import { algorithmIdentifier, type SignatureId, signatureAlgorithms } from './algorithms.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { childrenOf, contentOf, encodeDer, readDer, tags } from './der.ts';
import {
  type ExtensionWishes,
  encodeAuthorityKeyIdentifier,
  encodeExtensions,
  encodeSubjectKeyIdentifier,
} from './extensions.ts';
import { type KeyPair, spkiOf } from './keys.ts';
import { type DistinguishedName, encodeName } from './names.ts';
import { encodeTime } from './times.ts';

/** What a certificate is to say. */
export interface CertificateTemplate extends ExtensionWishes {
  readonly subject: DistinguishedName;
  readonly spki: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The content of the INTEGER, as it is; 16 random bytes, positive, unless given. */
  readonly serialNumber?: Uint8Array | undefined;
  /** 3 unless given; 1 leaves the extensions out. */
  readonly version?: 1 | 3 | undefined;
  /** Names another algorithm inside than outside, for tests of those who must refuse it. */
  readonly innerSignature?: SignatureId | undefined;
  /** Subject and authority key identifier; on unless false. */
  readonly keyIdentifiers?: boolean | undefined;
}

export interface Issuer {
  readonly subject: DistinguishedName;
  readonly key: KeyPair;
  readonly certificate?: Certificate | undefined;
  /** The extension that its certificates have; worked out of the two above unless given. */
  readonly authorityKeyIdentifier?: Uint8Array | undefined;
}

const version3 = encodeDer(0xa0, Uint8Array.of(tags.integer, 1, 2));
const noUnusedBits = Uint8Array.of(0);

/** 16 random bytes; the first is 1 to 127, so the number is positive, not zero, and its DER is 16 bytes. */
export function randomSerialNumber(): Uint8Array {
  const serial = shortRandom(16);
  serial[0] = (serial[0] ?? 0) & 0x7f || 1;
  return new Uint8Array(serial);
}

/**
 * One certificate as DER, signed. The parts that repeat (names, extensions) are encoded once; the key stands in it
 * byte for byte as in the request.
 * @throws MusterError key-unsupported when the issuer's key cannot make that signature
 */
export function signCertificate(template: CertificateTemplate, issuer: Issuer, signature: SignatureId): Uint8Array {
  const extensions = encodeExtensions(template, template.subject.length === 0);
  if (template.keyIdentifiers !== false) {
    extensions.push(
      encodeSubjectKeyIdentifier(keyIdentifier(template.spki)),
      issuer.authorityKeyIdentifier ?? authorityKeyIdentifierOf(issuer),
    );
  }
  const isVersion3 = template.version !== 1;
  const tbs = encodeDer(
    tags.sequence,
    ...(isVersion3 ? [version3] : []),
    encodeDer(tags.integer, template.serialNumber ?? randomSerialNumber()),
    algorithmIdentifier(template.innerSignature ?? signature),
    // RFC 5280 §4.1.2.4 and §7.1: the issuer byte for byte as in the issuer's own certificate.
    issuer.certificate?.subjectDer ?? encodeName(issuer.subject),
    encodeDer(tags.sequence, encodeTime(template.notBefore), encodeTime(template.notAfter)),
    encodeName(template.subject),
    template.spki,
    ...(isVersion3 && extensions.length > 0 ? [encodeDer(0xa3, encodeDer(tags.sequence, ...extensions))] : []),
  );
  return encodeSigned(tbs, issuer.key, signature);
}

/** SEQUENCE { to be signed, algorithm, signature }: certificates and PKCS#10 alike. @throws MusterError key-unsupported */
export function encodeSigned(tbs: Uint8Array, key: KeyPair, signature: SignatureId): Uint8Array {
  const { hash, keyType, text } = signatureAlgorithms[signature];
  if (key.privateKey.asymmetricKeyType !== keyType) {
    throw new MusterError(
      'key-unsupported',
      `${text} is asked for, with a key of type ${key.privateKey.asymmetricKeyType}: choose a signature that fits the key.`,
    );
  }
  const value = signatureOf(hash, tbs, key.privateKey);
  return encodeDer(tags.sequence, tbs, algorithmIdentifier(signature), encodeDer(tags.bitString, noUnusedBits, value));
}

/** RFC 5280 §4.2.1.2 (1): SHA-1 of the key's BIT STRING without its header. */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  const what = 'The public key';
  const bits = childrenOf(spki, readDer(spki, 0, spki.length, what), what)[1];
  const content = bits === undefined ? spki : contentOf(spki, bits).subarray(1);
  return digestOf('sha1', content, 'buffer');
}

function authorityKeyIdentifierOf({ certificate, key }: Issuer): Uint8Array {
  const own = certificate?.subjectKeyIdentifier;
  const id = own === undefined ? keyIdentifier(spkiOf(key.publicKey)) : Buffer.from(own, 'hex');
  return encodeAuthorityKeyIdentifier(id);
}

/** A certification authority: a certificate, its key, and the signature it issues with. */
export interface Authority {
  readonly certificate: Certificate;
  readonly key: KeyPair;
  readonly signature: SignatureId;
  /** The DER alone, which takes half the time. @throws MusterError when the template cannot be encoded */
  sign(template: CertificateTemplate): Uint8Array;
  /** @throws MusterError when the template cannot be encoded */
  issue(template: CertificateTemplate): Certificate;
}

/** An authority from what is on disk. */
export function authorityFrom(certificate: Certificate, key: KeyPair, signature: SignatureId): Authority {
  const bare = { subject: certificate.subject, key, certificate };
  const issuer = { ...bare, authorityKeyIdentifier: authorityKeyIdentifierOf(bare) };
  const sign: Authority['sign'] = (template) => signCertificate(template, issuer, signature);
  return { certificate, key, signature, sign, issue: (template) => parseCertificate(sign(template)) };
}

export interface AuthorityOptions {
  readonly subject: DistinguishedName;
  readonly key: KeyPair;
  readonly signature: SignatureId;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Absent: the certificate is self-signed. */
  readonly issuer?: Authority | undefined;
  readonly pathLength?: number | undefined;
}

/** Makes the CA certificate as RFC 5280 §4.2.1.9 and §4.2.1.3 ask: CA true, keyCertSign, both critical. */
export function createAuthority(options: AuthorityOptions): Authority {
  const { subject, key, signature, notBefore, notAfter, issuer, pathLength } = options;
  const template: CertificateTemplate = {
    subject,
    spki: spkiOf(key.publicKey),
    notBefore,
    notAfter,
    basicConstraints: pathLength === undefined ? { ca: true } : { ca: true, pathLength },
    keyUsage: ['keyCertSign', 'cRLSign'],
  };
  const certificate =
    issuer?.issue(template) ?? parseCertificate(signCertificate(template, { subject, key }, signature));
  return authorityFrom(certificate, key, signature);
}
