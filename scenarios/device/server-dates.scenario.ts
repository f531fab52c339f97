import { refusesServer } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a good certificate of the third-party CA, accepted before and after';

test(
  'A device refuses a certificate that ended longer ago than a clock may be wrong',
  conformanceCase({
    id: 'DEV-TLS-037',
    version: 2,
    requirements: ['ID-026', 'ID-008'],
    control,
    mutants: ['no-dates-check', 'generous-clock'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['just-expired']),
);

test(
  'A device refuses a certificate that ended a day ago',
  conformanceCase({
    id: 'DEV-TLS-038',
    version: 2,
    requirements: ['ID-008'],
    control,
    mutants: ['no-dates-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['expired-a-day']),
);

test(
  'A device refuses a certificate that ended ten years ago',
  conformanceCase({
    id: 'DEV-TLS-039',
    version: 2,
    requirements: ['ID-008'],
    control,
    mutants: ['no-dates-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['expired-ten-years']),
);

test(
  'A device refuses a chain whose intermediate CA has expired',
  conformanceCase({
    id: 'DEV-TLS-040',
    version: 2,
    requirements: ['ID-027'],
    control,
    mutants: ['no-dates-check'],
  }),
  async ({ bench }) => refusesServer(bench, pkiFaults['expired-intermediate']),
);

test(
  'A device whose third-party CA has expired verifies no server with it',
  conformanceCase({
    id: 'DEV-TLS-041',
    version: 2,
    requirements: ['ID-028'],
    control,
    mutants: ['no-dates-check'],
    // A device is given its anchor before it first enrolls.
    fixes: { phase: 'enroll' },
  }),
  async ({ bench }) => {
    if (bench.profile.expiredAnchor === 'taken') bench.leftToProfile('expiredAnchor');
    return refusesServer(bench, pkiFaults['expired-anchor']);
  },
);
