import { refusesServer } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a good certificate of the third-party CA, accepted before and after';

test(
  'A device refuses a server that shows the certificate of a device',
  conformanceCase({
    id: 'DEV-TLS-055',
    version: 2,
    requirements: ['ID-033'],
    control,
    mutants: ['no-purpose-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['device-as-server']),
);

test(
  'A device refuses a server certificate that was made for signing code',
  conformanceCase({
    id: 'DEV-TLS-056',
    version: 2,
    requirements: ['ID-033'],
    control,
    mutants: ['no-purpose-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['other-purpose']),
);

test(
  'A device refuses a certificate with a critical extension that it does not know',
  conformanceCase({
    id: 'DEV-TLS-057',
    version: 2,
    requirements: ['ID-034'],
    control,
    mutants: ['no-critical-extension-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['unknown-critical-extension']),
);

test(
  'A device refuses a certificate with the same extension twice',
  conformanceCase({
    id: 'DEV-TLS-058',
    version: 2,
    requirements: ['ID-039'],
    control,
    mutants: ['no-form-check'],
    // Under TLS 1.2 and with another key, OpenSSL does not show such a certificate.
    fixes: { leafKey: 'rsa' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['doubled-extension'], { requirement: 'ID-039' }),
);

test(
  'A device refuses a certificate with a negative serial number',
  conformanceCase({
    id: 'DEV-TLS-059',
    version: 2,
    requirements: ['ID-040'],
    control,
    mutants: ['no-form-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['negative-serial'], { requirement: 'ID-040' }),
);

test(
  'A device refuses a certificate with the serial number zero',
  conformanceCase({
    id: 'DEV-TLS-060',
    version: 2,
    requirements: ['ID-040'],
    control,
    mutants: ['no-form-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['zero-serial'], { requirement: 'ID-040' }),
);

test(
  'A device refuses a certificate that names two signature algorithms',
  conformanceCase({
    id: 'DEV-TLS-061',
    version: 2,
    requirements: ['ID-038'],
    control,
    mutants: ['no-form-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['inner-outer-differ']),
);
