import { survives } from '#harness/bench/survival-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { answerFaults } from '#simulators/hostile/answer-faults.ts';

const control = 'the same server with the certificate that it really issued, accepted before and after';

test(
  'A device refuses a certificate that bears another public key',
  conformanceCase({
    id: 'DEV-CRT-001',
    version: 2,
    requirements: ['CRT-010', 'CRT-013'],
    control,
    mutants: ['no-issued-key-check', 'stores-before-verifying'],
  }),
  async ({ bench }) => survives(bench, [answerFaults['other-key']]),
);

test(
  'A device refuses a certificate that the CA of getcacert did not sign',
  conformanceCase({
    id: 'DEV-CRT-002',
    version: 2,
    requirements: ['CRT-011', 'CA-013'],
    control,
    mutants: ['no-issued-signature-check'],
  }),
  async ({ bench }) => survives(bench, [answerFaults['other-authority']]),
);

test(
  'A device refuses a certificate that is not valid now',
  conformanceCase({
    id: 'DEV-CRT-003',
    version: 2,
    requirements: ['CRT-012'],
    control,
    mutants: ['no-issued-dates-check'],
  }),
  async ({ bench }) => survives(bench, [answerFaults['expired-certificate']]),
);

test(
  'A device refuses a certificate that names another device',
  conformanceCase({
    id: 'DEV-CRT-004',
    version: 2,
    requirements: ['CRT-003', 'CRT-013'],
    control,
    mutants: ['no-issued-name-check'],
  }),
  async ({ bench }) => survives(bench, [answerFaults['other-device']]),
);

test(
  'A device refuses a certificate that would make it a CA',
  conformanceCase({
    id: 'DEV-CRT-005',
    version: 2,
    requirements: ['CRT-013', 'CRT-006'],
    control,
    mutants: ['no-issued-authority-check'],
  }),
  async ({ bench }) => survives(bench, [answerFaults['ca-for-a-device']]),
);
