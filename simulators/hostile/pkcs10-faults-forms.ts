import { encodeDer, encodeOid, tags } from '#protocol/pki/der.ts';
import { encodeName } from '#protocol/pki/names.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { encodeTime } from '#protocol/pki/times.ts';
import { challengeAttribute, forgePkcs10, goodPkcs10, type Pkcs10Fault } from './pkcs10-forge.ts';

/** A list of revoked certificates without any (RFC 5280 §5.1), unsigned in all but form. */
function emptyCrl(): Uint8Array {
  const algorithm = encodeDer(tags.sequence, encodeOid('1.2.840.10045.4.3.2'));
  const list = encodeDer(
    tags.sequence,
    encodeDer(tags.integer, Uint8Array.of(1)),
    algorithm,
    encodeName([{ type: 'CN', value: 'Some CA' }]),
    encodeTime(new Date('2026-01-01T00:00:00Z')),
  );
  return encodeDer(tags.sequence, list, algorithm, encodeDer(tags.bitString, new Uint8Array(65)));
}

/** SEQUENCE in SEQUENCE, as deep as 16,000 bytes allow. */
function nested(): Uint8Array {
  let der: Uint8Array = new Uint8Array();
  while (der.length < 16_000) der = encodeDer(tags.sequence, der);
  return der;
}

/** What is no PKCS#10, or not in DER. */
export const formFaults = {
  'trailing-bytes': {
    id: 'trailing-bytes',
    explanation: 'Bytes follow the end of the DER.',
    make: async (request) => Buffer.concat([goodPkcs10(request), Buffer.from([5, 0])]),
  },
  truncated: {
    id: 'truncated',
    explanation: 'The last bytes are missing.',
    make: async (request) => goodPkcs10(request).subarray(0, -7),
  },
  'indefinite-length': {
    id: 'indefinite-length',
    explanation: 'Its outermost length is indefinite: BER, and not DER.',
    make: async (request) => {
      const good = goodPkcs10(request);
      const header = 2 + ((good[1] ?? 0) & 0x80 ? (good[1] ?? 0) & 0x7f : 0);
      return Buffer.concat([Uint8Array.of(tags.sequence, 0x80), good.subarray(header), Uint8Array.of(0, 0)]);
    },
  },
  'length-beyond': {
    id: 'length-beyond',
    explanation: 'Its outermost length announces four gigabytes.',
    make: async (request) =>
      Buffer.concat([Uint8Array.of(tags.sequence, 0x84, 0xff, 0xff, 0xff, 0xff), goodPkcs10(request).subarray(4)]),
  },
  'deep-nesting': {
    id: 'deep-nesting',
    explanation: 'Four thousand sequences, each inside the next.',
    make: async () => nested(),
  },
  'attribute-doubled': {
    id: 'attribute-doubled',
    explanation: 'The attribute challengePassword stands there twice, with two values.',
    make: async (request) =>
      forgePkcs10(request, { attributes: [challengeAttribute('ONE'), challengeAttribute('TWO')] }),
  },
  'wrong-version': {
    id: 'wrong-version',
    explanation: 'It says version 2, which there is not.',
    make: async (request) => forgePkcs10(request, { version: 1 }),
  },
  'empty-sequence': {
    id: 'empty-sequence',
    explanation: 'An empty SEQUENCE stands in the place of the PKCS#10.',
    make: async () => encodeDer(tags.sequence),
  },
  certificate: {
    id: 'certificate',
    explanation: 'A certificate, that of the CA, stands in the place of the PKCS#10.',
    make: async ({ authority }) => {
      if (!authority) throw new TypeError('This fault needs the certificate of the CA.');
      return authority.der;
    },
  },
  'revocation-list': {
    id: 'revocation-list',
    explanation: 'A list of revoked certificates stands in the place of the PKCS#10.',
    make: async () => emptyCrl(),
  },
  'pem-inside': {
    id: 'pem-inside',
    explanation: 'The base64 holds the PEM text of the PKCS#10, and not its DER.',
    make: async (request) => Buffer.from(toPem('CERTIFICATE REQUEST', goodPkcs10(request))),
  },
  noise: {
    id: 'noise',
    explanation: 'Bytes that are no DER stand in the place of the PKCS#10.',
    make: async () => Buffer.from('no PKCS#10 at all, but text'),
  },
  'private-key': {
    id: 'private-key',
    explanation: 'A private key stands in the place of the PKCS#10.',
    make: async ({ key }) => key.privateKey.export({ type: 'pkcs8', format: 'der' }),
  },
} as const satisfies Record<string, Pkcs10Fault>;
