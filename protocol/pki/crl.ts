import { algorithmIdentifier } from './algorithms.ts';
import { type Authority, encodeSigned } from './authority.ts';
import { encodeDer, tags } from './der.ts';
import { encodeAuthorityKeyIdentifier, encodeExtension } from './extensions.ts';
import { encodeTime } from './times.ts';

/** RFC 5280 §5.3.1, those that a person may give for a device's certificate. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  privilegeWithdrawn: 9,
} as const;

export type RevocationReason = keyof typeof revocationReasons;

export interface RevokedSerial {
  /** Hexadecimal, as in `Certificate.serialNumber`. */
  readonly serial: string;
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

export interface RevocationListContent {
  /** Greater than in every list before (RFC 5280 §5.2.3). */
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly RevokedSerial[];
}

const version2 = Uint8Array.of(tags.integer, 1, 1);
const enumerated = 0x0a;
const extensionOids = { crlNumber: '2.5.29.20', reasonCode: '2.5.29.21' } as const;

/** A certificate revocation list as DER, signed by the authority (RFC 5280 §5). @throws MusterError key-unsupported */
export function signRevocationList(content: RevocationListContent, authority: Authority): Uint8Array {
  const { number, thisUpdate, nextUpdate, revoked } = content;
  const { certificate, key, signature } = authority;
  const keyIdentifier = certificate.subjectKeyIdentifier;
  const extensions = [
    ...(keyIdentifier === undefined ? [] : [encodeAuthorityKeyIdentifier(Buffer.from(keyIdentifier, 'hex'))]),
    encodeExtension({ oid: extensionOids.crlNumber, critical: false, value: encodeInteger(number.toString(16)) }),
  ];
  const tbs = encodeDer(
    tags.sequence,
    version2,
    algorithmIdentifier(signature),
    certificate.subjectDer,
    encodeTime(thisUpdate),
    encodeTime(nextUpdate),
    // §5.1.2.6: "When there are no revoked certificates, the revoked certificates list MUST be absent."
    ...(revoked.length === 0 ? [] : [encodeDer(tags.sequence, ...revoked.map(encodeEntry))]),
    encodeDer(0xa0, encodeDer(tags.sequence, ...extensions)),
  );
  return encodeSigned(tbs, key, signature);
}

function encodeEntry({ serial, revokedAt, reason }: RevokedSerial): Uint8Array {
  const value = Uint8Array.of(enumerated, 1, revocationReasons[reason]);
  const extension = encodeExtension({ oid: extensionOids.reasonCode, critical: false, value });
  return encodeDer(
    tags.sequence,
    encodeInteger(serial),
    encodeTime(revokedAt),
    // §5.3.1: the code should be absent in the place of unspecified.
    ...(reason === 'unspecified' ? [] : [encodeDer(tags.sequence, extension)]),
  );
}

/** A positive INTEGER from its hexadecimal digits. */
function encodeInteger(hex: string): Uint8Array {
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return encodeDer(tags.integer, isNegative ? Buffer.concat([Uint8Array.of(0), bytes]) : bytes);
}
