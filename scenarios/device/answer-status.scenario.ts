import { survives } from '#harness/bench/survival-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { statusFaults } from '#simulators/hostile/answer-status-faults.ts';

const control = 'the same server with its honest answer, accepted before and after';

test(
  'A device takes no status with a sign for 0',
  conformanceCase({
    id: 'DEV-ANS-010',
    version: 2,
    requirements: ['MSG-038', 'MSG-047'],
    control,
    mutants: ['garbage-status-as-zero'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.minus, statusFaults.plus]),
);

test(
  'A device takes no status with a blank or a fraction for 0',
  conformanceCase({
    id: 'DEV-ANS-011',
    version: 2,
    requirements: ['MSG-038', 'MSG-047'],
    control,
    mutants: ['garbage-status-as-zero'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.blankBefore, statusFaults.blankAfter, statusFaults.fraction]),
);

test(
  'A device takes no status beyond 32 bits for 0',
  conformanceCase({
    id: 'DEV-ANS-012',
    version: 2,
    requirements: ['MSG-038', 'MSG-047'],
    control,
    mutants: ['garbage-status-as-zero'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.wraps]),
);

test(
  'A device does not cut a status at a NUL',
  conformanceCase({
    id: 'DEV-ANS-013',
    version: 2,
    requirements: ['MSG-015', 'MSG-038'],
    control,
    mutants: ['cut-at-nul'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.nul, statusFaults.nulRaw]),
);

test(
  'A device takes no variable for the status whose name only begins like it',
  conformanceCase({
    id: 'DEV-ANS-014',
    version: 2,
    requirements: ['MSG-009', 'MSG-038'],
    control,
    mutants: ['statusx-as-status'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.longerName]),
);

test(
  'A device is not enrolled by status 0 without a certificate',
  conformanceCase({
    id: 'DEV-ANS-015',
    version: 2,
    requirements: ['MSG-045', 'CRT-013'],
    control,
    mutants: ['status-alone-enrolls'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.alone, statusFaults.emptyCertificate]),
);

test(
  'A device whose request is pending is not enrolled by a certificate that comes along',
  conformanceCase({
    id: 'DEV-ANS-016',
    version: 2,
    requirements: ['MSG-038', 'RET-001'],
    control,
    mutants: ['certificate-despite-status'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.pendingWithCertificate]),
);

test(
  'A device that is refused is not enrolled by a certificate that comes along',
  conformanceCase({
    id: 'DEV-ANS-017',
    version: 2,
    requirements: ['MSG-039'],
    control,
    mutants: ['certificate-despite-status'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.refusedWithCertificate]),
);

test(
  'A device takes neither of two statuses that disagree',
  conformanceCase({
    id: 'DEV-ANS-018',
    version: 2,
    requirements: ['MSG-011', 'MSG-047'],
    control,
    mutants: ['first-of-duplicates'],
  }),
  async ({ bench }) => survives(bench, [statusFaults.twoStatuses]),
);
