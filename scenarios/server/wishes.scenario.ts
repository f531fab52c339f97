import { describeAnswer } from '#harness/bench/server-reply.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { pkcs10Wishes } from '#simulators/hostile/pkcs10-faults-names.ts';

const control = 'an honest enrollment of the same device before, on the same server';
const yearMs = 366 * 24 * 3600 * 1000;

/** What a PKCS#10 asks for beyond its key and its name, and how a certificate would look that granted it. */
const rows: readonly {
  readonly id: string;
  readonly title: string;
  readonly wish: keyof typeof pkcs10Wishes;
  readonly granted: (certificate: Certificate, deviceName: string) => boolean;
  readonly mutant: string;
}[] = [
  {
    id: 'SRV-WSH-001',
    title: 'A server makes no CA of a device that asks for it',
    wish: 'authority',
    granted: ({ basicConstraints }) => basicConstraints?.ca === true,
    mutant: 'grants-ca',
  },
  {
    id: 'SRV-WSH-002',
    title: 'A server grants no right to sign certificates to a device that asks for it',
    wish: 'certificate-signing',
    granted: ({ keyUsage }) => keyUsage?.has('keyCertSign') === true || keyUsage?.has('cRLSign') === true,
    mutant: 'grants-usage',
  },
  {
    id: 'SRV-WSH-003',
    title: 'A server makes no TLS server of a device that asks for it',
    wish: 'server-purpose',
    granted: ({ extendedKeyUsage }) => extendedKeyUsage?.includes('1.3.6.1.5.5.7.3.1') === true,
    mutant: 'grants-purpose',
  },
  {
    id: 'SRV-WSH-004',
    title: 'A server gives a device no name but its own, whatever it asks for',
    wish: 'foreign-names',
    granted: ({ subjectAltNames: names }, deviceName) =>
      names !== undefined && (names.ip.length > 0 || names.dns.some((name) => name.toLowerCase() !== deviceName)),
    mutant: 'grants-names',
  },
  {
    id: 'SRV-WSH-005',
    title: 'A server gives a device no fifty years, though it asks for them',
    wish: 'long-life',
    granted: ({ notBefore, notAfter }) => notAfter.getTime() - notBefore.getTime() > 40 * yearMs,
    mutant: 'grants-lifetime',
  },
];

for (const { id, title, wish, granted, mutant } of rows) {
  test(
    title,
    conformanceCase({ id, version: 1, requirements: ['CRT-009', 'CRT-006'], control, mutants: [mutant] }),
    async ({ bench }) => {
      await bench.deploy();
      await bench.control();
      const { id: what, explanation, make } = pkcs10Wishes[wish];
      bench.recorder.stimulus(`A gateway sends a PKCS#10 with the wish “${what}”: ${explanation}`);
      const { deviceName } = bench.identity();
      const pkcs10 = make({ deviceName, key: await bench.newKey(), profile: bench.profile });
      const reply = await bench.send(await bench.request(bench.identity(), { pkcs10 }));
      const { answer } = reply;
      const certificate = answer?.kind === 'issued' ? parseCertificate(answer.certificate) : undefined;
      bench.judge.require(
        answer?.kind === 'refused' || (certificate !== undefined && !granted(certificate, deviceName)),
        `the wish “${what}” is refused, or passed over in the certificate`,
        certificate ? `issued, ${granted(certificate, deviceName) ? 'as asked' : 'without it'}` : describeAnswer(reply),
      );
    },
  );
}
