import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for their answers; whoever sends more at once is no device. */
const mostWaiting = 16;

/**
 * Answers the requests of a connection one after the other, each once the answer before has left: POST is nothing to do
 * twice at once (RFC 9112 §9.3.2), and whoever reads no answers would otherwise have the server hold all of them. An answer
 * that is not taken in time ends its connection.
 */
export class ConnectionTurns {
  readonly #answerSeconds: number;
  readonly #lines = new WeakMap<Socket, { waiting: number; last: Promise<void> }>();

  /** `answerSeconds`: for an answer to leave; 0 is any time. */
  constructor(answerSeconds: number) {
    this.#answerSeconds = answerSeconds;
  }

  take({ socket }: IncomingMessage, outgoing: ServerResponse, answer: () => Promise<void>): void {
    const line = this.#lines.get(socket) ?? { waiting: 0, last: Promise.resolve() };
    this.#lines.set(socket, line);
    if (line.waiting >= mostWaiting) {
      socket.destroy();
      return;
    }
    const turn = async (): Promise<void> => {
      try {
        if (socket.destroyed) return;
        await answer();
        if (outgoing.writableEnded) await this.#delivered(outgoing);
      } catch {
        outgoing.destroy();
      } finally {
        line.waiting--;
      }
    };
    line.last = line.waiting++ === 0 ? turn() : line.last.then(turn);
  }

  #delivered(outgoing: ServerResponse): Promise<void> {
    if (outgoing.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer =
        this.#answerSeconds > 0 ? setTimeout(() => outgoing.destroy(), this.#answerSeconds * 1000) : undefined;
      outgoing.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
