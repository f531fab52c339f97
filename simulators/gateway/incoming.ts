import type { OnReadOpts } from 'node:net';

export type Receive = (piece: Buffer) => void;

/** What comes on a connection, for one listener; until there is one, it waits. */
export class Incoming {
  #waiting: Buffer[] = [];
  #listener: Receive | undefined;

  readonly receive: Receive = (piece) => {
    if (this.#listener) this.#listener(piece);
    else this.#waiting.push(piece);
  };

  listen(listener: Receive): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const piece of waiting) listener(piece);
  }
}

/** Every connection reads into it in turn, and what came is copied at once. */
const shared = Buffer.allocUnsafeSlow(16 * 1024);

/** How a socket hands on what comes without node's machinery of streams, which costs a fleet more than reading; none: as a stream. */
export function readingInto(receive: Receive | undefined): { readonly onread?: OnReadOpts } {
  if (receive === undefined) return {};
  const callback = (length: number, bytes: Uint8Array): boolean => {
    receive(Buffer.from(bytes.subarray(0, length)));
    return true;
  };
  return { onread: { buffer: shared, callback } };
}
