import { asksVerifiedServer, believesTlsAlone } from '#harness/bench/authority-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { authorityFaults } from '#simulators/hostile/answer-authority-faults.ts';

const fixes = { phase: 'enroll' } as const;

test(
  'A device without a fingerprint believes nobody in the cleartext path',
  conformanceCase({
    id: 'DEV-TLS-075',
    version: 1,
    requirements: ['CA-040', 'CA-010'],
    control: 'the same device with the fingerprint, and the honest server, before and after',
    mutants: ['trusts-cleartext-authority'],
    fixes,
  }),
  async ({ bench }) => believesTlsAlone(bench, authorityFaults.inCleartext),
);

test(
  'A device that gets the CA certificate over TLS verifies the server first',
  conformanceCase({
    id: 'DEV-TLS-076',
    version: 1,
    requirements: ['CA-041', 'ID-013'],
    control: 'the same listener with a good certificate, without a fingerprint too, before and after',
    mutants: ['no-anchor-check', 'sends-before-verification'],
    fixes,
    assumes: { getcacert: 'tls' },
  }),
  async ({ bench }) => asksVerifiedServer(bench),
);

test(
  'A device without a fingerprint gets the CA certificate over verified TLS, or stops',
  conformanceCase({
    id: 'DEV-TLS-077',
    version: 1,
    requirements: ['CA-042', 'CA-005'],
    control: 'the same device with the fingerprint, before and after',
    mutants: ['trusts-cleartext-authority'],
    fixes,
  }),
  async ({ bench }) => believesTlsAlone(bench),
);
