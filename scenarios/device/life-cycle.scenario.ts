import { refusesServer } from '#harness/bench/certificate-flows.ts';
import { enrollHonestly, installedCertificate } from '#harness/bench/device-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkcs10Of } from '#harness/evidence/sent-pkcs10.ts';
import { systemClock } from '#protocol/clock.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

test.describe('expiry', () => {
  test.use({ clearinghouse: { validitySeconds: 3 } });

  test(
    'A device whose certificate has expired re-enrolls and gets a new one',
    conformanceCase({
      id: 'DEV-LIF-001',
      version: 1,
      requirements: ['LIF-003', 'REQ-009'],
      assumes: { renew: 'yes' },
      control: 'the first enrollment of the same device, with a certificate that was valid',
      mutants: ['keeps-expired'],
    }),
    async ({ bench }) => {
      const { judge } = bench;
      await bench.reset();
      const first = await enrollHonestly(bench, 'before');
      const leftSeconds = (first.notAfter.getTime() - systemClock.now().getTime()) / 1000;
      await systemClock.sleep(Math.max(0, leftSeconds) + 1);
      bench.recorder.did(`The certificate ended at ${first.notAfter.toISOString()}; the device is told to renew.`);
      const mark = bench.seen.mark();
      const word = await bench.perform('renew');
      const asked = bench.seen.since(mark).some(({ operation }) => operation === 'request');
      judge.require(
        asked,
        'the device sends a new request',
        asked ? 'a request arrived' : `none; it says "${word.kind}"`,
      );
      judge.require(word.kind === 'done', 'the device is enrolled again', `"${word.kind}" ${word.detail}`);
      const second = await installedCertificate(bench);
      judge.require(
        second !== undefined && second.serialNumber !== first.serialNumber,
        'it installed another certificate',
        `serial ${first.serialNumber}, then ${second?.serialNumber ?? 'none'}`,
      );
    },
  );
});

test(
  'A device verifies the server when it re-enrolls, and a spoofed one leaves it its key and certificate',
  conformanceCase({
    id: 'DEV-LIF-002',
    version: 2,
    requirements: ['LIF-006', 'ID-014', 'ID-015'],
    assumes: { renew: 'yes' },
    control: 'the same server with its own certificate, accepted before and after',
    mutants: ['verifies-first-connection-only', 'forgets-old-identity'],
    fixes: { phase: 'renew' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['unknown-ca']),
);

test(
  'A device that re-enrolls makes a new key for its new certificate',
  conformanceCase({
    id: 'DEV-LIF-003',
    version: 1,
    requirements: ['LIF-009', 'REQ-005'],
    assumes: { renew: 'yes' },
    control: 'the first enrollment of the same device, and the renewal, both accepted by the server',
    mutants: ['same-key-on-renew'],
  }),
  async ({ bench }) => {
    const { judge } = bench;
    await bench.reset();
    const first = await enrollHonestly(bench, 'before');
    const mark = bench.seen.mark();
    const word = await bench.perform('renew');
    const [request] = bench.seen.since(mark).filter(({ operation }) => operation === 'request');
    if (!request) return judge.broken(`The device sent no request to renew: "${word.kind}" ${word.detail}`);
    const isOld = Buffer.compare(pkcs10Of(request.request).spki, first.spki) === 0;
    if (isOld) judge.unmet('The PKCS#10 of the renewal bears the key of the former certificate.', 'LIF-009');
    else judge.proved('the PKCS#10 of the renewal bears another key than the former certificate');
  },
);
