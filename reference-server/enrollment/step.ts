import type { Answer } from '#protocol/messages/answers.ts';
import type { Action, Occurrence, Transaction, transitions } from './states.ts';

export type Transitions = typeof transitions;

/** A request or retrieve that passed every check. */
export interface Incoming {
  readonly operation: 'request' | 'retrieve';
  /** The id of the transaction, should this request open one. */
  readonly id: string;
  readonly device: string;
  readonly nonce: string;
  readonly digest: string;
  readonly pkcs10: Uint8Array;
  readonly keyFingerprint: string;
  readonly from: string;
}

export type EnrollmentEvent =
  | {
      readonly kind: 'message';
      readonly incoming: Incoming /** The PKCS#10 got its one certificate before. */;
      readonly spent: boolean;
    }
  | Decision;

/** The administrator's word on the transaction of that id, and on no other. */
export type Decision =
  | { readonly kind: 'approve'; readonly id: string }
  | { readonly kind: 'reject'; readonly id: string; readonly reason: string };

export interface StepPolicy {
  readonly pendingLifetimeSeconds: number;
  /** `any`: a retrieve may bear a nonce of its own, as the deployed client's does. */
  readonly retrieveNonce: 'repeated' | 'any';
  readonly transitions: Transitions;
}

/** What the engine has to do about it. `issue`: sign a certificate for `next`, then record it with `issued`. */
export type Effect =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'opened' }
  | { readonly kind: 'issue' }
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict' };

export interface Step {
  readonly next: Transaction | undefined;
  readonly effect: Effect;
}

/** One step of the engine: pure, with the time given. `now` is in milliseconds since 1970. */
export function step(current: Transaction | undefined, event: EnrollmentEvent, policy: StepPolicy, now: number): Step {
  const live = withoutExpired(current, policy, now);
  // The transaction that the administrator looked at may have been replaced since.
  if (event.kind !== 'message' && event.id !== live?.id) return { next: live, effect: { kind: 'conflict' } };
  const occurrence = occurrenceOf(live, event, policy, now);
  const action = policy.transitions[live?.state ?? 'none'][occurrence];
  // A device sets a nonce on each request, and its retrieve repeats the last one (protocol decisions, «Messages: nonce»).
  const nonce = event.kind === 'message' && occurrence === 'same-request' ? event.incoming.nonce : live?.nonce;
  return perform(action, live && nonce !== undefined ? { ...live, nonce } : live, event, now);
}

/** Records the certificate that an `issue` effect asked for. */
export function issued(pending: Transaction, certificate: Uint8Array, notAfter: number): Transaction {
  return { ...pending, state: 'issued', certificate, notAfter };
}

/** The transaction, or undefined when it waited for longer than pending ones are kept. */
export function withoutExpired(
  current: Transaction | undefined,
  policy: Pick<StepPolicy, 'pendingLifetimeSeconds' | 'transitions'>,
  now: number,
): Transaction | undefined {
  const expired = current?.state === 'pending' && now > current.requestedAt + policy.pendingLifetimeSeconds * 1000;
  if (!expired) return current;
  return policy.transitions.pending['pending-expired'] === 'forget' ? undefined : current;
}

function occurrenceOf(
  current: Transaction | undefined,
  event: EnrollmentEvent,
  policy: StepPolicy,
  now: number,
): Occurrence {
  if (event.kind !== 'message') return event.kind;
  const { operation, digest, nonce } = event.incoming;
  const same = current?.digest === digest;
  if (operation === 'retrieve') {
    return same && (policy.retrieveNonce === 'any' || current.nonce === nonce) ? 'matching-retrieve' : 'other-retrieve';
  }
  const expired = current?.notAfter !== undefined && now > current.notAfter;
  if (event.spent && (!same || expired)) return 'spent-request';
  return same ? 'same-request' : 'other-request';
}

function perform(action: Action, current: Transaction | undefined, event: EnrollmentEvent, now: number): Step {
  const answer = (reply: Answer): Step => ({ next: current, effect: { kind: 'answer', answer: reply } });
  switch (action) {
    case 'open':
      if (event.kind !== 'message') return { next: current, effect: { kind: 'conflict' } };
      return { next: opened(event.incoming, now), effect: { kind: 'opened' } };
    case 'wait':
      return answer({ kind: 'pending' });
    case 'issue':
      return { next: current, effect: { kind: 'issue' } };
    case 'close': {
      const reason = event.kind === 'reject' ? event.reason : '';
      return { next: current && { ...current, state: 'rejected', reason }, effect: { kind: 'done' } };
    }
    case 'hand-over':
      return current?.certificate
        ? answer({ kind: 'issued', certificate: current.certificate })
        : answer({ kind: 'pending' });
    case 'refuse-unknown':
      return answer({
        kind: 'refused',
        status: 9,
        error: 'no such request: send request first, with the same parameters',
      });
    case 'refuse-rejected':
      return answer({ kind: 'refused', status: 8, error: 'rejected by the administrator' });
    case 'refuse-replay':
      return answer({ kind: 'refused', status: 10, error: 'this PKCS#10 got its certificate already: make a new one' });
    case 'forget':
      return { next: undefined, effect: { kind: 'done' } };
    case 'keep':
      return { next: current, effect: { kind: 'done' } };
    case 'conflict':
      return { next: current, effect: { kind: 'conflict' } };
  }
}

function opened(incoming: Incoming, now: number): Transaction {
  const { id, device, nonce, digest, pkcs10, keyFingerprint, from } = incoming;
  return { id, device, state: 'pending', nonce, digest, pkcs10, keyFingerprint, requestedAt: now, from };
}
