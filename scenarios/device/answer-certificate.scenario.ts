import { survives } from '#harness/bench/survival-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { certificateFaults } from '#simulators/hostile/answer-certificate-faults.ts';

const control = 'the same server with the certificate that it really issued, accepted before and after';

test(
  'A device takes the first of two certificates that disagree no more than the last',
  conformanceCase({
    id: 'DEV-ANS-019',
    version: 2,
    requirements: ['MSG-011', 'MSG-047'],
    control,
    mutants: ['first-of-duplicates', 'last-of-duplicates'],
  }),
  async ({ bench }) => survives(bench, [certificateFaults.goodThenBad, certificateFaults.badThenGood]),
);

test(
  'A device judges the certificate in cert=, whatever stands in certificate=',
  conformanceCase({
    id: 'DEV-ANS-020',
    version: 2,
    requirements: ['MSG-012', 'CRT-010'],
    control,
    mutants: ['certificate-for-cert'],
  }),
  async ({ bench }) => survives(bench, [certificateFaults.goodUnderOtherName]),
);

test(
  'A device stores nothing of an answer whose certificate is none',
  conformanceCase({
    id: 'DEV-ANS-021',
    version: 2,
    requirements: ['MSG-047', 'CRT-013', 'LIF-006'],
    control,
    mutants: ['stores-before-verifying'],
  }),
  async ({ bench }) =>
    survives(bench, [certificateFaults.noise, certificateFaults.truncated, certificateFaults.notBase64]),
);

test(
  'A device refuses a certificate that other bytes follow',
  conformanceCase({
    id: 'DEV-ANS-022',
    version: 2,
    requirements: ['MSG-047', 'CRT-013'],
    control,
    mutants: ['ignores-trailing-bytes'],
  }),
  async ({ bench }) => survives(bench, [certificateFaults.trailing]),
);

test(
  'A device takes no PEM where base64 of DER is due',
  conformanceCase({
    id: 'DEV-ANS-023',
    version: 2,
    requirements: ['MSG-047', 'MSG-012'],
    control,
    mutants: ['reads-pem'],
  }),
  async ({ bench }) => survives(bench, [certificateFaults.pem]),
);

test(
  'A device refuses a certificate that is not valid yet',
  conformanceCase({
    id: 'DEV-CRT-010',
    version: 2,
    requirements: ['CRT-012'],
    control,
    mutants: ['no-issued-dates-check'],
  }),
  async ({ bench }) => survives(bench, [certificateFaults.notYetValid]),
);

test(
  'A device refuses a certificate that bears the key of the CA itself',
  conformanceCase({
    id: 'DEV-CRT-011',
    version: 2,
    requirements: ['CRT-010'],
    control,
    mutants: ['no-issued-key-check'],
  }),
  async ({ bench }) => survives(bench, [certificateFaults.authorityKey]),
);

test(
  'A device of the modern profile refuses a certificate that is signed with SHA-1',
  conformanceCase({
    id: 'DEV-CRT-012',
    version: 2,
    requirements: ['CRT-016', 'CRT-013'],
    control,
    mutants: ['no-issued-algorithm-check'],
  }),
  async ({ bench }) => {
    if (bench.profile.signatures.includes('rsa-sha1')) {
      const line = `The profile ${bench.profile.id} accepts SHA-1 (line “signatures”)`;
      bench.judge.notApplicable(`${line}.`, line);
    }
    await survives(bench, [certificateFaults.weakSignature]);
  },
);
