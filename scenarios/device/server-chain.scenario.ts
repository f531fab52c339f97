import { refusesServer } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a good chain of the same length, accepted before and after';

test(
  'A device refuses an issuer that says it is no CA',
  conformanceCase({
    id: 'DEV-TLS-044',
    version: 2,
    requirements: ['ID-030'],
    control,
    mutants: ['no-intermediate-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['intermediate-no-ca']),
);

test(
  'A device refuses an issuer that does not say whether it is a CA',
  conformanceCase({
    id: 'DEV-TLS-045',
    version: 2,
    requirements: ['ID-030'],
    control,
    mutants: ['no-intermediate-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['intermediate-unconstrained']),
);

test(
  'A device refuses an issuer of version 1',
  conformanceCase({
    id: 'DEV-TLS-046',
    version: 2,
    requirements: ['ID-030'],
    control,
    mutants: ['no-intermediate-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['intermediate-version-1']),
);

test(
  'A device refuses a certificate that another device signed',
  conformanceCase({
    id: 'DEV-TLS-047',
    version: 2,
    requirements: ['ID-030', 'ID-032'],
    control,
    mutants: ['no-intermediate-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['device-as-ca']),
);

test(
  'A device refuses more CAs below a CA than its path length allows',
  conformanceCase({
    id: 'DEV-TLS-048',
    version: 2,
    requirements: ['ID-031'],
    control,
    mutants: ['no-intermediate-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['path-length']),
);

test(
  'A device refuses a CA whose key may not sign certificates',
  conformanceCase({
    id: 'DEV-TLS-049',
    version: 2,
    requirements: ['ID-032'],
    control,
    mutants: ['no-intermediate-check', 'no-purpose-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['intermediate-no-cert-sign']),
);

test(
  'A device refuses a chain in which a CA is missing',
  conformanceCase({
    id: 'DEV-TLS-050',
    version: 2,
    requirements: ['ID-035'],
    control,
    mutants: ['no-anchor-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['missing-intermediate']),
);

test(
  'A device refuses a host that name constraints exclude',
  conformanceCase({
    id: 'DEV-TLS-051',
    version: 2,
    requirements: ['ID-025'],
    control,
    mutants: ['no-name-constraints-check'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['host-excluded']),
);

test(
  'A device refuses a host that name constraints do not permit',
  conformanceCase({
    id: 'DEV-TLS-052',
    version: 2,
    requirements: ['ID-025'],
    control,
    mutants: ['no-name-constraints-check'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['host-not-permitted']),
);
