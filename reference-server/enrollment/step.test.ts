import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Transaction, type TransactionState, transitions } from './states.ts';
import { type EnrollmentEvent, issued, type Step, type StepPolicy, step, withoutExpired } from './step.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const policy: StepPolicy = { pendingLifetimeSeconds: 100, retrieveNonce: 'repeated', transitions };
const certificate = Uint8Array.of(0x30, 0x00);
const notAfter = 500_000;

const pending: Transaction = {
  id: 'first',
  device: 'gw1.example.com',
  state: 'pending',
  nonce: 'n1',
  digest: 'd1',
  pkcs10: Uint8Array.of(1),
  keyFingerprint: 'K1',
  requestedAt: 0,
  from: 'here',
};
const current: Readonly<Record<TransactionState, Transaction>> = {
  pending,
  issued: issued(pending, certificate, notAfter),
  rejected: { ...pending, state: 'rejected', reason: 'not ours' },
};

interface MessageParts {
  readonly operation?: 'request' | 'retrieve';
  readonly nonce?: string;
  readonly digest?: string;
  readonly spent?: boolean;
  readonly id?: string;
}

function message({ spent = false, ...parts }: MessageParts = {}): EnrollmentEvent {
  const { id: _id, state: _state, requestedAt: _at, ...rest } = pending;
  return { kind: 'message', spent, incoming: { ...rest, id: 'second', operation: 'request', ...parts } };
}

function outcomeOf({ effect }: Step): string {
  if (effect.kind !== 'answer') return effect.kind;
  return effect.answer.kind === 'refused' ? `refused ${effect.answer.status}` : effect.answer.kind;
}

const sameRequest = message();
const otherRequest = message({ digest: 'd2', nonce: 'n2' });
const matchingRetrieve = message({ operation: 'retrieve' });
const retrieveWithOtherNonce = message({ operation: 'retrieve', nonce: 'n2' });
const retrieveWithOtherPkcs10 = message({ operation: 'retrieve', digest: 'd2' });
const spentRequest = message({ digest: 'd0', nonce: 'n0', spent: true });
const approval: EnrollmentEvent = { kind: 'approve', id: 'first' };
const rejection: EnrollmentEvent = { kind: 'reject', id: 'first', reason: 'unknown box' };

describe('each row of the state table, as the device and the administrator see it', () => {
  const rows: readonly (readonly [string, EnrollmentEvent, Record<'none' | TransactionState, string>])[] = [
    ['the same request', sameRequest, { none: 'opened', pending: 'pending', issued: 'issued', rejected: 'refused 8' }],
    ['another request', otherRequest, { none: 'opened', pending: 'opened', issued: 'opened', rejected: 'opened' }],
    [
      'a retrieve that matches',
      matchingRetrieve,
      { none: 'refused 9', pending: 'pending', issued: 'issued', rejected: 'refused 8' },
    ],
    [
      'a retrieve with another nonce',
      retrieveWithOtherNonce,
      { none: 'refused 9', pending: 'refused 9', issued: 'refused 9', rejected: 'refused 9' },
    ],
    [
      'a retrieve with another PKCS#10',
      retrieveWithOtherPkcs10,
      { none: 'refused 9', pending: 'refused 9', issued: 'refused 9', rejected: 'refused 9' },
    ],
    [
      'a request with a PKCS#10 that got its certificate before',
      spentRequest,
      { none: 'refused 10', pending: 'refused 10', issued: 'refused 10', rejected: 'refused 10' },
    ],
    ['an approval', approval, { none: 'conflict', pending: 'issue', issued: 'conflict', rejected: 'conflict' }],
    ['a rejection', rejection, { none: 'conflict', pending: 'done', issued: 'conflict', rejected: 'conflict' }],
  ];
  for (const [name, event, expected] of rows) {
    for (const state of ['none', 'pending', 'issued', 'rejected'] as const) {
      test(`${name}, ${state === 'none' ? 'without a transaction' : `when it is ${state}`}: ${expected[state]}`, () => {
        const before = state === 'none' ? undefined : current[state];
        const taken = step(before, event, policy, 1_000);
        assert.equal(outcomeOf(taken), expected[state]);
        if (expected[state] === 'opened') {
          const { id, state: opened, requestedAt, certificate: none } = taken.next ?? {};
          assert.deepEqual([id, opened, requestedAt, none], ['second', 'pending', 1_000, undefined]);
        } else if (expected[state] !== 'done') {
          assert.deepEqual(taken.next, before);
        }
      });
    }
  }
});

test('a rejection keeps its reason', () => {
  const { next } = step(pending, rejection, policy, 1_000);
  assert.deepEqual(next, { ...pending, state: 'rejected', reason: 'unknown box' });
});

test("the administrator's word on a transaction that was replaced does not touch the new one", () => {
  const replaced = { ...pending, id: 'newer' };
  for (const event of [approval, rejection]) {
    assert.deepEqual(step(replaced, event, policy, 1_000), { next: replaced, effect: { kind: 'conflict' } });
    assert.notEqual(outcomeOf(step(pending, event, policy, 1_000)), 'conflict');
  }
});

test('a retrieve may bear a nonce of its own where the profile says so, but never another PKCS#10', () => {
  const lenient = { ...policy, retrieveNonce: 'any' as const };
  assert.equal(outcomeOf(step(pending, retrieveWithOtherNonce, lenient, 1_000)), 'pending');
  assert.equal(outcomeOf(step(current.issued, retrieveWithOtherNonce, lenient, 1_000)), 'issued');
  assert.equal(outcomeOf(step(pending, retrieveWithOtherPkcs10, lenient, 1_000)), 'refused 9');
});

