import { refusesServer } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a certificate of the third-party CA for its name, accepted before and after';

test(
  'A device refuses a server whose certificate an unknown CA signed',
  conformanceCase({
    id: 'DEV-TLS-001',
    version: 2,
    requirements: ['ID-004', 'ID-005', 'ID-002', 'ID-003', 'ID-013'],
    control,
    mutants: ['no-anchor-check', 'sends-before-verification'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['unknown-ca']),
);

test(
  'A device refuses a server whose certificate was made out for another host',
  conformanceCase({
    id: 'DEV-TLS-002',
    version: 2,
    requirements: ['ID-007', 'ID-001', 'ID-013'],
    control,
    mutants: ['no-name-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['other-host']),
);

test(
  'A device refuses a server whose certificate has expired',
  conformanceCase({
    id: 'DEV-TLS-003',
    version: 2,
    requirements: ['ID-008'],
    control,
    mutants: ['no-dates-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults.expired),
);

test(
  'A device refuses a server whose certificate is not yet valid',
  conformanceCase({
    id: 'DEV-TLS-004',
    version: 2,
    requirements: ['ID-009'],
    control,
    mutants: ['no-dates-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['not-yet-valid']),
);

test(
  'A device refuses a server that signed its certificate itself',
  conformanceCase({
    id: 'DEV-TLS-005',
    version: 2,
    requirements: ['ID-006'],
    control,
    mutants: ['no-anchor-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['self-signed']),
);

test(
  'A device refuses a CA that only bears the name of the third-party CA',
  conformanceCase({
    id: 'DEV-TLS-006',
    version: 2,
    requirements: ['ID-004', 'ID-005'],
    control,
    mutants: ['no-anchor-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['impostor-ca']),
);

test(
  'A device does not take the clearinghouse CA for the third-party CA',
  conformanceCase({
    id: 'DEV-TLS-007',
    version: 2,
    requirements: ['ID-016', 'CA-012'],
    control,
    mutants: ['no-anchor-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['clearinghouse-ca']),
);
