import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeAnswer } from '#protocol/messages/answers.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { createAuthorityOf } from '../../gateway/scripted-clearinghouse.ts';
import { allTwists, describeTwists, twistsFor } from './generated-answer.ts';
import { type DrawnTwist, makeOthers, type TwistContext, twisted } from './twist.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const profile = profiles.modern;
const now = new Date();
const clearinghouse = await createAuthorityOf('modern', 'Test Clearinghouse CA');
const spki = spkiOf((await generateKeyPair(profile.deviceKey)).publicKey);
const common = {
  honest: { status: 200, headers: {}, body: new Uint8Array() },
  elsewhere: { cleartext: 'http://elsewhere.test/', otherHost: 'https://elsewhere.test/' },
  ...{ clearinghouse, spki, profile, now, deviceName: 'gateway.example.com', patienceSeconds: 1 },
};
const others = await makeOthers(common);
const contextOf = (operation: TwistContext['operation']): TwistContext => ({ ...common, operation, others });
const readOperation = (operation: TwistContext['operation']) => (operation === 'getcacert' ? 'getcacert' : 'request');

const faultsIn = (twists: readonly DrawnTwist[]) => twists.filter(({ twist }) => !twist.allowed).length;

for (const operation of ['enrollment', 'getcacert'] as const) {
  const possible = allTwists.filter(({ only }) => only === undefined || only === operation);

  test(`${operation}: in 150 answers every kind of fault is there, one in five has none, and few have several`, () => {
    const drawn = fc.sample(twistsFor(operation), { seed, numRuns: 150 });
    const seen = new Map<string, number>();
    for (const { twist } of drawn.flat()) seen.set(twist.id, (seen.get(twist.id) ?? 0) + 1);
    for (const { id } of possible) assert.ok((seen.get(id) ?? 0) >= 2, `${id}: ${seen.get(id) ?? 0} times`);
    const share = (holds: (faults: number) => boolean) => drawn.map(faultsIn).filter(holds).length / drawn.length;
    assert.ok(share((faults) => faults === 0) > 0.1 && share((faults) => faults === 0) < 0.3);
    assert.ok(share((faults) => faults === 1) > 0.6);
    assert.ok(share((faults) => faults > 1) > 0.02);
  });

  test(`${operation}: without a twist the answer is the plain good one, and a strict reader takes every allowed form for it`, () => {
    const context = contextOf(operation);
    const plain = decodeAnswer(readOperation(operation), twisted([], context).body);
    assert.equal(plain.kind, operation === 'getcacert' ? 'cacert' : 'issued');
    for (const { id, drawn } of possible.filter(({ allowed }) => allowed)) {
      for (const twist of fc.sample(drawn, { seed, numRuns: 20 })) {
        const { kind } = decodeAnswer(readOperation(operation), twisted([twist], context).body);
        assert.equal(kind, plain.kind, `${id}: ${twist}`);
      }
    }
  });

  test(`${operation}: whatever twists come together, there is an answer that HTTP can carry`, () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(...possible.map(({ drawn }) => drawn)), { maxLength: 6 }), (twists) => {
        const { status, headers, body } = twisted(twists, contextOf(operation));
        assert.ok(status >= 200 && status <= 599);
        assert.equal(headers['content-length'], String(body.length));
      }),
      { seed, numRuns: 400 },
    );
  });
}

test('the same seed draws the same twists; a counterexample shows each with its value', () => {
  const drawn = () => fc.sample(twistsFor('enrollment'), { seed: 7, numRuns: 20 }).map(String);
  assert.deepEqual(drawn(), drawn());
  const status = allTwists.find(({ id }) => id === 'status') ?? assert.fail();
  assert.match(String(fc.sample(status.drawn, 1)[0]), /^status\(".*"\)$/);
});

test('a fault shrinks to itself alone, at its simplest', () => {
  const { counterexample } = fc.check(
    fc.property(twistsFor('enrollment'), (twists) => !twists.some(({ twist }) => twist.id === 'expired')),
    { seed, numRuns: 500 },
  );
  assert.equal(fc.stringify(counterexample), '[[expired(1)]]');
});

test('every twist has an id of its own and an explanation', () => {
  assert.equal(new Set(allTwists.map(({ id }) => id)).size, allTwists.length);
  for (const { explanation } of allTwists) assert.match(explanation, /^[A-Z].*\.$/);
  assert.equal(describeTwists([]), 'The plain good answer.');
});
