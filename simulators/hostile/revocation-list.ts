import { algorithmIdentifier } from '#protocol/pki/algorithms.ts';
import { type Authority, encodeSigned } from '#protocol/pki/authority.ts';
import { encodeDer, tags } from '#protocol/pki/der.ts';
import { encodeTime } from '#protocol/pki/times.ts';

const hour = 3_600_000;

/** Of the certificate that the third-party CA takes back: 16 bytes, positive, as its others have them. */
export const revokedSerial: Uint8Array = Uint8Array.from({ length: 16 }, (_, index) => 0x51 + index);

/** RFC 5280 §5.1: a list of version 1 with these serial numbers, valid for an hour, DER. */
export function createRevocationList(authority: Authority, serials: readonly Uint8Array[], now: Date): Uint8Array {
  const { certificate, key, signature } = authority;
  const before = new Date(now.getTime() - hour);
  const entries = serials.map((serial) =>
    encodeDer(tags.sequence, encodeDer(tags.integer, serial), encodeTime(before)),
  );
  const list = encodeDer(
    tags.sequence,
    algorithmIdentifier(signature),
    certificate.subjectDer,
    encodeTime(before),
    encodeTime(new Date(now.getTime() + hour)),
    encodeDer(tags.sequence, ...entries),
  );
  return encodeSigned(list, key, signature);
}
