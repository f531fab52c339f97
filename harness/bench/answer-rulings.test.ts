import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '#protocol/clock.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { fingerprint, generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { type ProfileId, profiles, signatureFor } from '#protocol/pki/profiles.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';
import type { Persona } from '#simulators/gateway/persona.ts';
import { createAuthorityOf } from '#simulators/gateway/scripted-clearinghouse.ts';
import { allTwists, twistsFor } from '#simulators/hostile/generated/generated-answer.ts';
import { makeOthers, type TwistContext, twisted } from '#simulators/hostile/generated/twist.ts';
import { ruleOnEnrollment, ruleOnGetCaCert } from './answer-rulings.ts';
import { ruleOnIssued, type Situation } from './certificate-rulings.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const deviceName = 'gateway.example.com';
const now = new Date();

/** Honest in all but the transport: what is under test is what it makes of an answer. */
const inCleartext: Persona = {
  id: 'in-cleartext',
  explanation: 'Honest, over cleartext.',
  omits: new Set(),
  quirks: new Set(['credentials-over-cleartext']),
};

let answer: HttpAnswer = { status: 500, headers: {}, body: new Uint8Array() };
const server = createHttpServer(async () => answer);
const httpUrl = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}/tep`;
after(() => close(server));

async function benchOf(profileId: ProfileId) {
  const profile = profiles[profileId];
  const clearinghouse = await createAuthorityOf(profileId, 'Test Clearinghouse CA');
  const key = await generateKeyPair(profile.deviceKey);
  const spki = spkiOf(key.publicKey);
  const subject = [{ type: 'CN', value: deviceName }] as const;
  const pkcs10 = createPkcs10({ key, subject, signature: signatureFor(key.publicKey, profile) });
  const honest = { status: 200, headers: {}, body: new Uint8Array() };
  const elsewhere = { cleartext: 'http://elsewhere.test/', otherHost: 'https://elsewhere.test/' };
  const known = { honest, clearinghouse, deviceName, spki, profile, now, elsewhere, patienceSeconds: 1 };
  const context: TwistContext = { ...known, operation: 'enrollment', others: await makeOthers(known) };
  const { der } = clearinghouse.certificate;
  const situation: Situation = { deviceName, spki, authority: der, profile, now };
  const settings = {
    httpUrl,
    tlsUrl: 'https://127.0.0.1:1/tep',
    anchorsPem: toPem('CERTIFICATE', der),
    caFingerprint: fingerprint(der, 'sha256'),
    ...{ deviceName, device: '1', customer: '1', username: 'operator', password: 'secret' },
    profile: profileId,
    caCertificateVia: 'cleartext',
    ...{ pollIntervalSeconds: 1, maximumPolls: 0, timeoutSeconds: 5, renewBeforeSeconds: 0 },
    ...{ clockSkewSeconds: 1, retries: 0 },
  } as const;

  /** A device whose request is pending retrieves this answer. */
  const retrieve = async (given: HttpAnswer) => {
    answer = given;
    const store = new MemoryStore();
    const pending = { key, nonce: Buffer.from('n'), pkcs10, caCertificate: der, owner: '', acknowledged: true };
    await store.writePending(pending);
    const gateway = new Gateway(settings, { store, clock: new ManualClock(now), persona: inCleartext });
    const outcome = await gateway.retrieve();
    return { outcome, installed: (await store.readIdentity())?.certificate };
  };
  return { context, situation, retrieve };
}

/** Nothing in the rules speaks against these, though their certificates are unusual. */
const unusual: ReadonlySet<string> = new Set(['key-usage', 'version-1', 'serial', 'extension', 'stray', 'character']);

for (const [profileId, answers] of [
  ['modern', 1000],
  ['legacy', 200],
] as const) {
  test(`${profileId}: of ${answers} answers the honest gateway installs what no rule forbids, and nothing else`, async () => {
    const { context, situation, retrieve } = await benchOf(profileId);
    const seen = { accept: 0, either: 0, refuse: 0 };
    await fc.assert(
      fc.asyncProperty(twistsFor('enrollment'), async (twists) => {
        const given = twisted(twists, context);
        const { verdict, why, certificate } = ruleOnEnrollment(given, situation);
        seen[verdict]++;
        const { outcome, installed } = await retrieve(given);
        const told = `${verdict} ${why}; ${outcome.kind}`;
        if (verdict === 'accept') assert.deepEqual(installed && Buffer.from(installed), Buffer.from(certificate), told);
        else if (verdict === 'refuse') assert.equal(installed, undefined, told);
        else if (installed) assert.notEqual(ruleOnIssued(installed, situation).verdict, 'refuse', told);
        assert.equal(outcome.kind === 'enrolled', installed !== undefined, told);
      }),
      { seed, numRuns: answers },
    );
    assert.ok(
      seen.accept > answers / 6 && seen.refuse > answers / 2 && seen.either > answers / 40,
      JSON.stringify(seen),
    );
  });
}

test('each kind of fault is refused in some of its forms, and every allowed form is accepted, by themselves', async () => {
  const { context, situation } = await benchOf('modern');
  for (const operation of ['enrollment', 'getcacert'] as const) {
    for (const { id, allowed, only, drawn } of allTwists) {
      if (only !== undefined && only !== operation) continue;
      const verdicts = fc.sample(drawn, { seed, numRuns: 20 }).map((twist) => {
        const given = twisted([twist], { ...context, operation });
        if (operation === 'enrollment') return ruleOnEnrollment(given, situation).verdict;
        const { certificate } = ruleOnGetCaCert(given, { profile: profiles.modern, now, announced: '' });
        const announced = fingerprint(certificate, 'sha256');
        return ruleOnGetCaCert(given, { profile: profiles.modern, now, announced }).verdict;
      });
      const about = `${operation}: ${id}: ${verdicts.join()}`;
      // Whatever CA is announced is the right one, and its own signature proves little.
      const isItself = operation === 'getcacert' && (id === 'other-signer' || id === 'weak-signature');
      if (allowed)
        assert.ok(
          verdicts.every((verdict) => verdict === 'accept'),
          about,
        );
      else if (!unusual.has(id) && !isItself) assert.ok(verdicts.includes('refuse'), about);
    }
  }
});

test('the right CA certificate under a fingerprint that is not its own is refused', async () => {
  const { context } = await benchOf('modern');
  const { der } = context.clearinghouse.certificate;
  const given = twisted([], { ...context, operation: 'getcacert' });
  const ruled = (announced: string) => ruleOnGetCaCert(given, { profile: profiles.modern, now, announced });
  assert.equal(ruled(fingerprint(der, 'sha256')).verdict, 'accept');
  assert.equal(ruled(fingerprint(der, 'sha1')).verdict, 'accept');
  assert.deepEqual(ruled('00'.repeat(32)).why, 'it is not of the fingerprint');
});