test('a request sent again with a new nonce stays the same transaction, and the retrieve repeats the new nonce', () => {
  for (const before of Object.values(current)) {
    const { next } = step(before, message({ nonce: 'n2' }), policy, 1_000);
    assert.deepEqual(next, { ...before, nonce: 'n2' });
    assert.notEqual(outcomeOf(step(next, retrieveWithOtherNonce, policy, 1_000)), 'refused 9');
    assert.equal(outcomeOf(step(next, matchingRetrieve, policy, 1_000)), 'refused 9');
  }
});

describe('time', () => {
  test('a request waits to its last millisecond, and is then forgotten', () => {
    assert.equal(outcomeOf(step(pending, matchingRetrieve, policy, 100_000)), 'pending');
    assert.equal(outcomeOf(step(pending, approval, policy, 100_000)), 'issue');
    for (const event of [matchingRetrieve, approval, rejection]) {
      const late = step(pending, event, policy, 100_001);
      assert.equal(late.next, undefined);
      assert.equal(outcomeOf(late), event.kind === 'message' ? 'refused 9' : 'conflict');
    }
    assert.equal(outcomeOf(step(pending, sameRequest, policy, 100_001)), 'opened');
  });

  test('what was decided is not forgotten', () => {
    assert.equal(withoutExpired(current.issued, policy, 10_000_000), current.issued);
    assert.equal(withoutExpired(current.rejected, policy, 10_000_000), current.rejected);
    assert.equal(withoutExpired(pending, policy, 100_000), pending);
    assert.equal(withoutExpired(pending, policy, 100_001), undefined);
  });

  test('the request of a certificate gets it again until its end; after it, a new PKCS#10 is due', () => {
    const again = message({ spent: true });
    assert.equal(outcomeOf(step(current.issued, again, policy, notAfter)), 'issued');
    assert.equal(outcomeOf(step(current.issued, again, policy, notAfter + 1)), 'refused 10');
    assert.equal(outcomeOf(step(current.issued, otherRequest, policy, notAfter + 1)), 'opened');
  });
});

/** What the protocol decisions say of one device, without a table: the judge of the property below. */
class Model {
  open: { id: string; digest: string; nonce: string; at: number; fate: 'waits' | 'rejected' | 'certified' } | undefined;
  readonly certified = new Map<string, number>();

  expect(event: EnrollmentEvent, now: number, lenientNonce: boolean): string {
    if (this.open?.fate === 'waits' && now > this.open.at + 100_000) this.open = undefined;
    const { open } = this;
    if (event.kind !== 'message') {
      if (open?.fate !== 'waits' || open.id !== event.id) return 'conflict';
      open.fate = event.kind === 'approve' ? 'certified' : 'rejected';
      if (event.kind === 'approve') this.certified.set(open.digest, now + 300_000);
      return event.kind === 'approve' ? 'issue' : 'done';
    }
    const { operation, digest, nonce, id } = event.incoming;
    const known = { waits: 'pending', rejected: 'refused 8', certified: 'issued' } as const;
    const mine = open?.digest === digest ? open : undefined;
    if (operation === 'retrieve') {
      return mine && (lenientNonce || mine.nonce === nonce) ? known[mine.fate] : 'refused 9';
    }
    const end = this.certified.get(digest);
    if (end !== undefined && (!mine || now > end)) return 'refused 10';
    if (mine) {
      mine.nonce = nonce;
      return known[mine.fate];
    }
    this.open = { id, digest, nonce, at: now, fate: 'waits' };
    return 'opened';
  }
}

test('any series of messages, decisions and waiting is answered as the decisions say; one certificate for a PKCS#10', () => {
  const digest = fc.constantFrom('d1', 'd2', 'd3');
  const nonce = fc.constantFrom('n1', 'n2', 'n3');
  const operation = fc.constantFrom('request' as const, 'retrieve' as const);
  const happening = fc.oneof(
    fc.record({ kind: fc.constant('message' as const), operation, digest, nonce }),
    fc.record({ kind: fc.constant('decision' as const), approve: fc.boolean(), stale: fc.boolean() }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 60_000, 100_001, 300_001) }),
  );
  const property = fc.property(
    fc.array(happening, { maxLength: 40, size: 'max' }),
    fc.constantFrom('any' as const, 'repeated' as const),
    (happenings, retrieveNonce) => {
      const model = new Model();
      const spent = new Set<string>();
      let now = 0;
      let state: Transaction | undefined;
      for (const [index, each] of happenings.entries()) {
        if (each.kind === 'wait') {
          now += each.ms;
          continue;
        }
        const id = each.kind === 'decision' && each.stale ? 'of long ago' : (state?.id ?? 'none');
        const event: EnrollmentEvent =
          each.kind === 'message'
            ? message({ ...each, id: `${index}`, spent: spent.has(each.digest) })
            : each.approve
              ? { kind: 'approve', id }
              : { kind: 'reject', id, reason: '' };
        const taken = step(state, event, { ...policy, retrieveNonce }, now);
        assert.equal(outcomeOf(taken), model.expect(event, now, retrieveNonce === 'any'));
        state = taken.next;
        if (taken.effect.kind === 'issue' && state) {
          assert.ok(!spent.has(state.digest), 'a second certificate for one PKCS#10');
          spent.add(state.digest);
          state = issued(state, Buffer.from(state.digest), now + 300_000);
        }
        if (taken.effect.kind === 'answer' && taken.effect.answer.kind === 'issued' && event.kind === 'message') {
          assert.equal(Buffer.from(taken.effect.answer.certificate).toString(), event.incoming.digest);
        }
      }
    },
  );
  fc.assert(property, { seed, numRuns: 1000 });
});
