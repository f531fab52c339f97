import { refusesServer } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a good certificate of the third-party CA, accepted before and after';

test(
  'A device refuses a certificate for the domain above its server',
  conformanceCase({
    id: 'DEV-TLS-022',
    version: 2,
    requirements: ['ID-018', 'ID-007'],
    control,
    mutants: ['no-name-check', 'related-names'],
    fixes: { reach: 'three labels' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['parent-domain']),
);

test(
  'A device refuses a certificate for a host below its server',
  conformanceCase({
    id: 'DEV-TLS-023',
    version: 2,
    requirements: ['ID-018'],
    control,
    mutants: ['no-name-check', 'related-names'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['child-domain']),
);

test(
  'A device refuses a certificate for a host beside its server',
  conformanceCase({
    id: 'DEV-TLS-024',
    version: 2,
    requirements: ['ID-018'],
    control,
    mutants: ['no-name-check', 'related-names'],
    fixes: { reach: 'three labels' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['sibling-label']),
);

test(
  'A device refuses a certificate whose common name alone is right, beside a subjectAltName',
  conformanceCase({
    id: 'DEV-TLS-025',
    version: 2,
    requirements: ['ID-019'],
    control,
    mutants: ['common-name-beside-san'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wrong-san-right-cn']),
);

test(
  'A device refuses a certificate that has a common name and no subjectAltName',
  conformanceCase({
    id: 'DEV-TLS-026',
    version: 2,
    requirements: ['ID-020'],
    control,
    mutants: ['common-name-beside-san'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => {
    if (bench.profile.commonNameAsHost) bench.leftToProfile('commonName');
    return refusesServer(bench, pkiFaults['common-name-only'], { requirement: 'ID-020' });
  },
);

test(
  'A device does not stop reading a name at a NUL byte',
  conformanceCase({
    id: 'DEV-TLS-027',
    version: 2,
    requirements: ['ID-021'],
    control,
    mutants: ['cuts-name-at-nul'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['nul-in-name']),
);

test(
  'A device refuses a certificate for all names',
  conformanceCase({
    id: 'DEV-TLS-028',
    version: 2,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
    fixes: { reach: 'name' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-alone']),
);

test(
  'A device refuses a certificate for every host below a top-level domain',
  conformanceCase({
    id: 'DEV-TLS-029',
    version: 2,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
    fixes: { reach: 'two labels' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-top-level']),
);

test(
  'A device refuses a wildcard that is a part of a label',
  conformanceCase({
    id: 'DEV-TLS-030',
    version: 2,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
    fixes: { reach: 'three labels' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-partial']),
);

test(
  'A device refuses a wildcard that is not the first label',
  conformanceCase({
    id: 'DEV-TLS-031',
    version: 2,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
    fixes: { reach: 'three labels' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-inside']),
);

test(
  'A device refuses a wildcard that would stand for two labels',
  conformanceCase({
    id: 'DEV-TLS-032',
    version: 2,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
    fixes: { reach: 'three labels' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-two-labels']),
);

test(
  'A device that reaches its server by an address refuses a certificate for another address',
  conformanceCase({
    id: 'DEV-TLS-033',
    version: 2,
    requirements: ['ID-023', 'ID-001'],
    control,
    mutants: ['no-name-check'],
    fixes: { reach: 'address' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['other-address']),
);

test(
  'A device that reaches its server by an address does not look for it among the DNS names',
  conformanceCase({
    id: 'DEV-TLS-034',
    version: 2,
    requirements: ['ID-023'],
    control,
    mutants: ['address-as-dns-name'],
    fixes: { reach: 'address' },
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['address-as-dns-name']),
);
