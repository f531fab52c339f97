import { refusesServer } from '#harness/bench/certificate-flows.ts';
import type { DeviceBench } from '#harness/bench/device-bench.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import { type PkiFault, pkiFaults } from '#simulators/hostile/pki-faults.ts';

const control = 'the same listener with a good chain of the same length, accepted before and after';

/** What `legacy` is there for is not held against a device. */
async function refusesWeakness(bench: DeviceBench, fault: PkiFault, requirement?: RequirementId): Promise<void> {
  if (bench.profile.insecure) {
    const lines = 'The profile legacy, lines “keys” and “signatures”: weak ones are left to the device';
    bench.judge.notApplicable(`${lines}.`, lines);
  }
  return refusesServer(bench, fault, requirement ? { requirement } : {});
}

test(
  'A device refuses a server certificate that was signed with SHA-1',
  conformanceCase({
    id: 'DEV-TLS-064',
    version: 2,
    requirements: ['ID-037'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['signed-with-sha1']),
);

test(
  'A device refuses a server certificate that was signed with MD5',
  conformanceCase({
    id: 'DEV-TLS-065',
    version: 2,
    requirements: ['ID-037'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['signed-with-md5']),
);

test(
  'A device refuses a CA with an RSA key of 512 bits',
  conformanceCase({
    id: 'DEV-TLS-066',
    version: 2,
    requirements: ['ID-042'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['rsa-512']),
);

test(
  'A device refuses a CA with an RSA key of 1024 bits',
  conformanceCase({
    id: 'DEV-TLS-067',
    version: 2,
    requirements: ['ID-042'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['rsa-1024']),
);

test(
  'A device refuses a CA with the RSA exponent 3',
  conformanceCase({
    id: 'DEV-TLS-068',
    version: 2,
    requirements: ['ID-043'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['rsa-exponent-3'], 'ID-043'),
);

test(
  'A device refuses a CA with the RSA exponent 1, with which anybody signs',
  conformanceCase({
    id: 'DEV-TLS-071',
    version: 1,
    requirements: ['ID-043'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['rsa-exponent-1'], 'ID-043'),
);

test(
  'A device refuses a CA with a key on the curve P-192',
  conformanceCase({
    id: 'DEV-TLS-069',
    version: 2,
    requirements: ['ID-042'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['p-192']),
);

test(
  'A device refuses a CA whose key spells its curve out',
  conformanceCase({
    id: 'DEV-TLS-070',
    version: 2,
    requirements: ['ID-044'],
    control,
    mutants: ['no-algorithm-check'],
  }),
  async ({ bench }) => refusesWeakness(bench, pkiFaults['explicit-curve'], 'ID-044'),
);
