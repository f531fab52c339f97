import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '#protocol/clock.ts';
import { readConfiguration } from '#protocol/config-file/parse.ts';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { fingerprint, generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { Credentials } from '../accounts.ts';
import { PasswordGuard } from '../limits.ts';
import { enrollmentOf, fleet, fleetAccounts, fleetConfiguration } from '../sample-server.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { Records } from '../store/store.ts';
import { CheckContext, type CheckId, judgeMessage, messageChecks, type Refusal, recordChecks } from './checks.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const credentials = new Credentials(await fleetAccounts());
const authorityKey = await generateKeyPair('p256');
const key = await generateKeyPair('p256');
const otherKey = await generateKeyPair('p256');
const now = 1_000_000;

type Parts = Partial<ConstructorParameters<typeof CheckContext>[0]> & { readonly store?: MemoryStore };

async function judge(message: EnrollmentMessage, parts: Parts = {}, omits: readonly CheckId[] = []) {
  const { store = new MemoryStore(), ...differs } = parts;
  const context = new CheckContext({
    message,
    configuration: readConfiguration(fleetConfiguration, 'fleet.conf').configuration,
    credentials,
    guard: new PasswordGuard(systemClock, { wrongPasswords: 9, wrongPasswordsByAddress: 9, wrongPasswordSeconds: 9 }),
    places: { refusal: () => undefined },
    from: '192.0.2.1:5',
    profile: profiles.modern,
    nonceScope: '',
    digest: createHash('sha256').update(message.pkcs10).digest('hex'),
    now,
    proofOfPossession: 'pkcs10',
    authorityKeyFingerprint: fingerprint(spkiOf(authorityKey.publicKey), 'sha256'),
    keyFingerprintOf: (request) => fingerprint(request.spki, 'sha256'),
    ...differs,
  });
  const leftOut = { omits: new Set(omits) };
  const early = await judgeMessage(messageChecks, context, leftOut);
  return early ?? store.atomically((records) => judgeMessage(recordChecks, context, leftOut, records));
}

function flipLastBit(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
}

async function storeWith(
  prepare: (records: Records) => Promise<unknown>,
  challenge?: readonly [string, number],
): Promise<{ store: MemoryStore }> {
  const store = new MemoryStore();
  if (challenge) await store.giveChallenge(...challenge, 0);
  await store.atomically(prepare);
  return { store };
}

const honest = await enrollmentOf(fleet.gateway, { key, nonce: 'once' });
const [shortKey, rsaKey] = [await generateKeyPair('rsa1024'), await generateKeyPair('rsa2048')];
const withChallenge = await enrollmentOf(fleet.gateway, { key, challengePassword: 'C1' });
const withConfiguration = (from: string, to: string): Parts => ({
  configuration: readConfiguration(fleetConfiguration.replace(from, to), 'fleet.conf').configuration,
});

/** One fault each, and the one check it must meet. */
const faults: readonly {
  readonly fault: string;
  readonly check: CheckId;
  readonly status: number;
  readonly message: EnrollmentMessage;
  readonly parts?: () => Promise<Parts> | Parts;
  /** Checks that the same fault meets further down. */
  readonly also?: readonly CheckId[];
}[] = [
  {
    fault: 'enrollment is disabled',
    check: 'enrollment-enabled',
    status: 6,
    message: honest,
    parts: () => withConfiguration('enroll enabled', 'enroll disabled'),
  },
  {
    fault: 'the configuration says nothing of enrollment',
    check: 'enrollment-enabled',
    status: 6,
    message: honest,
    parts: () => withConfiguration('enroll enabled', ''),
  },
  { fault: 'a wrong password', check: 'credentials', status: 3, message: { ...honest, password: 'North-star%0' } },
  {
    fault: 'an unknown user',
    check: 'credentials',
    status: 3,
    message: { ...honest, username: 'nobody' },
    also: ['account'],
  },
  {
    fault: "one customer's user, another's device",
    check: 'account',
    status: 2,
    message: { ...honest, username: fleet.stranger.username, password: fleet.stranger.password },
  },
  {
    fault: 'a device without an account',
    check: 'account',
    status: 2,
    message: { ...honest, device: '77' },
    also: ['device-defined', 'subject'],
  },
  {
    fault: 'a customer that does not exist',
    check: 'account',
    status: 2,
    message: { ...honest, customer: '77' },
    also: ['device-defined', 'subject'],
  },
  {
    fault: 'a device that the configuration does not define',
    check: 'device-defined',
    status: 2,
    message: await enrollmentOf(fleet.undefined),
  },
  {
    fault: 'a device that is disabled',
    check: 'device-enabled',
    status: 7,
    message: await enrollmentOf(fleet.disabled),
  },
  {
    fault: 'RSA 1024',
    check: 'key-acceptable',
    status: 11,
    message: await enrollmentOf(fleet.gateway, { key: shortKey, signature: 'rsa-sha256' }),
  },
  {
    fault: 'MD5',
    check: 'signature-acceptable',
    status: 11,
    message: await enrollmentOf(fleet.gateway, { key: rsaKey, signature: 'rsa-md5' }),
  },
  {
    fault: 'SHA-1',
    check: 'signature-acceptable',
    status: 11,
    message: await enrollmentOf(fleet.gateway, { key, signature: 'ecdsa-sha1' }),
  },
  {
    fault: 'a signature with one bit changed',
    check: 'proof-of-possession',
    status: 5,
    message: { ...honest, pkcs10: flipLastBit(honest.pkcs10) },
  },
  {
    fault: "another's public key",
    check: 'proof-of-possession',
    status: 5,
    message: await enrollmentOf(fleet.gateway, {
      key: { publicKey: otherKey.publicKey, privateKey: key.privateKey },
    }),
  },
  {
    fault: "another device's name",
    check: 'subject',
    status: 2,
    message: await enrollmentOf(fleet.gateway, { commonName: fleet.sibling.deviceName }),
  },
  {
    fault: 'a name that only begins like the own',
    check: 'subject',
    status: 2,
    message: await enrollmentOf(fleet.gateway, { commonName: `${fleet.gateway.deviceName}.example.org` }),
  },
  {
    fault: 'two names',
    check: 'subject',
    status: 2,
    message: {
      ...honest,
      pkcs10: createPkcs10({
        key,
        subject: [
          { type: 'CN', value: fleet.gateway.deviceName },
          { type: 'CN', value: fleet.sibling.deviceName },
        ],
        signature: 'ecdsa-sha256',
      }),
    },
  },
  {
    fault: 'no name',
    check: 'subject',
    status: 2,
    message: { ...honest, pkcs10: createPkcs10({ key, subject: [], signature: 'ecdsa-sha256' }) },
  },
  {
    fault: 'no challenge',
    check: 'challenge',
    status: 5,
    message: honest,
    parts: () => ({ proofOfPossession: 'challenge' }),
  },
  {
    fault: 'a challenge that was never given',
    check: 'challenge',
    status: 5,
    message: withChallenge,
    parts: () => ({ proofOfPossession: 'challenge' }),
  },
  {
    fault: 'a challenge that another PKCS#10 used',
    check: 'challenge',
    status: 5,
    message: withChallenge,
    parts: async () => ({
      proofOfPossession: 'challenge',
      ...(await storeWith((records) => records.useChallenge('C1', 'another', 0), ['C1', now])),
    }),
  },
  {
    fault: 'a challenge that has expired',
    check: 'challenge',
    status: 5,
    message: withChallenge,
    parts: async () => ({
      proofOfPossession: 'challenge',
      ...(await storeWith(async () => {}, ['C1', now - 1])),
    }),
  },
  {
    fault: 'a nonce that came with another PKCS#10',
    check: 'nonce',
    status: 10,
    message: honest,
    parts: () =>
      storeWith((records) =>
        records.claimNonce(Buffer.from('once').toString('hex'), {
          device: fleet.gateway.deviceName,
          digest: 'another',
        }),
      ),
  },
  {
    fault: 'a device beyond what the license allows',
    check: 'license',
    status: 6,
    message: honest,
    parts: () => ({ places: { refusal: () => 'the license of this server is for 1 enrolled devices' } }),
  },
  {
    fault: 'a nonce that came from another device',
    check: 'nonce',
    status: 10,
    message: honest,
    parts: () =>
      storeWith((records) =>
        records.claimNonce(Buffer.from('once').toString('hex'), {
          device: fleet.sibling.deviceName,
          digest: createHash('sha256').update(honest.pkcs10).digest('hex'),
        }),
      ),
  },
  {
    fault: "a key that is another device's",
    check: 'key-owner',
    status: 11,
    message: honest,
    parts: () =>
      storeWith((records) => records.claimKey(fingerprint(spkiOf(key.publicKey), 'sha256'), fleet.sibling.deviceName)),
  },
  {
    fault: "the clearinghouse CA's own key",
    check: 'key-owner',
    status: 11,
    message: await enrollmentOf(fleet.gateway, { key: authorityKey }),
  },
];

test('an honest request passes every check, and a retrieve too (control)', async () => {
  assert.equal(await judge(honest), undefined);
  assert.equal(await judge({ ...honest, operation: 'retrieve' }), undefined);
  const store = new MemoryStore();
  await store.giveChallenge('C1', now, 0);
  assert.equal(await judge(withChallenge, { proofOfPossession: 'challenge', store }), undefined);
});

for (const { fault, check, status, message, parts, also = [] } of faults) {
  test(`${fault}: refused with ${status} by ${check}, and by no other`, async () => {
    const seen = await judge(message, await parts?.());
    assert.deepEqual({ check: seen?.check, status: seen?.status }, { check, status });
    assert.equal(await judge(message, await parts?.(), [check, ...also]), undefined);
  });
}

test('every check has a fault that meets it', () => {
  assert.deepEqual(
    new Set(faults.map(({ check }) => check)),
    new Set([...messageChecks, ...recordChecks].map(({ id }) => id)),
  );
});

test('an unknown user and a wrong password are refused in the same words', async () => {
  const texts = await Promise.all([
    judge({ ...honest, username: 'nobody' }),
    judge({ ...honest, password: 'wrong' }),
    judge({ ...honest, username: 'nobody', device: '77' }),
  ]);
  assert.equal(new Set(texts.map((each) => JSON.stringify(each))).size, 1);
});

test('a device that is not there, and one that is not theirs, are refused in the same words', async () => {
  const { username, password } = fleet.stranger;
  const theirs = await judge({ ...honest, username, password });
  assert.deepEqual(theirs, await judge({ ...honest, username, password, device: '77' }));
});

test('no refusal repeats the password, the user name or the PKCS#10', async () => {
  for (const { message, parts } of faults) {
    const text = JSON.stringify(await judge(message, await parts?.()));
    for (const secret of [message.password, message.username, Buffer.from(message.pkcs10).toString('base64')]) {
      assert.ok(!text.includes(secret), text);
    }
  }
});

test('the name is compared without regard to case', async () => {
  assert.equal(await judge(await enrollmentOf(fleet.gateway, { commonName: 'Gw1.EXAMPLE.com' })), undefined);
});

test('a nonce is repeated in a retrieve, and may come again with the same request', async () => {
  const store = new MemoryStore();
  assert.equal(await judge(honest, { store }), undefined);
  assert.equal(await judge(honest, { store }), undefined);
  assert.equal(await judge({ ...honest, operation: 'retrieve' }, { store }), undefined);
});

test('the legacy profile takes what modern refuses, and still no key of 512 bits', async () => {
  const legacy = { profile: profiles.legacy };
  const good = await enrollmentOf(fleet.gateway, { key: shortKey, signature: 'rsa-md5' });
  assert.equal((await judge(good))?.status, 11);
  assert.equal(await judge(good, legacy), undefined);
  const tiny = await enrollmentOf(fleet.gateway, {
    key: generateKeyPairSync('rsa', { modulusLength: 512 }),
    signature: 'rsa-md5',
  });
  assert.equal((await judge(tiny, legacy))?.check, 'key-acceptable');
});

describe('what is no PKCS#10 is refused as malformed', () => {
  const pkcs10 = honest.pkcs10;
  for (const [name, bytes] of [
    ['noise', Uint8Array.of(1, 2, 3)],
    ['a truncated one', pkcs10.subarray(0, pkcs10.length - 1)],
    ['one with a byte behind it', Uint8Array.of(...pkcs10, 0)],
    ['ten thousand levels', new Uint8Array(10_000).fill(0x30)],
    ['a public key', spkiOf(key.publicKey)],
    ['a private key', new Uint8Array(key.privateKey.export({ type: 'pkcs8', format: 'der' }))],
  ] as const) {
    test(name, async () => {
      const seen = await judge({ ...honest, pkcs10: bytes });
      assert.deepEqual({ check: seen?.check, status: seen?.status }, { check: 'pkcs10', status: 4 });
    });
  }
});

test('no PKCS#10, however damaged, makes the checks throw, and none that was damaged passes', async () => {
  const edit = fc.record({ at: fc.nat(honest.pkcs10.length - 1), bits: fc.integer({ min: 1, max: 255 }) });
  const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
    const pkcs10 = Uint8Array.from(honest.pkcs10);
    for (const { at, bits } of edits) pkcs10[at] = (pkcs10[at] ?? 0) ^ bits;
    if (Buffer.compare(pkcs10, honest.pkcs10) === 0) return;
    const seen: Refusal | undefined = await judge({ ...honest, pkcs10 });
    assert.ok(seen && [2, 4, 5, 11].includes(seen.status), JSON.stringify(seen));
  });
  await fc.assert(property, { seed, numRuns: 400 });
});
