import { sign } from 'node:crypto';
import { algorithmIdentifier, type SignatureAlgorithm, type SignatureId, signatureAlgorithms } from './algorithms.ts';
import type { Certificate } from './certificate.ts';
import { encodeDer, encodeOid, tags } from './der.ts';
import type { KeyPair } from './keys.ts';

export interface DataSigner {
  readonly certificate: Certificate;
  readonly key: KeyPair;
  readonly signature: SignatureId;
}

/** RFC 3370 §2, RFC 5754 §2. */
const digestOids: Readonly<Record<SignatureAlgorithm['hash'], string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

const version1 = encodeDer(tags.integer, Uint8Array.of(1));

/** The content, signed, with the signer's certificate: SignedData of RFC 5652 §5 with one signer and no attributes, as DER. */
export function signedData(content: Uint8Array, { certificate, key, signature }: DataSigner): Uint8Array {
  const { hash } = signatureAlgorithms[signature];
  const digestAlgorithm = encodeDer(tags.sequence, encodeOid(digestOids[hash]));
  const signerInfo = encodeDer(
    tags.sequence,
    version1,
    encodeDer(tags.sequence, certificate.issuerDer, encodeDer(tags.integer, serialOf(certificate))),
    digestAlgorithm,
    algorithmIdentifier(signature),
    encodeDer(tags.octetString, sign(hash, content, key.privateKey)),
  );
  const data = encodeDer(
    tags.sequence,
    version1,
    encodeDer(tags.set, digestAlgorithm),
    encodeDer(tags.sequence, encodeOid('1.2.840.113549.1.7.1'), encodeDer(0xa0, encodeDer(tags.octetString, content))),
    encodeDer(0xa0, certificate.der),
    encodeDer(tags.set, signerInfo),
  );
  return encodeDer(tags.sequence, encodeOid('1.2.840.113549.1.7.2'), encodeDer(0xa0, data));
}

/** The content of the INTEGER: a first byte of 0 keeps the number positive. */
function serialOf({ serialNumber }: Certificate): Uint8Array {
  return Buffer.from(/^[89a-f]/.test(serialNumber) ? `00${serialNumber}` : serialNumber, 'hex');
}
