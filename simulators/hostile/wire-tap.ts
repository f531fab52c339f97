import { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

export interface WireEnd {
  readonly address: string;
  readonly port: number;
}

/** Bytes that crossed a TCP connection in one direction, as one read or write saw them. */
export interface WirePiece {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly from: 'device' | 'server';
  readonly bytes: Uint8Array;
}

/** One TCP connection as it was below TLS. */
export interface WireConnection {
  readonly transport: 'tls' | 'cleartext';
  readonly device: WireEnd;
  readonly server: WireEnd;
  /** Milliseconds since 1970, as `closedAtMs`, which is absent while it is open. */
  readonly openedAtMs: number;
  closedAtMs?: number;
  /** In the order of time; they end where the memory of the tap did. */
  readonly pieces: WirePiece[];
  /** Bytes that came after the memory was full, and were not kept. */
  missingBytes: number;
}

interface WireMark {
  readonly connections: number;
  readonly keyLog: number;
  readonly room: number;
}

const defaultBytes = 1024 * 1024;

/** Keeps the bytes of TCP connections, up to a bound, and the key log of their TLS sessions. */
export class WireTap {
  readonly connections: WireConnection[] = [];
  /** Lines of the NSS key log format, without line ends. */
  readonly keyLog: string[] = [];
  #room: number;

  constructor(maximumBytes = defaultBytes) {
    this.#room = maximumBytes;
  }

  /**
   * The accepted connection as a stream with every byte in view. Node's TLS takes the bytes of a socket below JavaScript,
   * where nothing sees them pass; from a stream it reads like anybody else. `before`: sees what the device sends first.
   */
  watch(
    raw: Socket,
    transport: WireConnection['transport'],
    before: (bytes: Uint8Array) => void = () => {},
  ): TappedSocket {
    const connection: WireConnection = {
      transport,
      device: { address: raw.remoteAddress ?? '', port: raw.remotePort ?? 0 },
      server: { address: raw.localAddress ?? '', port: raw.localPort ?? 0 },
      openedAtMs: now(),
      pieces: [],
      missingBytes: 0,
    };
    this.connections.push(connection);
    raw.once('close', () => {
      connection.closedAtMs = now();
    });
    return new TappedSocket(raw, connection.device, (from, bytes) => {
      this.#keep(connection, { atMs: now(), from, bytes });
      if (from === 'device') before(bytes);
    });
  }

  /** A place in what was seen to come back to. */
  mark(): WireMark {
    return { connections: this.connections.length, keyLog: this.keyLog.length, room: this.#room };
  }

  /** Forgets the connections that came after the mark, and has their room again. */
  rewind(mark: WireMark): void {
    this.connections.length = mark.connections;
    this.keyLog.length = mark.keyLog;
    this.#room = mark.room;
  }

  #keep(connection: WireConnection, piece: WirePiece): void {
    if (connection.missingBytes > 0 || piece.bytes.length > this.#room) {
      connection.missingBytes += piece.bytes.length;
      return;
    }
    this.#room -= piece.bytes.length;
    connection.pieces.push(piece);
  }
}

/** An accepted TCP connection, byte for byte, with somebody who looks on. It ends and breaks as the connection does. */
class TappedSocket extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #raw: Socket;
  readonly #saw: (from: WirePiece['from'], bytes: Uint8Array) => void;

  constructor(raw: Socket, device: WireEnd, saw: (from: WirePiece['from'], bytes: Uint8Array) => void) {
    super({ allowHalfOpen: raw.allowHalfOpen });
    this.remoteAddress = device.address;
    this.remotePort = device.port;
    this.#raw = raw;
    this.#saw = saw;
    // What happens on the connection belongs to whoever asked for the tap (AsyncLocalStorage).
    raw.on(
      'data',
      AsyncResource.bind((bytes: Buffer) => {
        saw('device', bytes);
        if (!this.push(bytes)) raw.pause();
      }),
    );
    raw.on(
      'end',
      AsyncResource.bind(() => this.push(null)),
    );
    raw.on(
      'error',
      AsyncResource.bind((error: Error) => this.destroy(error)),
    );
    raw.on(
      'close',
      AsyncResource.bind(() => this.destroy()),
    );
  }

  /** As of net.Socket: breaks the connection with a RST. */
  resetAndDestroy(): this {
    this.#raw.resetAndDestroy();
    return this;
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#saw('server', bytes);
    this.#raw.write(bytes, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#raw.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#raw.destroy();
    done(error);
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
