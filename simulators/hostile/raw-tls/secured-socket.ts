import { Duplex } from 'node:stream';
import { messageOf } from '#protocol/errors.ts';
import { messageTypes, recordTypes } from './numbers.ts';
import { AlertReceived, PeerClosed, type Records } from './records.ts';

export interface SocketWatch {
  data(bytes: number): void;
  /** Why reading ended, but for a close. */
  ended(alert: string | undefined, failure: string): void;
}

/** What is inside the TLS connection, once the handshake is over: what node:http and undici ask of a socket. */
export class SecuredSocket extends Duplex {
  readonly encrypted = true;
  readonly remoteAddress: string | undefined;
  readonly remotePort: number | undefined;
  readonly #records: Records;
  readonly #watch: SocketWatch | undefined;
  readonly #handshake: (() => Promise<void>) | undefined;
  #pumping = false;

  /** `handshake`: what a client does when its server asks for another one (RFC 5246 §7.4.1.1); unless given, it declines. */
  constructor(records: Records, watch?: SocketWatch, handshake?: () => Promise<void>) {
    super();
    this.#records = records;
    this.#watch = watch;
    this.#handshake = handshake;
    this.remoteAddress = records.socket.remoteAddress;
    this.remotePort = records.socket.remotePort;
    // A peer that breaks off ends the connection; nobody else listens for it.
    this.on('error', () => {});
    records.socket.once('close', () => this.destroy());
  }

  override _read(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#pump().catch((error) => this.#end(error));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#records.send(recordTypes.applicationData, chunk);
    done();
  }

  override _final(done: (error?: Error) => void): void {
    this.#records.sendAlert('warning', 0);
    this.#records.socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#records.socket.destroy();
    done(error);
  }

  // What a TCP socket has besides: time-outs are the bench's, and packets are not delayed on a loopback.
  setTimeout(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  async #pump(): Promise<void> {
    for (;;) {
      const { type, fragment } = await this.#records.next();
      if (type === recordTypes.handshake && fragment[0] === messageTypes.helloRequest) {
        if (this.#handshake) await this.#handshake();
        else this.#records.sendAlert('warning', 100);
      }
      // A session ticket is nothing to us: no session is resumed.
      if (type !== recordTypes.applicationData) continue;
      this.#watch?.data(fragment.length);
      if (fragment.length > 0) this.push(fragment);
    }
  }

  #end(error: unknown): void {
    if (!(error instanceof PeerClosed)) {
      this.#watch?.ended(error instanceof AlertReceived ? error.alert : undefined, messageOf(error));
    }
    this.push(null);
  }
}
