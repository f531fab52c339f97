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
  readonly #open = new Map<string, Socket>();
  /** Peers whose requests are being answered. */
  readonly #busy = new Set<string>();

  constructor(server: Server, most: number) {
    this.#most = most;
    server.on('connection', (socket: Socket) => this.#opened(socket));
  }

  /** A whole request is here: until it is answered its connection stays. @returns to be called when it is */
  serving(socket: Socket): () => void {
    const peer = peerOf(socket);
    this.#busy.add(peer);
    return () => {
      this.#busy.delete(peer);
      const served = this.#open.get(peer);
      if (!served) return;
      this.#open.delete(peer);
      this.#open.set(peer, served);
    };
  }

  endAll(): void {
    for (const socket of this.#open.values()) socket.destroy();
  }

  #opened(socket: Socket): void {
    const peer = peerOf(socket);
    this.#open.set(peer, socket);
    socket.once('close', () => {
      this.#open.delete(peer);
      this.#busy.delete(peer);
    });
    if (this.#open.size > this.#most) this.#makeRoom();
  }

  #makeRoom(): void {
    for (const [peer, socket] of this.#open) {
      if (this.#busy.has(peer)) continue;
      socket.destroy();
      return;
    }
  }
}
