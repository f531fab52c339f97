import fc from 'fast-check';
import { encodeSigned } from '#protocol/pki/authority.ts';
import { encodeDer, tags } from '#protocol/pki/der.ts';
import { derEdits, edited, nested, rebuilt, write } from './der-tree.ts';
import { place, positionIn } from './place.ts';
import { type Twist, type TwistContext, twistsOf } from './twist.ts';

const twist = twistsOf('der');

const deep = nested(2_000);

/** Something else where a certificate is due. */
const documents: Readonly<Record<string, (context: TwistContext) => Uint8Array>> = {
  'the CA certificate': ({ clearinghouse }) => clearinghouse.certificate.der,
  'another CA’s certificate': ({ others }) => others.authority.certificate.der,
  'a public key': ({ others }) => others.spki,
  'an empty sequence': () => encodeDer(tags.sequence),
  null: () => Uint8Array.of(tags.null, 0),
  'one byte': () => Uint8Array.of(0x30),
  '2,000 levels': () => deep,
  '40 KiB': () => encodeDer(tags.sequence, encodeDer(tags.octetString, new Uint8Array(40 * 1024))),
};

/** What happens to the bytes of the certificate, its structure in view. */
export const derTwists: readonly Twist[] = [
  twist(
    'edited',
    { explanation: 'One value in the certificate is changed, and the signature stays as it was.' },
    fc.record({ value: place, is: fc.constantFrom(...derEdits) }),
    ({ value, is }, der) => rebuilt(der, (whole) => write(edited(whole, value, is))),
  ),
  twist(
    'edited-and-signed',
    { explanation: 'One value in the certificate is changed, and the CA itself signed that.' },
    fc.record({ value: place, is: fc.constantFrom(...derEdits) }),
    ({ value, is }, der, { clearinghouse: { key, signature } }) =>
      rebuilt(der, ({ parts: [tbs] }) => {
        return typeof tbs === 'object' ? encodeSigned(write(edited(tbs, value, is)), key, signature) : der;
      }),
  ),
  twist(
    'bit',
    { explanation: 'One bit of the certificate is flipped.' },
    fc.record({ byte: place, bit: fc.nat(7) }),
    ({ byte, bit }, der) => {
      const where = positionIn(der.length, byte);
      return der.with(where, (der[where] ?? 0) ^ (1 << bit));
    },
  ),
  twist(
    'signature-bit',
    { explanation: 'One bit of the last eight bytes of the signature is flipped.' },
    fc.record({ back: fc.integer({ min: 1, max: 8 }), bit: fc.nat(7) }),
    ({ back, bit }, der) => der.with(-back, (der.at(-back) ?? 0) ^ (1 << bit)),
  ),
  twist('cut', { explanation: 'The certificate ends early.' }, fc.integer({ min: 1, max: 200 }), (bytes, der) =>
    der.subarray(0, Math.max(0, der.length - bytes)),
  ),
  twist(
    'trailing',
    { explanation: 'Bytes follow the certificate.' },
    fc.uint8Array({ minLength: 1, maxLength: 16 }).map((bytes) => [...bytes]),
    (bytes, der) => Buffer.concat([der, Uint8Array.from(bytes)]),
  ),
  twist(
    'other-document',
    { explanation: 'It is no certificate of this device at all.', only: 'enrollment' },
    fc.constantFrom(...Object.keys(documents)),
    (which, der, context) => documents[which]?.(context) ?? der,
  ),
];
