import { stopsAtAuthority } from '#harness/bench/survival-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { answerFaults } from '#simulators/hostile/answer-faults.ts';

const control = 'the same server with its own CA certificate, accepted before and after';

test(
  'A device stops at a CA certificate that does not match the fingerprint given out of band',
  conformanceCase({
    id: 'DEV-CA-001',
    version: 2,
    requirements: ['CA-005', 'CA-006', 'CA-010', 'CA-011'],
    assumes: { getcacert: 'cleartext' },
    control,
    mutants: ['no-fingerprint-check'],
  }),
  async ({ bench }) => stopsAtAuthority(bench, [answerFaults['other-ca-certificate']]),
);

test(
  'A device stops at a CA certificate that is none of a CA',
  conformanceCase({
    id: 'DEV-CA-002',
    version: 2,
    requirements: ['CA-007', 'CA-010'],
    control,
    mutants: ['accepts-non-ca'],
  }),
  async ({ bench }) => stopsAtAuthority(bench, [answerFaults['no-ca-certificate']]),
);

test(
  'A device stops at a CA certificate that has expired',
  conformanceCase({
    id: 'DEV-CA-003',
    version: 2,
    requirements: ['CA-008', 'CA-010'],
    control,
    mutants: ['no-ca-dates-check'],
  }),
  async ({ bench }) => stopsAtAuthority(bench, [answerFaults['expired-ca-certificate']]),
);

test(
  'A device stops at a CA certificate whose signature is broken',
  conformanceCase({
    id: 'DEV-CA-004',
    version: 2,
    requirements: ['CA-009', 'CA-010'],
    control,
    mutants: ['no-ca-signature-check'],
  }),
  async ({ bench }) => stopsAtAuthority(bench, [answerFaults['altered-ca-certificate']]),
);
