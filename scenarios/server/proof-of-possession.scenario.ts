import { notRandom } from '#harness/bench/randomness.ts';
import { expectIssued, expectRefusal, honestAfterwards, refusesRequest } from '#harness/bench/server-flows.ts';
import { faultyRequest } from '#harness/bench/server-requests.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { signatureFor } from '#protocol/pki/profiles.ts';
import { pkcs10Faults } from '#simulators/hostile/pkcs10-faults.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';

const control = 'an honest enrollment of the same device before and after, on the same server';

test(
  'A server refuses a PKCS#10 whose signature was altered',
  conformanceCase({
    id: 'SRV-POP-001',
    version: 1,
    requirements: ['POP-002', 'POP-003', 'POP-011'],
    control,
    mutants: ['no-proof-of-possession'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const message = await faultyRequest(bench, pkcs10Faults['signature-altered']);
    await refusesRequest(bench, message, 5, 'an altered signature');
  },
);

test(
  'A server refuses a PKCS#10 that bears a stolen public key',
  conformanceCase({
    id: 'SRV-POP-002',
    version: 1,
    requirements: ['POP-002', 'POP-004'],
    control,
    mutants: ['no-proof-of-possession'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const message = await faultyRequest(bench, pkcs10Faults['stolen-public-key']);
    await refusesRequest(bench, message, 5, 'a stolen public key');
  },
);

test(
  'A server that demands a challenge refuses a PKCS#10 without it, with a foreign one, and with a used one',
  conformanceCase({
    id: 'SRV-POP-003',
    version: 1,
    requirements: ['POP-005', 'POP-007', 'POP-008', 'POP-009'],
    control: 'a PKCS#10 that holds a challenge just given, before and after',
    mutants: ['challenge-ignored'],
  }),
  async ({ bench }) => {
    const { judge, profile } = bench;
    await bench.deploy({ proofOfPossession: 'challenge' });
    const { deviceName } = bench.identity();
    const challenge = async (): Promise<string> => {
      const { answer } = await bench.wire.getCaCertificate();
      const nonce = answer?.kind === 'cacert' ? answer.nonce : undefined;
      if (!nonce) return judge.violation('The getcacert answer bears no nonce, though a challenge is demanded.');
      return Buffer.from(nonce).toString('latin1');
    };
    const request = async (challengePassword?: string) => {
      const held = challengePassword === undefined ? {} : { challengePassword };
      const pkcs10 = goodPkcs10({ deviceName, key: await bench.newKey(), profile, ...held });
      return bench.send(await bench.request(bench.identity(), { pkcs10 }));
    };
    const used = await challenge();
    expectIssued(bench, await request(used), 'a PKCS#10 with the challenge just given');
    expectRefusal(bench, await request(), 5, 'a PKCS#10 without challengePassword');
    expectRefusal(
      bench,
      await request('0123456789ABCDEF0123456789ABCDEF'),
      5,
      'a challenge that the server did not give',
    );
    expectRefusal(bench, await request(used), 5, 'a challenge that was used');
    expectIssued(bench, await request(await challenge()), 'the next challenge');
  },
);

test(
  'A server refuses a key that is too short for its profile',
  conformanceCase({
    id: 'SRV-KEY-001',
    version: 1,
    requirements: ['CRT-014', 'CRT-016'],
    control,
    mutants: ['any-key'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await refusesRequest(bench, await faultyRequest(bench, pkcs10Faults['short-key']), 11, 'a key that is too short');
  },
);

test(
  'A server refuses a PKCS#10 that is signed with a broken hash',
  conformanceCase({
    id: 'SRV-KEY-002',
    version: 1,
    requirements: ['CRT-016'],
    control,
    mutants: ['any-signature'],
  }),
  async ({ bench }) => {
    if (bench.profile.signatures.includes('rsa-sha1')) {
      const line = `The profile ${bench.profile.id} accepts SHA-1 signatures (line “signatures”)`;
      bench.judge.notApplicable(`${line}.`, line);
    }
    await bench.deploy();
    await refusesRequest(bench, await faultyRequest(bench, pkcs10Faults['broken-hash']), 11, 'a SHA-1 signature');
  },
);

test(
  'A server refuses a key that it certified for another device',
  conformanceCase({
    id: 'SRV-KEY-003',
    version: 1,
    requirements: ['CRT-020'],
    control: 'the first device enrolls with that key, and the second with one of its own',
    mutants: ['shared-key'],
  }),
  async ({ bench }) => {
    const { profile } = bench;
    const [first, second] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    await bench.deploy({ devices: [{ identity: first }, { identity: second }] });
    const key = await bench.newKey();
    bench.recorder.did(`Two devices send PKCS#10s of one key, signed with ${signatureFor(key.publicKey, profile)}.`);
    const of = (identity: typeof first) => ({ pkcs10: goodPkcs10({ deviceName: identity.deviceName, key, profile }) });
    expectIssued(bench, await bench.send(await bench.request(first, of(first))), 'the first device’s request');
    expectRefusal(
      bench,
      await bench.send(await bench.request(second, of(second))),
      11,
      'the same key of another device',
    );
    expectIssued(bench, await bench.send(await bench.request(second)), 'the second device with a key of its own');
    await honestAfterwards(bench);
  },
);

test(
  'A server refuses a PKCS#10 that bears the name of another device',
  conformanceCase({
    id: 'SRV-SUB-001',
    version: 1,
    requirements: ['ADM-011', 'ADM-012'],
    control,
    mutants: ['any-subject'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await refusesRequest(bench, await faultyRequest(bench, pkcs10Faults['other-name']), 2, 'another device’s name');
  },
);

test(
  'A server refuses what is no PKCS#10, or has bytes after its end',
  conformanceCase({
    id: 'SRV-DER-001',
    version: 1,
    requirements: ['CRT-018', 'MSG-043', 'REQ-016'],
    control,
    mutants: ['wrong-status'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    for (const id of ['trailing-bytes', 'truncated', 'noise', 'private-key'] as const) {
      const fault = pkcs10Faults[id];
      expectRefusal(bench, await bench.send(await faultyRequest(bench, fault)), 4, `“${fault.id}”`);
    }
    await honestAfterwards(bench);
  },
);

test(
  'A server gives no nonce twice, and makes each of at least 64 random bits',
  conformanceCase({
    id: 'SRV-POP-010',
    version: 1,
    requirements: ['POP-042'],
    control: 'an honest device that applies its key to such a nonce, enrolled',
    mutants: ['nonce-counts'],
  }),
  async ({ bench }) => {
    await bench.deploy({ proofOfPossession: 'challenge' });
    await bench.control();
    const nonces: string[] = [];
    for (let count = 0; count < 12; count++) {
      const { answer } = await bench.wire.getCaCertificate();
      if (answer?.kind !== 'cacert' || !answer.nonce)
        return bench.judge.violation('getcacert was answered without a nonce.');
      const text = Buffer.from(answer.nonce).toString('latin1');
      nonces.push(/^[0-9A-F]+$/i.test(text) ? text : Buffer.from(answer.nonce).toString('hex'));
    }
    const pattern = notRandom(nonces);
    bench.judge.require(
      pattern === undefined,
      'no two nonces are alike, and none is guessed from another',
      pattern ?? `no pattern in ${nonces.length} of them`,
    );
  },
);
