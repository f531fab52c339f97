import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { extension, handshakeMessage, number, vector } from './raw-tls/bytes.ts';
import { alertName, extensionTypes, messageTypes, recordTypes, versionName, versions } from './raw-tls/numbers.ts';

/** A ClientHello that an honest server has to turn down, as data. */
export interface TlsOffer {
  readonly id: string;
  readonly explanation: string;
  /** The best version that it speaks. */
  readonly version: number;
  readonly ciphers: readonly number[];
}

const honestCiphers = [0xc02b, 0xc02f, 0xc009, 0xc013, 0x002f, 0x0035];

export const tlsOffers = {
  honest: {
    id: 'honest',
    explanation: 'TLS 1.2 with ciphers that authenticate and hide.',
    version: versions.tls12,
    ciphers: honestCiphers,
  },
  anonymous: {
    id: 'anonymous',
    explanation: 'Ciphers alone in which the server shows no certificate.',
    version: versions.tls12,
    ciphers: [0x00a6, 0x006c, 0x006d, 0x0034, 0x003a, 0xc018, 0xc019, 0x001b, 0x0018],
  },
  'no-encryption': {
    id: 'no-encryption',
    explanation: 'Ciphers alone that hide nothing.',
    version: versions.tls12,
    ciphers: [0xc006, 0xc010, 0x003b, 0x0002, 0x0001],
  },
  export: {
    id: 'export',
    explanation: 'Ciphers alone of 40 and 56 bits, RC4 and DES.',
    version: versions.tls12,
    ciphers: [0x0003, 0x0006, 0x0008, 0x000e, 0x0011, 0x0014, 0x0004, 0x0005, 0x0009, 0x0062, 0x0064],
  },
  'ssl-3': {
    id: 'ssl-3',
    explanation: 'SSL 3.0 and nothing newer.',
    version: versions.ssl3,
    ciphers: honestCiphers,
  },
  'tls-1.0': {
    id: 'tls-1.0',
    explanation: 'TLS 1.0 and nothing newer.',
    version: versions.tls10,
    ciphers: honestCiphers,
  },
  'tls-1.1': {
    id: 'tls-1.1',
    explanation: 'TLS 1.1 and nothing newer.',
    version: versions.tls11,
    ciphers: honestCiphers,
  },
} as const satisfies Record<string, TlsOffer>;

/** What came back: an alert, an agreement, or the end of the connection. */
export type OfferReply =
  | { readonly kind: 'alert'; readonly alert: string }
  | { readonly kind: 'agreed'; readonly version: string; readonly cipher: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'silence' };

/** Sends the ClientHello by hand, and reads the first record of the answer. */
export async function offerTls(url: string, offer: TlsOffer, timeoutSeconds = 5): Promise<OfferReply> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) });
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(new Error('time is up')), timeoutSeconds * 1000);
  try {
    await once(socket, 'connect');
    socket.write(clientHello(offer, hostname));
    return await firstRecord(socket);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function clientHello({ version, ciphers }: TlsOffer, host: string): Buffer {
  const list = (values: readonly number[]): Buffer[] => values.map((value) => number(value, 2));
  // SSL 3.0 has no extensions.
  const extensions = [
    extension(extensionTypes.serverName, vector(2, number(0, 1), vector(2, Buffer.from(host)))),
    extension(extensionTypes.supportedGroups, vector(2, ...list([29, 23, 24]))),
    extension(extensionTypes.pointFormats, vector(1, number(0, 1))),
    extension(extensionTypes.signatureAlgorithms, vector(2, ...list([0x0403, 0x0804, 0x0401, 0x0203, 0x0201]))),
  ];
  const hello = handshakeMessage(
    messageTypes.clientHello,
    number(version, 2),
    randomBytes(32),
    vector(1),
    vector(2, ...list(ciphers)),
    vector(1, number(0, 1)),
    ...(version === versions.ssl3 ? [] : [vector(2, ...extensions)]),
  );
  return Buffer.concat([number(recordTypes.handshake, 1), number(Math.min(version, 0x0301), 2), vector(2, hello)]);
}

async function firstRecord(socket: Socket): Promise<OfferReply> {
  let received = Buffer.alloc(0);
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      const length = received.length >= 5 ? received.readUInt16BE(3) : undefined;
      if (length === undefined || received.length < 5 + Math.min(length, 64)) continue;
      return replyOf(received);
    }
  } catch (error) {
    return { kind: error instanceof Error && error.message === 'time is up' ? 'silence' : 'closed' };
  }
  return { kind: 'closed' };
}

function replyOf(record: Buffer): OfferReply {
  if (record[0] === recordTypes.alert) return { kind: 'alert', alert: alertName(record[6] ?? 0) };
  if (record[0] !== recordTypes.handshake || record[5] !== messageTypes.serverHello) return { kind: 'closed' };
  // ServerHello: version, 32 random bytes, a session id, the cipher (RFC 5246 §7.4.1.3).
  const cipherAt = 9 + 2 + 32 + 1 + (record[43] ?? 0);
  return { kind: 'agreed', version: versionName(record.readUInt16BE(9)), cipher: record.readUInt16BE(cipherAt) };
}
