import { handshakeMessage, number } from './bytes.ts';
import type { CipherSuite } from './cipher-suites.ts';
import type { ClientHello } from './client-hello.ts';
import type { Deviation } from './deviation.ts';
import { messageTypes, versions } from './numbers.ts';

export type RawTlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** One way in which a TLS server's handshake is wrong, as data. The certificate and its key are the good ones. */
export interface RawTlsFault {
  readonly id: string;
  readonly explanation: string;
  /** Which handshake is spoken; `any`: the best that the client offers. */
  readonly version: RawTlsVersion | 'any';
  readonly deviation: Deviation;
  /** Why a device with this offer cannot be shown the fault; undefined when it can. */
  readonly excludes?: (hello: ClientHello) => string | undefined;
}

const { certificate, certificateVerify } = messageTypes;

const without = (left: number): Deviation => ({ message: (type, bytes) => (type === left ? undefined : bytes) });
const altered = (which: number, change: (message: Buffer) => Buffer): Deviation => ({
  message: (type, bytes) => (type === which ? change(bytes) : bytes),
});
const flipped = (bytes: Buffer): Buffer => {
  const changed = Buffer.from(bytes);
  changed[0] = (changed[0] ?? 0) ^ 0xff;
  return changed;
};
/** Adds to a number of three bytes inside a message. */
const counted = (message: Buffer, offset: number, surplus: number): Buffer => {
  const changed = Buffer.from(message);
  number(message.readUIntBE(offset, 3) + surplus, 3).copy(changed, offset);
  return changed;
};
const leafChanged = (change: (der: Buffer) => Buffer): Deviation => ({
  certificates: (chain) => chain.map((der, index) => (index === 0 ? change(der) : der)),
});
type Authentication = CipherSuite['authentication'];
const notOffered =
  (codes: Readonly<Record<Authentication, readonly number[]>>) =>
  ({ ciphers }: ClientHello, authentication: Authentication): number | undefined =>
    codes[authentication].find((code) => !ciphers.includes(code));
/** Where the list of certificates announces its length: after the header, and in 1.3 the empty context. */
const listOffset = { 'TLSv1.2': 4, 'TLSv1.3': 5 } as const;

type Row = readonly [id: string, explanation: string, deviation: Deviation, excludes?: RawTlsFault['excludes']];

const inBoth = (version: RawTlsVersion): readonly Row[] => [
  [
    'stranger-signs',
    'The right certificate, and a handshake signed by another key: the server does not have its key.',
    { strangerSigns: true },
  ],
  ['signs-other-data', 'The right key signed something else than this handshake.', { signedContent: flipped }],
  ['empty-signature', 'The signature over the handshake is empty.', { signature: () => Buffer.alloc(0) }],
  ['empty-certificate', 'The Certificate message holds no certificate.', { certificates: () => [] }],
  ['no-certificate', 'The Certificate message is left out.', without(certificate)],
  ['wrong-finished', 'The Finished of the server does not match the handshake.', { verifyData: flipped }],
  [
    'handshake-length',
    'The Certificate message announces four bytes less than it has.',
    altered(certificate, (message) => counted(message, 1, -4)),
  ],
  [
    'list-length',
    'The list of certificates announces four bytes less than it has.',
    altered(certificate, (message) => counted(message, listOffset[version], -4)),
  ],
  [
    'claims-session',
    'The server says that it goes on with a session of before, and shows no certificate.',
    { claimsSession: true },
  ],
  [
    'trailing-bytes',
    'Two bytes follow the certificate in its place.',
    leafChanged((der) => Buffer.concat([der, Buffer.alloc(2)])),
  ],
  ['truncated-certificate', 'The certificate lacks its last eight bytes.', leafChanged((der) => der.subarray(0, -8))],
];

const only13: readonly Row[] = [
  ['no-certificate-verify', 'The CertificateVerify message is left out.', without(certificateVerify)],
  [
    'empty-certificate-verify',
    'The CertificateVerify message has no content.',
    altered(certificateVerify, () => handshakeMessage(certificateVerify)),
  ],
  [
    'cipher-not-offered',
    'The server chooses a cipher that the device did not offer.',
    { suite: notOffered({ ecdsa: [0x1304], rsa: [0x1304], any: [], anonymous: [] }) },
  ],
];

const old = (id: string, version: number, name: string): Row => [id, `The server answers with ${name}.`, { version }];

const only12: readonly Row[] = [
  [
    'anonymous-cipher',
    'The server chooses TLS_ECDH_anon_WITH_AES_128_CBC_SHA, and shows no certificate.',
    { suite: () => 0xc018 },
  ],
  [
    'null-cipher',
    'The server chooses a cipher that encrypts nothing.',
    { suite: (_hello, key) => (key === 'rsa' ? 0xc010 : 0xc006) },
  ],
  [
    'cipher-not-offered',
    'The server chooses a cipher that the device did not offer.',
    { suite: notOffered({ ecdsa: [0xc008, 0xc009], rsa: [0xc012, 0xc013], any: [], anonymous: [] }) },
  ],
  old('answers-tls11', versions.tls11, 'TLS 1.1'),
  old('answers-tls10', versions.tls10, 'TLS 1.0'),
  old('answers-ssl3', versions.ssl3, 'SSL 3.0'),
  [
    'downgrade-sentinel',
    'TLS 1.2 with the random of a server that speaks 1.3: somebody between the two took 1.3 out of the offer.',
    { random: (random) => Buffer.concat([random.subarray(0, 24), Buffer.from('DOWNGRD\x01', 'latin1')]) },
    (hello) =>
      hello.versions.includes(versions.tls13)
        ? undefined
        : 'The device does not offer TLS 1.3: there is nothing to be taken away.',
  ],
];

const faultsOf = (version: RawTlsVersion, rows: readonly Row[]): RawTlsFault[] =>
  rows.map(([id, explanation, deviation, excludes]) => ({
    id: `${id}-${version === 'TLSv1.3' ? 13 : 12}`,
    explanation,
    version,
    deviation,
    ...(excludes ? { excludes } : {}),
  }));

/** The control of each version: no fault at all. */
export const faultless: Readonly<Record<RawTlsFault['version'], RawTlsFault>> = {
  any: { id: 'faultless', explanation: 'An honest TLS server.', version: 'any', deviation: {} },
  'TLSv1.2': { id: 'faultless-12', explanation: 'An honest TLS 1.2 server.', version: 'TLSv1.2', deviation: {} },
  'TLSv1.3': { id: 'faultless-13', explanation: 'An honest TLS 1.3 server.', version: 'TLSv1.3', deviation: {} },
};

export const rawTlsFaults: readonly RawTlsFault[] = [
  ...faultsOf('TLSv1.3', [...inBoth('TLSv1.3'), ...only13]),
  ...faultsOf('TLSv1.2', [...inBoth('TLSv1.2'), ...only12]),
];

/** It comes only after an honest handshake, and in what the client sent then there may be secrets. */
export const renegotiationFault: RawTlsFault = {
  id: 'renegotiates-12',
  explanation:
    'In the middle of the connection the server asks for another handshake, and shows a certificate of another CA.',
  version: 'TLSv1.2',
  deviation: { renegotiates: true },
};

/** @throws Error when there is no fault of that id */
export function rawTlsFault(id: string): RawTlsFault {
  const fault = rawTlsFaults.find((one) => one.id === id);
  if (!fault) throw new Error(`No fault of the handshake is called "${id}".`);
  return fault;
}
