import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';

/** What is done on the connection; when it has returned, only the server may still speak. */
export type Talk = (socket: Socket, closed: AbortSignal) => Promise<void> | void;

export interface Conversation {
  /** Everything that the server sent, byte for character. */
  readonly received: string;
  /** The status of each HTTP answer in it. */
  readonly statuses: readonly number[];
  /** The server ended the connection, or broke it. */
  readonly closed: boolean;
  readonly durationMs: number;
}

/** A certificate to show in TLS, and its key, in PEM. */
export interface ClientIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface ConversationOptions {
  readonly url: string;
  readonly profile: CryptoProfile;
  /** What the client shows when it is asked who it is. */
  readonly as?: ClientIdentity | undefined;
  readonly talk: Talk;
  /** Ends the conversation early: enough was seen. */
  readonly until?: (received: string) => boolean;
  /** How long the server may take to end the connection. */
  readonly patienceSeconds: number;
}

const mostBytes = 16 * 1024 * 1024;

/** One connection with bytes as they are, up to its end or the end of patience. A silent server is no error here. */
export async function converse(options: ConversationOptions): Promise<Conversation> {
  const { url, profile, as, talk, until, patienceSeconds } = options;
  const began = performance.now();
  const over = new AbortController();
  const socket = open(new URL(url), profile, as, true);
  let received = '';
  const ended = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceSeconds * 1000);
    const end = (closed: boolean): void => {
      clearTimeout(timer);
      resolve(closed);
    };
    socket.on('error', () => {});
    socket.once('end', () => end(true));
    socket.once('close', () => end(true));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (until?.(received) || received.length > mostBytes) end(false);
    });
  });
  const talking = Promise.resolve(talk(socket, over.signal)).catch(() => {});
  const closed = await ended;
  over.abort();
  await talking;
  socket.destroy();
  return { received, statuses: statusesIn(received), closed, durationMs: performance.now() - began };
}

function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.[01] (\d{3})\b/g)].map(([, status]) => Number(status));
}

/** `allowHalfOpen`: the other side may end its half, and this one goes on. */
export function open(url: URL, profile: CryptoProfile, as?: ClientIdentity, allowHalfOpen = false): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port);
  const address = { host, port, allowHalfOpen };
  return url.protocol === 'https:'
    ? connectTls({ ...address, rejectUnauthorized: false, ...tlsOptions(profile), ...as })
    : connectTcp(address);
}
