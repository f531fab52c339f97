import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeRequest } from '#protocol/messages/requests.ts';
import type { HttpFault } from '#simulators/hostile/http-faults.ts';
import { type Conversation, open } from '#simulators/hostile/raw-conversation.ts';
import type { ServerBench } from './server-bench.ts';
import { honestAfterwards, leavesNothing } from './server-flows.ts';

const mostSeconds = 3;
const longAgo = /&cert=|&certificate=/;

/**
 * HTTP requests that are wrong in one thing each: one answer at most, of these statuses, no certificate in it, and the end
 * of the connection. A second answer would be to a request that nobody sent.
 */
export async function refusesHttp(
  bench: ServerBench,
  faults: readonly HttpFault[],
  statuses: readonly number[] = [400],
  mostAnswers = 1,
): Promise<void> {
  await bench.deploy();
  await bench.control();
  for (const fault of faults) {
    bench.recorder.stimulus(`A gateway sends an HTTP request with the fault “${fault.id}”: ${fault.explanation}`);
    const message = await bench.request();
    const { host, pathname } = new URL(bench.deployment.tlsUrl);
    const body = Buffer.from(encodeRequest(message)).toString('latin1');
    const bytes = fault.bytes({ host, path: pathname, body });
    const seen = await bench.wire.converse({
      talk: (socket) => void socket.write(bytes, 'latin1'),
      // An answer more than there may be says enough.
      until: (received) => longAgo.test(received),
      patienceSeconds: mostSeconds,
    });
    expectEnd(bench, seen, `“${fault.id}”`, statuses, mostAnswers);
    await leavesNothing(bench, message, `“${fault.id}”`);
  }
  await honestAfterwards(bench);
}

function expectEnd(
  { judge }: ServerBench,
  { received, statuses, closed }: Conversation,
  what: string,
  allowed: readonly number[],
  mostAnswers: number,
): void {
  if (longAgo.test(received)) judge.violation(`${what} was answered with a certificate: HTTP ${statuses.join(', ')}.`);
  const refused = statuses.length <= mostAnswers && statuses.every((status) => allowed.includes(status));
  judge.require(
    refused,
    `${what} is answered ${allowed.join(' or ')}, ${mostAnswers === 1 ? 'once' : `at most ${mostAnswers} times`} or not at all`,
    statuses.length === 0 ? 'no answer' : `HTTP ${statuses.join(', ')}`,
  );
  judge.require(closed, `${what} ends its connection`, closed ? 'closed' : `open after ${mostSeconds} s`);
}

/** The head of a POST with a body of so many bytes. */
export function postHead(bytes: number): string {
  return `POST /tep HTTP/1.1\r\nHost: muster\r\nContent-Length: ${bytes}\r\n\r\n`;
}

/** A body made longer by a variable that nobody knows. */
export function padded(body: string, bytes: number): string {
  return `${body}&padding=`.padEnd(bytes, 'x');
}

/** A request that goes on and on, or stops in the middle: the server ends it, and serves others meanwhile. */
export async function endsInTime(
  bench: ServerBench,
  what: string,
  talk: (socket: Socket, body: Uint8Array, over: AbortSignal) => Promise<void> | void,
): Promise<void> {
  await bench.deploy({ requestTimeoutSeconds: 0.3 });
  await bench.control();
  bench.recorder.stimulus(`A gateway sends ${what}.`);
  const body = encodeRequest(await bench.request());
  const conversation = bench.wire.converse({
    talk: (socket, over) => talk(socket, body, over),
    patienceSeconds: mostSeconds,
  });
  const meanwhile = await bench.enroll();
  bench.judge.require(meanwhile.kind === 'enrolled', 'an honest device enrolls meanwhile', meanwhile.kind);
  expectEnd(bench, await conversation, what, [400, 408], 1);
}

/** Writes these bytes one after the other, for as long as the connection stands. */
export async function trickle(socket: Socket, bytes: Iterable<string>, over: AbortSignal): Promise<void> {
  for (const byte of bytes) {
    if (over.aborted || socket.destroyed) return;
    socket.write(byte, 'latin1');
    await once(AbortSignal.any([over, AbortSignal.timeout(20)]), 'abort');
  }
}

/** An honest device enrolls, and does not wait for longer than this. */
export async function enrollsWithin(bench: ServerBench, seconds: number, when: string): Promise<void> {
  const began = performance.now();
  const enough = new AbortController();
  const late = delay(seconds * 1000, undefined, { signal: enough.signal }).catch(() => undefined);
  const outcome = await Promise.race([bench.enroll(), late]);
  enough.abort();
  bench.judge.require(
    outcome?.kind === 'enrolled',
    `an honest device enrolls ${when}, within ${seconds} s`,
    outcome ? `${outcome.kind} after ${Math.round(performance.now() - began)} ms` : `nothing within ${seconds} s`,
  );
}

/** Most bytes of requests on one connection, and how long it takes until one that takes no more is left alone. */
const mostFlood = 16 * 1024 * 1024;
const stallSeconds = 0.3;

/** Connections that ask for the CA certificate until the server takes no more of it, and read no answer. */
export async function unreadConnections(bench: ServerBench, count: number): Promise<AsyncDisposable> {
  const url = new URL(bench.deployment.tlsUrl);
  const body = Buffer.from(encodeRequest({ operation: 'getcacert' })).toString('latin1');
  const block = Buffer.from(`${postHead(body.length)}${body}`.repeat(500));
  const sockets = Array.from({ length: count }, () => open(url, bench.profile).on('error', () => {}));
  const sent = await Promise.all(sockets.map((socket) => flood(socket, block)));
  const kibibytes = sent.map((bytes) => Math.round(bytes / 1024)).join(', ');
  bench.recorder.did(
    `${count} connections ask for the CA certificate, and read no answer: ${kibibytes} KiB were sent.`,
  );
  return { [Symbol.asyncDispose]: async () => sockets.forEach((socket) => void socket.destroy()) };
}

/** Writes until the other side takes no more, or has ended the connection. @returns how many bytes it took */
async function flood(socket: Socket, block: Uint8Array): Promise<number> {
  const over = AbortSignal.timeout(mostSeconds * 1000);
  while (!socket.destroyed && !over.aborted && socket.bytesWritten < mostFlood) {
    if (socket.write(block)) continue;
    const waits = new AbortController();
    const stalled = delay(stallSeconds * 1000, true, { signal: waits.signal }).catch(() => true);
    const goesOn = [once(socket, 'drain', waits), once(socket, 'close', waits)].map((event) => event.then(() => false));
    const isStalled = await Promise.race([stalled, ...goesOn.map((event) => event.catch(() => true))]);
    waits.abort();
    if (isStalled) break;
  }
  return socket.bytesWritten - socket.writableLength;
}

/** Connections to the TLS listener on which nothing is said; they end with the block that opened them. */
export async function idleConnections({ deployment, recorder }: ServerBench, count: number): Promise<AsyncDisposable> {
  const { hostname, port } = new URL(deployment.tlsUrl);
  const sockets = Array.from({ length: count }, () => connect({ host: hostname, port: Number(port) }));
  recorder.did(`${count} connections are opened, and nothing is said on them.`);
  await Promise.all(
    sockets.map(async (socket) => {
      await once(socket, 'connect');
      socket.on('error', () => {});
    }),
  );
  return { [Symbol.asyncDispose]: async () => sockets.forEach((socket) => void socket.destroy()) };
}
