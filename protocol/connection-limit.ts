import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { peerOf } from './proxy-protocol.ts';

/**
 * Bounds how many connections a server holds. When one more comes, the one that was served longest ago makes room: a
 * device is served within a moment, while whoever opens connections to say or read nothing on them waits in each. (To turn
 * away the newest, as `maxConnections` does, would turn away the devices.)
 */
export class ConnectionLimit {
  readonly #most: number;
  /** By the peer's address and port, since a TLS socket does not know the one below it; the first was served longest ago. */
  readonly #idle = new Map<string, Socket>();
  readonly #busy = new Map<string, Socket>();

  constructor(server: Server, most: number) {
    this.#most = most;
    server.on('connection', (socket: Socket) => this.#opened(socket));
  }

  /** A whole request is here: until it is answered its connection stays. @returns to be called when it is */
  serving(socket: Socket): () => void {
    const peer = peerOf(socket);
    move(peer, this.#idle, this.#busy);
    return () => move(peer, this.#busy, this.#idle);
  }

  endAll(): void {
    for (const sockets of [this.#idle, this.#busy]) for (const socket of sockets.values()) socket.destroy();
  }

  #opened(socket: Socket): void {
    const peer = peerOf(socket);
    this.#idle.set(peer, socket);
    socket.once('close', () => {
      this.#idle.delete(peer);
      this.#busy.delete(peer);
    });
    if (this.#idle.size + this.#busy.size <= this.#most) return;
    const [first] = this.#idle.values();
    first?.destroy();
  }
}

function move(peer: string, from: Map<string, Socket>, to: Map<string, Socket>): void {
  const socket = from.get(peer);
  if (!socket) return;
  from.delete(peer);
  to.set(peer, socket);
}
