import type { LoadEnd } from '#reports/load-record.ts';
import type { CallOutcome, UsageOutcome } from '#simulators/gateway/calls.ts';
import type { Gateway } from '#simulators/gateway/gateway.ts';

/** How an attempt of a simulator ended. */
export interface Ending {
  readonly end: LoadEnd;
  /** For failures: what they have in common with others. */
  readonly kind?: string;
}

/** Talk of half a minute that ended as talks do (Q.850, cause 16). */
const talk = { amount: 30, terminationCause: 16 } as const;

/** One call of an enrolled device: it asks where it may go, and reports that somebody talked there. No call is really made. */
export async function placeCall(gateway: Gateway, calledNumber: string): Promise<Ending> {
  const asked = await gateway.call({ calledNumber });
  if (asked.kind !== 'authorized') return failureOf(asked, 'authorization');
  const [first] = asked.call.destinations;
  if (!first) return { end: 'unexpected', kind: 'a call was authorized, and no destination named' };
  const reported = await gateway.report(asked.call, first, talk);
  return reported.kind === 'reported' ? { end: 'called' } : failureOf(reported, 'usage');
}

function failureOf(
  outcome: Exclude<CallOutcome | UsageOutcome, { kind: 'authorized' | 'reported' }>,
  message: string,
): Ending {
  switch (outcome.kind) {
    case 'call-refused':
      return { end: 'refused', kind: `the server refused an ${message} of calls: status ${outcome.status}` };
    case 'refused-server':
      return { end: 'unexpected', kind: `the device refused the server at its ${message}: ${outcome.check}` };
    case 'unreachable':
      return unanswered(outcome.reason);
  }
}

export function unanswered(reason: string): Ending {
  return { end: reason.startsWith('no whole answer') ? 'timeout' : 'unreachable', kind: reason };
}
