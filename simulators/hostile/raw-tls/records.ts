import type { Duplex } from 'node:stream';
import { MalformedTls, number, vector } from './bytes.ts';
import { alertName, recordTypes, versions } from './numbers.ts';
import type { PlainRecord, Protection } from './record-protection.ts';

/** The peer sent an alert that is no good-bye. */
export class AlertReceived extends Error {
  readonly alert: string;

  constructor(alert: string) {
    super(`alert "${alert}"`);
    this.alert = alert;
  }
}

/** The peer closed the connection where more was due. */
export class PeerClosed extends Error {}

/** A TCP connection, or what stands for one. */
export type Carrier = Duplex & {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
};

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
  /** With its header, as it counts for the transcript. */
  readonly bytes: Buffer;
}

const mostFragmentBytes = 2 ** 14;
const mostRecordBytes = mostFragmentBytes + 2048;
const mostMessageBytes = 2 ** 18;
/** An alert ends a connection unless it only says good-bye (RFC 8446 §6.1). */
const goodbyes: ReadonlySet<string> = new Set(['close notify', 'user canceled']);

/** The record layer of one connection (RFC 8446 §5, RFC 5246 §6): reading is bounded, writing is at once. */
export class Records {
  /** Of the record header; the negotiated version up to TLS 1.2. */
  version: number = versions.tls10;
  /** What a handshake message takes, by a reader that does not believe its header. */
  measure: (type: number, announced: number, body: Buffer) => number = (_type, announced) => announced;
  /** Takes application data that comes where a handshake message is due; unless it is there, that is malformed. */
  interleaved: ((fragment: Buffer) => void) | undefined;
  readonly socket: Carrier;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #transcript: Buffer[] = [];
  #received: Buffer = Buffer.alloc(0);
  #handshake: Buffer = Buffer.alloc(0);
  #reading: Protection | undefined;
  #writing: Protection | undefined;

  constructor(socket: Carrier) {
    this.socket = socket;
    this.#chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    socket.on('error', () => {});
  }

  /** Every handshake message so far, of both sides. */
  get transcript(): Buffer {
    return Buffer.concat(this.#transcript);
  }

  protectReading(protection: Protection): void {
    this.#reading = protection;
  }

  protectWriting(protection: Protection): void {
    this.#writing = protection;
  }

  send(type: number, content: Uint8Array): void {
    for (let from = 0; from === 0 || from < content.length; from += mostFragmentBytes) {
      const plain = { type, fragment: Buffer.from(content.subarray(from, from + mostFragmentBytes)) };
      const record = this.#writing?.seal(plain) ?? plain;
      const version = Math.min(this.version, versions.tls12);
      this.socket.write(Buffer.concat([number(record.type, 1), number(version, 2), vector(2, record.fragment)]));
    }
  }

  /** Sends handshake messages together, and counts them. */
  sendMessages(...messages: readonly Buffer[]): void {
    this.#transcript.push(...messages);
    const all = Buffer.concat(messages);
    if (all.length > 0) this.send(recordTypes.handshake, all);
  }

  sendChangeCipherSpec(): void {
    this.send(recordTypes.changeCipherSpec, number(1, 1));
  }

  sendAlert(level: 'warning' | 'fatal', description: number): void {
    if (this.socket.writable) {
      this.send(recordTypes.alert, Buffer.concat([number(level === 'fatal' ? 2 : 1, 1), number(description, 1)]));
    }
  }

  /** A handshake begins anew: none of the messages before counts for it. */
  restart(): void {
    this.#transcript.length = 0;
    this.#handshake = Buffer.alloc(0);
  }

  /** The next handshake message. @throws AlertReceived, PeerClosed, MalformedTls when something else comes */
  async message(): Promise<HandshakeMessage> {
    for (;;) {
      const message = this.#takeMessage();
      if (message) {
        this.#transcript.push(message.bytes);
        return message;
      }
      const { type, fragment } = await this.next();
      // RFC 8446 §5: for the sake of old middle boxes, TLS 1.3 sends one that means nothing.
      if (type === recordTypes.changeCipherSpec && this.version === versions.tls13) continue;
      if (type === recordTypes.applicationData && this.interleaved) {
        this.interleaved(fragment);
        continue;
      }
      if (type !== recordTypes.handshake)
        throw new MalformedTls(`a handshake message was due, and a record of type ${type} came`);
      this.#handshake = Buffer.concat([this.#handshake, fragment]);
    }
  }

  /** TLS 1.2 and older: the peer's next records are protected. */
  async changeCipherSpec(): Promise<void> {
    const { type } = await this.next();
    if (type !== recordTypes.changeCipherSpec)
      throw new MalformedTls(`ChangeCipherSpec was due, and a record of type ${type} came`);
  }

  /** The next record, opened. @throws AlertReceived, PeerClosed, MalformedTls */
  async next(): Promise<PlainRecord> {
    const header = await this.#take(5);
    const length = header.readUInt16BE(3);
    if (header.readUInt8(1) !== 3 || length > mostRecordBytes) throw new MalformedTls('what came is no TLS record');
    const sealed = { type: header.readUInt8(0), fragment: await this.#take(length) };
    const record = this.#isProtected(sealed) ? (this.#reading?.open(sealed) ?? sealed) : sealed;
    if (record.type !== recordTypes.alert) return record;
    const alert = alertName(record.fragment.at(1) ?? 0);
    if (goodbyes.has(alert)) throw new PeerClosed(`the peer said "${alert}"`);
    throw new AlertReceived(alert);
  }

  /** Takes whatever still comes, and makes nothing of it, until the peer is gone. */
  async drain(): Promise<void> {
    for (;;) {
      const chunk = await this.#chunks.next().catch(() => ({ done: true }));
      if (chunk.done) return;
    }
  }

  /** In TLS 1.3, ChangeCipherSpec and the alert of a peer without keys yet go in the clear. */
  #isProtected({ type }: PlainRecord): boolean {
    return this.version !== versions.tls13 || type === recordTypes.applicationData;
  }

  #takeMessage(): HandshakeMessage | undefined {
    if (this.#handshake.length < 4) return undefined;
    const type = this.#handshake.readUInt8(0);
    const announced = this.#handshake.readUIntBE(1, 3);
    const length = this.measure(type, announced, this.#handshake.subarray(4));
    if (length > mostMessageBytes) throw new MalformedTls(`a handshake message of ${length} bytes`);
    if (this.#handshake.length < 4 + length) return undefined;
    const bytes = this.#handshake.subarray(0, 4 + length);
    this.#handshake = this.#handshake.subarray(4 + length);
    return { type, body: bytes.subarray(4), bytes };
  }

  async #take(bytes: number): Promise<Buffer> {
    while (this.#received.length < bytes) {
      const chunk = await this.#chunks.next().catch(() => ({ done: true, value: undefined }));
      if (chunk.done || !chunk.value) throw new PeerClosed('the peer closed the connection');
      this.#received = Buffer.concat([this.#received, chunk.value]);
    }
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }
}
