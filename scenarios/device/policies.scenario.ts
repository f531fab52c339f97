import { judgesWithoutClock, treatsRevocation } from '#harness/bench/certificate-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';

test(
  'A device treats a certificate that names a list of revoked ones as its profile says',
  conformanceCase({
    id: 'DEV-TLS-073',
    version: 1,
    requirements: ['ID-062', 'ID-063'],
    control: 'the same listener with a good certificate, accepted before, and after where it was refused',
    mutants: ['refuses-list-pointers'],
    fixes: { phase: 'enroll' },
  }),
  async ({ bench }) => treatsRevocation(bench),
);

test(
  'A device whose clock was never set takes no expired chain for a good one',
  conformanceCase({
    id: 'DEV-TLS-074',
    version: 1,
    assumes: { clock: 'settable' },
    requirements: ['ID-064', 'ID-065'],
    control: 'the same device with its own clock and a good certificate, accepted before and after',
    mutants: ['no-dates-without-clock'],
    fixes: { phase: 'enroll' },
  }),
  async ({ bench }) => judgesWithoutClock(bench),
);
