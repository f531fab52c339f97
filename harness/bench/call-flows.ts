import type { AuthorizationResponse } from '#protocol/osp/authorization.ts';
import type { Component } from '#protocol/osp/message.ts';
import { encodeMessage } from '#protocol/osp/message.ts';
import { RawChannel } from '#simulators/hostile/raw-client.ts';
import { type CallBench, type Caller, type CallOptions, newNumber, type OspReply } from './call-bench.ts';

export function describeReply({ http, message, problem }: OspReply): string {
  const said = message?.components.map((component) => {
    const status = 'status' in component ? ` ${component.status.code} ${component.status.description}` : '';
    const places = component.kind === 'AuthorizationResponse' ? `, ${component.destinations.length} destinations` : '';
    return `${component.kind}${status}${places}`;
  });
  return `HTTP ${http.status}, ${said?.join('; ') ?? problem}`;
}

/** A status with another code than those of success, and no destination, however it is carried. */
export function isRefused({ http, message }: OspReply): boolean {
  if (!message) return http.status >= 400;
  return message.components.every(
    (component) =>
      'status' in component &&
      component.status.code >= 300 &&
      (component.kind !== 'AuthorizationResponse' || component.destinations.length === 0),
  );
}

export function expectRefused({ bench }: CallBench, reply: OspReply, what: string): void {
  bench.judge.require(
    isRefused(reply),
    `${what} is refused with a status of its own and no destination`,
    describeReply(reply),
  );
}

/** Neither a call nor usage is taken from this caller. */
export async function refusesBoth(calls: CallBench, options: CallOptions, who: string): Promise<void> {
  expectRefused(calls, await calls.ask(calls.request(), options), `a call of ${who}`);
  expectRefused(calls, await calls.ask(calls.usage(), options), `usage reported by ${who}`);
}

/** The control after a refusal: the same server lets an honest call through. */
export async function honestCallAfterwards(calls: CallBench, caller: Caller): Promise<void> {
  calls.bench.recorder.control('Control: an honest device calls after the refusal.');
  const { kind } = await caller.gateway.call({ calledNumber: '14045550100' });
  calls.bench.judge.require(kind === 'authorized', 'an honest call right after is let through', kind);
}

/** The addresses of an answer, as names, in their order. */
function placesOf({ destinations }: AuthorizationResponse): string[] {
  return destinations.map(({ signalAddress }) => signalAddress.replace(/^\[(.*)\](:\d+)?$/, '$1').toLowerCase());
}

/** Each called number goes to the first of these devices. */
export async function expectPlaces(
  calls: CallBench,
  caller: Caller,
  expected: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [calledNumber, names] of Object.entries(expected)) {
    const seen = placesOf(await calls.authorized(caller, { calledNumber }));
    const holds = seen.join() === names.map((name) => name.toLowerCase()).join();
    calls.bench.judge.require(holds, `a call to ${calledNumber} goes to ${names.join(', ')}`, seen.join(', '));
  }
}

/** So many calls on one connection, and the order of the destinations of each. They are not kept in the evidence. */
export async function drawMany({ bench }: CallBench, caller: Caller, count: number, ask: () => Component) {
  bench.recorder.did(`The device asks ${count} times where its call may go.`);
  const channel = new RawChannel(new URL('/osp', bench.deployment.tlsUrl).href, bench.profile, caller.as);
  const orders: string[][] = [];
  try {
    for (let turn = 0; turn < count; turn++) {
      const message = { messageId: newNumber(), components: [ask()] };
      const { body } = await channel.exchange({ body: encodeMessage(message) });
      orders.push(orderIn(body));
    }
  } finally {
    channel.close();
  }
  return orders;
}

function orderIn(body: Uint8Array): string[] {
  return [
    ...Buffer.from(body)
      .toString('latin1')
      .matchAll(/SignalAddress>\s*\[([^\]]+)\]/g),
  ].map(([, name = '']) => name.toLowerCase());
}

/**
 * Pearson's chi-square of how often each came first, against the shares that the weights give it. `bound` is what an honest
 * draw exceeds once in a million runs.
 */
export function expectShares(
  { bench }: CallBench,
  counted: readonly number[],
  shares: readonly number[],
  bound: number,
): void {
  const all = counted.reduce((sum, count) => sum + count, 0);
  const deviation = shares.reduce((sum, share, i) => sum + ((counted[i] ?? 0) - all * share) ** 2 / (all * share), 0);
  bench.judge.require(
    deviation <= bound,
    `of ${all} calls each destination is the first as often as its weight says (chi-square at most ${bound})`,
    `${counted.join(', ')} (chi-square ${deviation.toFixed(1)})`,
  );
}
