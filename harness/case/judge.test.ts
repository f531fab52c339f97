import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaseEnded, Judge, type Judgement } from './judge.ts';

/** How a case ends: it does its work, and what it throws reaches the judge as the test runner would tell it. */
function ended(work: (judge: Judge) => void): Judgement {
  const judge = new Judge();
  try {
    work(judge);
  } catch (thrown) {
    return judge.conclude(String(thrown));
  }
  return judge.conclude(undefined);
}

test('a case that ends without a proof is unverified, never a pass', () => {
  const { verdict, reason, proof } = ended(() => {});
  assert.equal(verdict, 'unverified');
  assert.match(reason, /without recording a proof/);
  assert.equal(proof, undefined);
});

test('a case with a proof passes, and says each proof once', () => {
  const judged = ended((judge) => {
    judge.proved('an alert');
    judge.require(true, 'no byte left', '0 bytes');
    judge.proved('an alert');
  });
  assert.deepEqual(judged, {
    verdict: 'pass',
    reason: 'The requirement was seen to hold.',
    proof: 'an alert; no byte left: 0 bytes',
  });
});

test('a requirement that does not hold is a failure that says what was expected and what was seen', () => {
  const { verdict, reason } = ended((judge) => judge.require(false, 'no byte left', '12 bytes'));
  assert.equal(verdict, 'fail');
  assert.equal(reason, 'Expected: no byte left. Seen: 12 bytes.');
});

test('each way to end a case has its verdict and its reason', () => {
  const ways: readonly [verdict: string, end: (judge: Judge) => never][] = [
    ['fail', (judge) => judge.violation('why')],
    ['unverified', (judge) => judge.unverified('why')],
    ['not-applicable', (judge) => judge.notApplicable('why')],
    ['error', (judge) => judge.broken('why')],
  ];
  for (const [verdict, end] of ways) {
    assert.deepEqual(ended(end), { verdict, reason: 'why' });
    assert.throws(() => end(new Judge()), CaseEnded);
  }
});

test('whatever else is thrown is an error of the bench, also after a proof', () => {
  const { verdict, reason } = ended((judge) => {
    judge.proved('something');
    throw new Error('the port is in use');
  });
  assert.equal(verdict, 'error');
  assert.match(reason, /the port is in use/);
});

test('the first verdict stays, though the case caught it or broke afterwards', () => {
  const { verdict, reason } = ended((judge) => {
    try {
      judge.violation('the device accepted');
    } catch {
      judge.proved('something else');
    }
    throw new Error('clean-up failed');
  });
  assert.equal(verdict, 'fail');
  assert.equal(reason, 'the device accepted');
  const second = ended((judge) => {
    assert.throws(() => judge.broken('the control is red'));
    judge.violation('too late');
  });
  assert.deepEqual(second, { verdict: 'error', reason: 'the control is red' });
});

test('a SHOULD that is not met is a warning, next to what was proved; alone it proves nothing', () => {
  const { verdict, reason, proof } = ended((judge) => {
    judge.warn('no keep-alive');
    judge.warn('no line breaks');
    judge.proved('the answer came');
  });
  assert.deepEqual(
    { verdict, reason, proof },
    {
      verdict: 'warn',
      reason: 'no keep-alive; no line breaks',
      proof: 'the answer came',
    },
  );
  assert.equal(ended((judge) => judge.warn('no keep-alive')).verdict, 'unverified');
});

test('what is not met fails a MUST, and warns of a SHOULD; a requirement that is not named is a MUST', () => {
  assert.equal(ended((judge) => judge.unmet('it took the certificate')).verdict, 'fail');
  assert.equal(ended((judge) => judge.unmet('it took the certificate', 'ID-039')).verdict, 'fail');
  const { verdict, reason } = ended((judge) => judge.unmet('it took the certificate', 'ID-040'));
  assert.deepEqual({ verdict, reason }, { verdict: 'warn', reason: 'it took the certificate' });
});

test('an unverified case names the missing proof and shows none', () => {
  const judged = ended((judge) => {
    judge.proved('the control');
    judge.unverified('no word of the device');
  });
  assert.deepEqual(judged, { verdict: 'unverified', reason: 'no word of the device' });
});
