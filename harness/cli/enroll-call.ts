import type { CallOutcome, UsageOutcome } from '#simulators/gateway/calls.ts';
import type { Gateway } from '#simulators/gateway/gateway.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { printableLine } from './printable.ts';

export interface PlacedCall {
  readonly calledNumber: string;
  readonly outcome: CallOutcome;
  /** Of the first destination, where somebody was to talk. */
  readonly usage?: UsageOutcome;
}

const normalClearing = 16;

/**
 * Asks where the call may go and, when somebody is to talk, reports that they did: no call is really made. What a server
 * says goes through `clean`, since it may repeat a secret.
 */
export async function placeCall(
  gateway: Gateway,
  calledNumber: string,
  talkSeconds: number | undefined,
  clean: (text: string) => string,
): Promise<PlacedCall> {
  const outcome = cleaned(await gateway.call({ calledNumber }), clean);
  const [first] = outcome.kind === 'authorized' ? outcome.call.destinations : [];
  if (outcome.kind !== 'authorized' || !first || talkSeconds === undefined) return { calledNumber, outcome };
  const detail = { amount: talkSeconds, terminationCause: normalClearing };
  const usage = cleaned(await gateway.report(outcome.call, first, detail), clean);
  return { calledNumber, outcome, usage };
}

function cleaned<T extends CallOutcome | UsageOutcome>(outcome: T, clean: (text: string) => string): T {
  if ('description' in outcome) return { ...outcome, description: clean(outcome.description) };
  return 'reason' in outcome ? { ...outcome, reason: clean(outcome.reason) } : outcome;
}

export function callExit({ outcome, usage }: PlacedCall): ExitCode {
  const kinds = [outcome.kind, usage?.kind];
  if (kinds.includes('unreachable')) return exitCodes.bench;
  return kinds.some((kind) => kind === 'call-refused' || kind === 'refused-server')
    ? exitCodes.findings
    : exitCodes.good;
}

export function callAsText({ calledNumber, outcome, usage }: PlacedCall): string {
  const lines = [`Call to ${calledNumber}: ${said(outcome)}`];
  if (outcome.kind === 'authorized') {
    for (const [index, { signalAddress, validUntil, amount }] of outcome.call.destinations.entries())
      lines.push(`  ${index + 1}. ${signalAddress}, until ${validUntil.toISOString()}, for ${amount} s`);
  }
  if (usage) lines.push(`Usage: ${said(usage)}`);
  return `${lines.map(printableLine).join('\n')}\n`;
}

export function callAsJson({ outcome, usage }: PlacedCall): Record<string, unknown> {
  if (outcome.kind !== 'authorized') return { ...outcome, outcome: outcome.kind, kind: undefined };
  const { transactionId, destinations } = outcome.call;
  return {
    outcome: outcome.kind,
    transactionId,
    destinations: destinations.map(({ signalAddress, validUntil, amount }) => ({
      address: signalAddress,
      validUntil: validUntil.toISOString(),
      seconds: amount,
    })),
    ...(usage ? { usage: { ...usage, outcome: usage.kind, kind: undefined } } : {}),
  };
}

function said(outcome: CallOutcome | UsageOutcome): string {
  switch (outcome.kind) {
    case 'authorized':
      return `authorized, transaction ${outcome.call.transactionId}`;
    case 'reported':
      return 'taken down';
    case 'call-refused':
      return `refused with status ${outcome.status}: ${outcome.description}`;
    case 'refused-server':
      return `the device refused the server: ${outcome.check}: ${outcome.reason}`;
    case 'unreachable':
      return `no answer: ${outcome.reason}`;
  }
}
