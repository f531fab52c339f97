import { refusesServer } from '#harness/bench/device-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a good certificate of the third-party CA, accepted before and after';

test(
  'A device refuses a certificate for the domain above its server',
  conformanceCase({
    id: 'DEV-TLS-022',
    version: 1,
    requirements: ['ID-018', 'ID-007'],
    control,
    mutants: ['no-name-check', 'related-names'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['parent-domain'], { reach: 'three labels' }),
);

test(
  'A device refuses a certificate for a host below its server',
  conformanceCase({
    id: 'DEV-TLS-023',
    version: 1,
    requirements: ['ID-018'],
    control,
    mutants: ['no-name-check', 'related-names'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['child-domain'], { reach: 'name' }),
);

test(
  'A device refuses a certificate for a host beside its server',
  conformanceCase({
    id: 'DEV-TLS-024',
    version: 1,
    requirements: ['ID-018'],
    control,
    mutants: ['no-name-check', 'related-names'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['sibling-label'], { reach: 'three labels' }),
);

test(
  'A device refuses a certificate whose common name alone is right, beside a subjectAltName',
  conformanceCase({
    id: 'DEV-TLS-025',
    version: 1,
    requirements: ['ID-019'],
    control,
    mutants: ['common-name-beside-san'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wrong-san-right-cn'], { reach: 'name' }),
);

test(
  'A device refuses a certificate that has a common name and no subjectAltName',
  conformanceCase({
    id: 'DEV-TLS-026',
    version: 1,
    requirements: ['ID-020'],
    assumes: { 'common-name': 'refused' },
    control,
    mutants: ['common-name-beside-san'],
  }),
  async ({ bench }) => {
    if (bench.profile.commonNameAsHost) {
      bench.judge.notApplicable('The profile, line "common name without subjectAltName": taken for the host.');
    }
    return refusesServer(bench, pkiFaults['common-name-only'], { reach: 'name', requirement: 'ID-020' });
  },
);

test(
  'A device does not stop reading a name at a NUL byte',
  conformanceCase({
    id: 'DEV-TLS-027',
    version: 1,
    requirements: ['ID-021'],
    control,
    mutants: ['cuts-name-at-nul'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['nul-in-name'], { reach: 'name' }),
);

test(
  'A device refuses a certificate for all names',
  conformanceCase({
    id: 'DEV-TLS-028',
    version: 1,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-alone'], { reach: 'name' }),
);

test(
  'A device refuses a certificate for every host below a top-level domain',
  conformanceCase({
    id: 'DEV-TLS-029',
    version: 1,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-top-level'], { reach: 'two labels' }),
);

test(
  'A device refuses a wildcard that is a part of a label',
  conformanceCase({
    id: 'DEV-TLS-030',
    version: 1,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-partial'], { reach: 'three labels' }),
);

test(
  'A device refuses a wildcard that is not the first label',
  conformanceCase({
    id: 'DEV-TLS-031',
    version: 1,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-inside'], { reach: 'three labels' }),
);

test(
  'A device refuses a wildcard that would stand for two labels',
  conformanceCase({
    id: 'DEV-TLS-032',
    version: 1,
    requirements: ['ID-022'],
    control,
    mutants: ['wildcard-anywhere'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['wildcard-two-labels'], { reach: 'three labels' }),
);

test(
  'A device that reaches its server by an address refuses a certificate for another address',
  conformanceCase({
    id: 'DEV-TLS-033',
    version: 1,
    requirements: ['ID-023', 'ID-001'],
    control,
    mutants: ['no-name-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['other-address'], { reach: 'address' }),
);

test(
  'A device that reaches its server by an address does not look for it among the DNS names',
  conformanceCase({
    id: 'DEV-TLS-034',
    version: 1,
    requirements: ['ID-023'],
    control,
    mutants: ['address-as-dns-name'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['address-as-dns-name'], { reach: 'address' }),
);
