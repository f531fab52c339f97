import { goesOnOnlyVerified, installsOnlyGood } from '#harness/bench/hostile-answer-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';

test(
  'Whatever a hostile server answers, a device installs only a certificate that meets every rule, and ends in time',
  conformanceCase({
    id: 'DEV-FUZ-001',
    version: 1,
    requirements: ['CRT-013', 'CRT-010', 'CRT-011', 'CRT-012', 'MSG-038', 'MSG-047', 'MSG-024', 'LIF-006'],
    control: 'the same server with its honest answers, accepted before and after all the generated ones',
    mutants: [
      'no-issued-key-check',
      'no-issued-signature-check',
      'no-issued-name-check',
      'garbage-status-as-zero',
      'first-of-duplicates',
      'stores-before-verifying',
      'status-alone-enrolls',
    ],
  }),
  async ({ bench, details }) => installsOnlyGood(bench, details.id, { builtIn: 100, external: 12 }),
);

test(
  'Whatever a hostile server answers to getcacert, a device sends nothing more unless it could verify the CA certificate',
  conformanceCase({
    id: 'DEV-FUZ-002',
    version: 1,
    requirements: ['CA-010', 'CA-005', 'CA-006', 'CA-007', 'CA-008', 'CA-009', 'MSG-047', 'MSG-024', 'LIF-006'],
    assumes: { getcacert: 'cleartext' },
    control: 'the same server with its own CA certificate, accepted before and after all the generated ones',
    mutants: [
      'no-fingerprint-check',
      'checks-fingerprint-once',
      'no-ca-dates-check',
      'no-ca-signature-check',
      'certificate-despite-status',
    ],
  }),
  async ({ bench, details }) => goesOnOnlyVerified(bench, details.id, { builtIn: 130, external: 12 }),
);
