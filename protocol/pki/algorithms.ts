import { MusterError } from '../errors.ts';
import { childrenOf, contentOf, type DerValue, decodeOid, encodeDer, encodeOid, tags } from './der.ts';

export interface SignatureAlgorithm {
  readonly oid: string;
  /** The name of the hash for node:crypto. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5';
  readonly keyType: 'rsa' | 'ec';
  /** RFC 3279 §2.2.1 and RFC 4055 §5 ask for NULL after RSA; RFC 5758 §3.2 forbids parameters after ECDSA. */
  readonly parameters: 'null' | 'absent';
  readonly text: string;
}

/** Every signature algorithm known here, in order of preference for its key type. */
export const signatureAlgorithms = {
  'ecdsa-sha256': {
    oid: '1.2.840.10045.4.3.2',
    hash: 'sha256',
    keyType: 'ec',
    parameters: 'absent',
    text: 'ECDSA with SHA-256',
  },
  'ecdsa-sha384': {
    oid: '1.2.840.10045.4.3.3',
    hash: 'sha384',
    keyType: 'ec',
    parameters: 'absent',
    text: 'ECDSA with SHA-384',
  },
  'ecdsa-sha1': {
    oid: '1.2.840.10045.4.1',
    hash: 'sha1',
    keyType: 'ec',
    parameters: 'absent',
    text: 'ECDSA with SHA-1',
  },
  'rsa-sha256': {
    oid: '1.2.840.113549.1.1.11',
    hash: 'sha256',
    keyType: 'rsa',
    parameters: 'null',
    text: 'RSA with SHA-256',
  },
  'rsa-sha384': {
    oid: '1.2.840.113549.1.1.12',
    hash: 'sha384',
    keyType: 'rsa',
    parameters: 'null',
    text: 'RSA with SHA-384',
  },
  'rsa-sha512': {
    oid: '1.2.840.113549.1.1.13',
    hash: 'sha512',
    keyType: 'rsa',
    parameters: 'null',
    text: 'RSA with SHA-512',
  },
  'rsa-sha1': {
    oid: '1.2.840.113549.1.1.5',
    hash: 'sha1',
    keyType: 'rsa',
    parameters: 'null',
    text: 'RSA with SHA-1',
  },
  'rsa-md5': {
    oid: '1.2.840.113549.1.1.4',
    hash: 'md5',
    keyType: 'rsa',
    parameters: 'null',
    text: 'RSA with MD5',
  },
} as const satisfies Record<string, SignatureAlgorithm>;

export type SignatureId = keyof typeof signatureAlgorithms;

export const signatureIds = Object.keys(signatureAlgorithms) as readonly SignatureId[];

const idByOid: ReadonlyMap<string, SignatureId> = new Map(signatureIds.map((id) => [signatureAlgorithms[id].oid, id]));

/** The algorithm's id, or undefined when it is unknown here. */
function signatureIdOf(oid: string): SignatureId | undefined {
  return idByOid.get(oid);
}

const nullDer = Uint8Array.of(tags.null, 0);

const identifiers = new Map(
  signatureIds.map((id) => {
    const { oid, parameters } = signatureAlgorithms[id];
    return [id, encodeDer(tags.sequence, encodeOid(oid), ...(parameters === 'null' ? [nullDer] : []))];
  }),
);

/** The AlgorithmIdentifier as DER (RFC 5280 §4.1.1.2). */
export function algorithmIdentifier(id: SignatureId): Uint8Array {
  return identifiers.get(id) ?? new Uint8Array();
}

/**
 * Reads an AlgorithmIdentifier. The id is undefined for an unknown algorithm and for parameters that the known one
 * may not have.
 * @throws MusterError der-malformed
 */
export function readAlgorithm(
  der: Uint8Array,
  value: DerValue,
  what: string,
): { readonly oid: string; readonly id: SignatureId | undefined } {
  const [name, parameters, surplus] = value.tag === tags.sequence ? childrenOf(der, value, what) : [];
  if (name?.tag !== tags.oid || surplus !== undefined) {
    throw new MusterError('der-malformed', `${what}: an algorithm identifier is expected at byte ${value.start}.`, {
      details: { offset: value.start },
    });
  }
  const oid = decodeOid(contentOf(der, name), what);
  const id = signatureIdOf(oid);
  if (id === undefined || parameters === undefined) return { oid, id };
  const allowed = signatureAlgorithms[id].parameters === 'null' && parameters.tag === tags.null;
  return { oid, id: allowed ? id : undefined };
}
