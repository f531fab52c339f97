import type { Socket } from 'node:net';

/** A connection between two messages: it was verified when it was opened, and nothing was said on it since. */
export class KeptConnection {
  #socket: Socket | undefined;

  /** The connection, for the next message; undefined when there is none, or it has ended. */
  take(): Socket | undefined {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.off('data', this.#drop);
    return socket?.writable && !socket.destroyed ? socket : undefined;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  keep(socket: Socket): void {
    this.close();
    if (socket.destroyed) return;
    this.#socket = socket;
    // What nobody asked for is the answer to nothing.
    socket.on('data', this.#drop);
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
  }

  close(): void {
    this.#drop();
  }

  readonly #drop = (): void => {
    this.#socket?.destroy();
    this.#socket = undefined;
  };
}
