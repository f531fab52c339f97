import { refusesServer } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a good certificate of the third-party CA, accepted before and after';

test(
  'A device refuses a certificate that names the third-party CA and was signed with another key',
  conformanceCase({
    id: 'DEV-TLS-020',
    version: 2,
    requirements: ['ID-041', 'ID-005'],
    control,
    mutants: ['no-server-signature-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['forged-signature']),
);

test(
  'A device refuses a certificate with one bit of its signature flipped',
  conformanceCase({
    id: 'DEV-TLS-021',
    version: 2,
    requirements: ['ID-041'],
    control,
    mutants: ['no-server-signature-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['flipped-bit']),
);
