import { stopsAtAuthority } from '#harness/bench/survival-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { authorityFaults } from '#simulators/hostile/answer-authority-faults.ts';

const control = 'the same server with its own CA certificate, accepted before and after';

test(
  'A device stops at a getcacert answer that holds two certificates',
  conformanceCase({
    id: 'DEV-CA-010',
    version: 2,
    requirements: ['MSG-011', 'CA-010'],
    control,
    mutants: ['first-of-duplicates', 'last-of-duplicates'],
  }),
  async ({ bench }) => stopsAtAuthority(bench, [authorityFaults.goodThenOther, authorityFaults.otherThenGood]),
);

test(
  'A device stops at a getcacert answer whose two names of the certificate disagree',
  conformanceCase({
    id: 'DEV-CA-011',
    version: 2,
    requirements: ['MSG-014', 'CA-010'],
    control,
    mutants: ['first-of-duplicates', 'last-of-duplicates'],
  }),
  async ({ bench }) => stopsAtAuthority(bench, [authorityFaults.twoNames, authorityFaults.twoNamesGoodLast]),
);

test(
  'A device stops at a getcacert answer that says pending or refused, whatever certificate it holds',
  conformanceCase({
    id: 'DEV-CA-012',
    version: 2,
    requirements: ['MSG-038', 'CA-010'],
    control,
    mutants: ['certificate-despite-status'],
  }),
  async ({ bench }) =>
    stopsAtAuthority(bench, [
      authorityFaults.pending,
      authorityFaults.pendingWithCertificate,
      authorityFaults.refusedWithCertificate,
    ]),
);

test(
  'An enrolled device stops when getcacert gives another CA than the announced one, and keeps its certificate',
  conformanceCase({
    id: 'DEV-CA-013',
    version: 2,
    requirements: ['CA-006', 'CA-010', 'LIF-006'],
    control,
    mutants: ['checks-fingerprint-once', 'no-fingerprint-check'],
    fixes: { phase: 'renew' },
  }),
  async ({ bench }) => stopsAtAuthority(bench, [authorityFaults.changed]),
);
