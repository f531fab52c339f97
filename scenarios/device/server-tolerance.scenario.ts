import { acceptsServer, endsWithServer } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control =
  'the same listener with the usual good certificate, accepted before, and after where the other was refused';

test(
  'A device accepts its server’s name in another letter case',
  conformanceCase({
    id: 'DEV-TOL-001',
    version: 2,
    requirements: ['ID-024'],
    control,
    mutants: ['case-sensitive-names'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => acceptsServer(bench, pkiFaults['other-letter-case']),
);

test(
  'A device accepts a certificate that names others too',
  conformanceCase({
    id: 'DEV-TOL-002',
    version: 2,
    requirements: ['ID-024'],
    control,
    mutants: ['first-name-only'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => acceptsServer(bench, pkiFaults['surplus-names']),
);

test(
  'A device accepts a certificate that is valid for two more minutes',
  conformanceCase({
    id: 'DEV-TOL-003',
    version: 2,
    requirements: ['ID-029'],
    control,
    mutants: ['refuses-last-minutes'],
  }),
  async ({ bench }) => acceptsServer(bench, pkiFaults['two-minutes-left']),
);

test(
  'A device accepts a certificate that ends after 2050',
  conformanceCase({
    id: 'DEV-TOL-004',
    version: 2,
    requirements: ['ID-029'],
    control,
    mutants: ['two-digit-years'],
  }),
  async ({ bench }) => acceptsServer(bench, pkiFaults['past-2050']),
);

test(
  'A device accepts a chain that was sent in another order',
  conformanceCase({
    id: 'DEV-TOL-005',
    version: 2,
    requirements: ['ID-036'],
    control,
    mutants: ['orderly-chains-only'],
  }),
  async ({ bench }) => acceptsServer(bench, pkiFaults['reordered-chain'], { requirement: 'ID-036' }),
);

test(
  'A device accepts a chain with certificates that do not belong to it',
  conformanceCase({
    id: 'DEV-TOL-006',
    version: 2,
    requirements: ['ID-036'],
    control,
    mutants: ['orderly-chains-only'],
  }),
  async ({ bench }) => acceptsServer(bench, pkiFaults['surplus-certificates'], { requirement: 'ID-036' }),
);

test(
  'A device reads a certificate of a thousand names',
  conformanceCase({
    id: 'DEV-TOL-007',
    version: 2,
    requirements: ['ID-045'],
    control,
    mutants: ['few-names'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => acceptsServer(bench, pkiFaults['thousand-names'], { requirement: 'ID-045' }),
);

test(
  'A device ends in time when a hundred certificates are sent',
  conformanceCase({
    id: 'DEV-TOL-008',
    version: 2,
    requirements: ['ID-046'],
    control,
    mutants: ['chokes-on-chains'],
  }),
  async ({ bench }) => endsWithServer(bench, pkiFaults['hundred-certificates']),
);

test(
  'A device ends in time when a certificate is of sixty kilobytes',
  conformanceCase({
    id: 'DEV-TOL-009',
    version: 2,
    requirements: ['ID-046'],
    control,
    mutants: ['chokes-on-chains'],
  }),
  async ({ bench }) => endsWithServer(bench, pkiFaults['sixty-kilobytes']),
);
