import { judgeIssuedCertificate } from '#harness/bench/issued-certificate.ts';
import { notRandom } from '#harness/bench/randomness.ts';
import { expectIssued } from '#harness/bench/server-flows.ts';
import { describeAnswer } from '#harness/bench/server-reply.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { systemClock } from '#protocol/clock.ts';
import { isSignedBy, parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';

test(
  'A server gives its CA certificate to getcacert, the same in cleartext and over TLS',
  conformanceCase({
    id: 'SRV-CA-001',
    version: 1,
    requirements: [
      'CA-002',
      'CA-003',
      'CA-004',
      'MSG-012',
      'MSG-016',
      'MSG-026',
      'MSG-029',
      'MSG-030',
      'MSG-032',
      'MSG-037',
    ],
    control: 'none: the case is itself a control of the others',
    mutants: ['answers-html'],
  }),
  async ({ bench }) => {
    const { judge } = bench;
    await bench.deploy();
    const replies = [
      await bench.wire.getCaCertificate({ transport: 'cleartext' }),
      await bench.wire.getCaCertificate({ transport: 'tls' }),
      await bench.wire.getCaCertificate({ transport: 'tls', target: '/' }),
      await bench.wire.getCaCertificate({ transport: 'tls', target: '/tep' }),
    ];
    const certificates = replies.map((reply) => {
      const { answer, http, text } = reply;
      if (answer?.kind !== 'cacert') return judge.violation(`getcacert is answered with ${describeAnswer(reply)}.`);
      judge.require(
        http.headers['content-type'] === 'text/plain',
        'the answer is text/plain',
        `${http.headers['content-type']}`,
      );
      judge.require(
        http.headers['content-length'] === String(http.body.length),
        'its length is exact',
        `${http.body.length} bytes`,
      );
      judge.require(!text.includes('%'), 'the base64 of the answer stands raw', text.slice(0, 40));
      return parseCertificate(answer.certificate);
    });
    const [first, ...others] = certificates;
    if (!first) return;
    judge.require(
      others.every(({ der }) => Buffer.compare(der, first.der) === 0),
      'it is the same certificate at /tep and /, in cleartext and over TLS',
      `${others.length + 1} answers, serial ${first.serialNumber}`,
    );
    judge.require(first.basicConstraints?.ca === true, 'it is a CA certificate', first.subjectText);
    bench.recorder.certificate('CA certificate of the clearinghouse', first);
  },
);

test(
  'A server issues an honest device a certificate of the right form',
  conformanceCase({
    id: 'SRV-ENR-001',
    version: 1,
    requirements: [
      'REQ-013',
      'REQ-014',
      'CRT-001',
      'CRT-002',
      'CRT-003',
      'CRT-005',
      'CRT-006',
      'CRT-007',
      'CA-013',
      'ID-010',
      'ID-011',
      'LIF-001',
      'ADM-002',
      'MSG-022',
    ],
    control: 'none: the case is itself the control of the others',
    mutants: ['ca-certificates', 'other-name', 'expired-certificates'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const ca = await bench.wire.getCaCertificate();
    if (ca.answer?.kind !== 'cacert') return bench.judge.violation(`getcacert is answered with ${describeAnswer(ca)}.`);
    const key = await bench.newKey();
    const { deviceName } = bench.identity();
    const pkcs10 = goodPkcs10({ deviceName, key, profile: bench.profile });
    const issued = expectIssued(
      bench,
      await bench.send(await bench.request(bench.identity(), { pkcs10 })),
      'an honest request',
    );
    await judgeIssuedCertificate(
      bench,
      issued,
      parseCertificate(ca.answer.certificate),
      spkiOf(key.publicKey),
      deviceName,
    );
    const outcome = await bench.enroll();
    bench.judge.require(
      outcome.kind === 'enrolled',
      'a gateway that makes every check takes server and certificate',
      outcome.kind,
    );
  },
);

test(
  'A server answers a repeated request with the same certificate, and issues no second one',
  conformanceCase({
    id: 'SRV-ENR-002',
    version: 1,
    requirements: ['REQ-011', 'RET-005', 'LIF-008'],
    control: 'the first of the same requests, answered with a certificate',
    mutants: ['issues-twice'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const request = await bench.request();
    const first = expectIssued(bench, await bench.send(request), 'the first request');
    const again = await Promise.all(Array.from({ length: 5 }, () => bench.send(request)));
    const retrieved = await bench.send({ ...request, operation: 'retrieve' });
    for (const reply of [...again, retrieved]) {
      const { der, serialNumber } = expectIssued(bench, reply, 'the same again');
      bench.judge.require(
        Buffer.compare(der, first.der) === 0,
        'the repetition gets the same bytes',
        `serial ${serialNumber}`,
      );
    }
  },
);

test(
  'A server never uses a serial number twice, and makes it of at least 64 random bits',
  conformanceCase({
    id: 'SRV-CRT-001',
    version: 2,
    requirements: ['CRT-004', 'LIF-005'],
    control: 'the certificates themselves: each enrollment is honest and accepted',
    mutants: ['serial-always-one', 'serial-counts'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const serials: string[] = [];
    for (let count = 0; count < 12; count++) {
      const { serialNumber } = expectIssued(bench, await bench.send(await bench.request()), `enrollment ${count + 1}`);
      serials.push(serialNumber);
    }
    bench.judge.require(new Set(serials).size === serials.length, 'no serial number is used twice', serials.join(', '));
    const negative = serials.find((serial) => serial.startsWith('-'));
    bench.judge.require(negative === undefined, 'serial numbers are positive', negative ?? 'they are');
    const pattern = notRandom(serials);
    bench.judge.require(
      pattern === undefined,
      'serial numbers have at least 64 random bits',
      pattern ?? `no pattern in ${serials.length} of them`,
    );
  },
);

test(
  'A server lets an enrolled device enroll again, before its certificate expires and after, with another serial number',
  conformanceCase({
    id: 'SRV-LIF-001',
    version: 1,
    requirements: ['LIF-004', 'LIF-005', 'LIF-001'],
    control: 'the first enrollment of the same device',
    mutants: ['no-re-enrollment'],
  }),
  async ({ bench }) => {
    await bench.deploy({ validitySeconds: 2 });
    const first = expectIssued(bench, await bench.send(await bench.request()), 'the first request');
    const second = expectIssued(bench, await bench.send(await bench.request()), 'a request before the end');
    const leftSeconds = (second.notAfter.getTime() - systemClock.now().getTime()) / 1000;
    await systemClock.sleep(Math.max(0, leftSeconds) + 1);
    const key = await generateKeyPair(bench.profile.deviceKey);
    const pkcs10 = goodPkcs10({ deviceName: bench.identity().deviceName, key, profile: bench.profile });
    const third = expectIssued(
      bench,
      await bench.send(await bench.request(bench.identity(), { pkcs10 })),
      'a request after the end',
    );
    const serials = [first, second, third].map(({ serialNumber }) => serialNumber);
    bench.judge.require(
      new Set(serials).size === 3,
      'each certificate has a serial number of its own',
      serials.join(', '),
    );
    bench.judge.require(
      third.notAfter > systemClock.now(),
      'the new certificate is valid',
      third.notAfter.toISOString(),
    );
    const ca = await bench.wire.getCaCertificate();
    const signed = ca.answer?.kind === 'cacert' && isSignedBy(third, parseCertificate(ca.answer.certificate).publicKey);
    bench.judge.require(signed, 'it is signed by the CA of getcacert', signed ? 'verified' : 'not signed by it');
  },
);
