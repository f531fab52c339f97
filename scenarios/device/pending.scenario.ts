import { refusesServer } from '#harness/bench/certificate-flows.ts';
import {
  decide,
  differences,
  enrollHonestly,
  installedCertificate,
  messagesSince,
} from '#harness/bench/device-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

test.describe('pending', () => {
  test.use({ clearinghouse: { approval: 'manual' } });

  test(
    'A pending device retrieves with the parameters and values of its request',
    conformanceCase({
      id: 'DEV-PND-001',
      version: 1,
      requirements: ['RET-001', 'RET-002', 'REQ-009'],
      assumes: { retrieve: 'yes' },
      control: 'the approved request, retrieved at the end',
      mutants: ['new-nonce-on-retrieve', 'gives-up-on-pending'],
    }),
    async ({ bench }) => {
      const { judge, profile } = bench;
      await bench.reset();
      const mark = bench.seen.mark();
      const word = await bench.perform('enroll');
      const answered = bench.seen.since(mark).some(({ operation }) => operation === 'request');
      if (!answered) judge.broken(`The device sent no request: "${word.kind}" ${word.detail}`);
      const requests = messagesSince(bench, mark, 'request');
      judge.require(
        requests.length === 1,
        'a pending device does not send another request',
        `${requests.length} requests`,
      );
      judge.require(word.kind === 'pending', 'the device says that it is pending', `"${word.kind}" ${word.detail}`);
      await decide(bench, 'approve');
      const end = await bench.perform('retrieve');
      const [request = new Map<string, string>()] = requests;
      const retrieves = messagesSince(bench, mark, 'retrieve');
      judge.require(retrieves.length > 0, 'the device sends retrieve', `${retrieves.length} retrieves`);
      const mayDiffer = profile.retrieveNonce === 'any' ? ['operation', 'nonce'] : ['operation'];
      for (const retrieve of retrieves) {
        const differing = differences(request, retrieve).filter((name) => !mayDiffer.includes(name));
        judge.require(
          differing.length === 0,
          'retrieve differs in the operation alone',
          differing.join(', ') || 'it does',
        );
      }
      judge.require(end.kind === 'done', 'the approved device is enrolled', `"${end.kind}" ${end.detail}`);
      judge.require((await installedCertificate(bench)) !== undefined, 'it holds its certificate', 'a certificate');
    },
  );

  test(
    'A device whose request was rejected is not enrolled, and stops asking',
    conformanceCase({
      id: 'DEV-PND-002',
      version: 1,
      requirements: ['RET-010', 'MSG-039'],
      assumes: { retrieve: 'yes' },
      control: 'a new request of the same device, approved and retrieved afterwards',
      mutants: ['ignores-rejection'],
    }),
    async ({ bench }) => {
      const { judge } = bench;
      await bench.reset();
      const word = await bench.perform('enroll');
      if (word.kind !== 'pending') judge.broken(`The device should be pending; it says "${word.kind}": ${word.detail}`);
      await decide(bench, 'reject');
      const told = await bench.perform('retrieve');
      judge.require(
        told.kind === 'refused-by-server',
        'the device reports the refusal',
        `"${told.kind}" ${told.detail}`,
      );
      const { state } = await bench.status();
      judge.require(state === 'none', 'it is neither enrolled nor pending', `state "${state}"`);
      bench.recorder.control('Control: a new request of the same device is approved.');
      await bench.reset();
      await bench.perform('enroll');
      await decide(bench, 'approve');
      const after = await bench.perform('retrieve');
      if (after.kind !== 'done') judge.broken(`The control is red: "${after.kind}" ${after.detail}`);
    },
  );
});

test(
  'A device that lost the answer repeats its request with the same nonce and the same PKCS#10',
  conformanceCase({
    id: 'DEV-RTY-001',
    version: 1,
    requirements: ['REQ-010'],
    control: 'the same server, whose answer arrives, accepted before',
    mutants: ['new-pkcs10-on-retry'],
  }),
  async ({ bench }) => {
    const { judge } = bench;
    await bench.reset();
    await enrollHonestly(bench, 'before');
    await bench.reset();
    const mark = bench.seen.mark();
    bench.answers.cutNext();
    const first = await bench.perform('enroll');
    // A device that does not retry by itself is asked to.
    const word = first.kind === 'done' ? first : await bench.perform('enroll');
    const requests = messagesSince(bench, mark, 'request');
    if (requests.length < 2) judge.unverified(`The request was sent ${requests.length} times: no retry was seen.`);
    const [lost = new Map<string, string>(), ...repeated] = requests;
    for (const retry of repeated) {
      const differing = differences(lost, retry);
      judge.require(
        differing.length === 0,
        'the retry is the same request',
        differing.join(', ') || 'no variable differs',
      );
    }
    judge.require(word.kind === 'done', 'the device is enrolled by the retry', `"${word.kind}" ${word.detail}`);
  },
);

test(
  'A pending device verifies the server again before it retrieves, and keeps its request',
  conformanceCase({
    id: 'DEV-TLS-008',
    version: 2,
    requirements: ['ID-014', 'ID-015', 'ID-013'],
    control: 'the good certificate on request before, and on retrieve after',
    mutants: ['verifies-first-connection-only'],
    fixes: { phase: 'retrieve' },
    assumes: { retrieve: 'yes' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['unknown-ca']),
);
