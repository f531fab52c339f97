import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpAnswer } from './http.ts';
import { STATUS_CODES } from './node-http.ts';
import { readShortRequest, type ShortRequest } from './short-request.ts';
import { gatherMs, TurnBatch } from './turn-batch.ts';

export interface FrontDoorOptions {
  readonly maximumBodyBytes: number;
  /** For the first bytes to arrive. */
  readonly headersTimeoutSeconds: number;
  /** For an answer to leave. */
  readonly requestTimeoutSeconds: number;
}

/**
 * Stands before node:http on its connections. What a device sends as a rule, one short request (readShortRequest), it answers
 * itself: node:http spends a third of an enrollment on being ready for anything. Every other connection it hands on as it
 * came, with the bytes that were read, before a byte of it was answered.
 */
export class FrontDoor {
  readonly #options: FrontDoorOptions;
  readonly #answer: (request: ShortRequest, socket: Socket) => Promise<HttpAnswer>;
  /** Connections that said nothing yet; node:http does not know them. */
  readonly #silent = new Set<Socket>();
  readonly #batch = new TurnBatch(gatherMs);

  constructor(
    server: Server,
    event: 'connection' | 'secureConnection',
    options: FrontDoorOptions,
    answer: (request: ShortRequest, socket: Socket) => Promise<HttpAnswer>,
  ) {
    this.#options = options;
    this.#answer = answer;
    const behind = server.listeners(event);
    server.removeAllListeners(event);
    server.on(event, (socket: Duplex) => {
      const handOn = (): void => {
        for (const listener of behind) listener.call(server, socket);
      };
      // A bench puts other streams in the place of a socket.
      if (socket instanceof Socket) this.#open(socket, handOn);
      else handOn();
    });
  }

  /** Ends the connections that said nothing yet. */
  closeSilent(): void {
    for (const socket of this.#silent) socket.destroy();
  }

  #open(socket: Socket, handOn: () => void): void {
    const { maximumBodyBytes, headersTimeoutSeconds, requestTimeoutSeconds } = this.#options;
    let taken = false;
    const cut = (): void => void socket.destroy();
    const late = (): void => {
      const leftForAnswer = requestTimeoutSeconds - headersTimeoutSeconds;
      if (!taken) {
        socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
        socket.destroySoon();
      } else if (leftForAnswer > 0) socket.off('timeout', late).setTimeout(leftForAnswer * 1000, cut);
      else cut();
    };
    const ended = (): void => {
      if (!taken) cut();
    };
    const closed = (): void => void this.#silent.delete(socket);
    const look = (bytes: Buffer): void => {
      // What follows a whole request on a connection that ends with its answer is not looked at.
      if (taken) return;
      this.#silent.delete(socket);
      const request = readShortRequest(bytes, maximumBodyBytes);
      if (request) {
        taken = true;
        this.#batch.add(() => void this.#talk(socket, request).catch(cut));
      } else {
        socket.pause().off('data', look).off('end', ended).off('error', cut).off('close', closed);
        socket.setTimeout(0, late);
        socket.unshift(bytes);
        handOn();
        socket.resume();
      }
    };
    this.#silent.add(socket);
    socket.setTimeout(headersTimeoutSeconds * 1000, late);
    socket.on('data', look).on('end', ended).on('error', cut).on('close', closed);
  }

  async #talk(socket: Socket, request: ShortRequest): Promise<void> {
    const { status, headers, body, takeOver } = await this.#answer(request, socket);
    if (takeOver) return takeOver(socket);
    let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    head += `Date: ${httpDate()}\r\nConnection: close\r\n\r\n`;
    socket.end(head + Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
    socket.destroySoon();
  }
}

let date = { second: 0, text: '' };

/** RFC 9110 §5.6.7; one for all answers of a second. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== date.second) date = { second, text: new Date(second * 1000).toUTCString() };
  return date.text;
}
