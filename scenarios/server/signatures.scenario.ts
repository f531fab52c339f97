import { expectRefusal, refusesFault } from '#harness/bench/server-flows.ts';
import { faultyRequest } from '#harness/bench/server-requests.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import type { RefusalStatus } from '#protocol/status.ts';
import { pkcs10Faults } from '#simulators/hostile/pkcs10-faults.ts';

const control = 'an honest enrollment of the same device before and after, on the same server';

/** PKCS#10s that prove nothing, keys that nobody should certify, and bytes that are no PKCS#10. */
const rows: readonly {
  readonly id: string;
  readonly title: string;
  readonly fault: keyof typeof pkcs10Faults;
  readonly requirements: readonly [RequirementId, ...RequirementId[]];
  readonly status: RefusalStatus | readonly RefusalStatus[];
  readonly mutants: readonly [string, ...string[]];
}[] = [
  {
    id: 'SRV-POP-004',
    title: 'A server refuses a PKCS#10 whose signature is empty',
    fault: 'signature-empty',
    requirements: ['POP-040', 'POP-002'],
    status: 5,
    mutants: ['takes-empty-signature'],
  },
  {
    id: 'SRV-POP-005',
    title: 'A server refuses a PKCS#10 whose signature is zero bytes',
    fault: 'signature-zero',
    requirements: ['POP-040', 'POP-002'],
    status: 5,
    mutants: ['takes-zero-signature'],
  },
  {
    id: 'SRV-POP-006',
    title: 'A server refuses an ECDSA signature of two zeros',
    fault: 'signature-zero-numbers',
    requirements: ['POP-040', 'POP-002'],
    status: 5,
    mutants: ['takes-zero-numbers'],
  },
  {
    id: 'SRV-POP-007',
    title: 'A server refuses a PKCS#10 whose signature was cut short',
    fault: 'signature-cut',
    requirements: ['POP-040', 'POP-002'],
    status: 5,
    mutants: ['takes-short-signature'],
  },
  {
    id: 'SRV-POP-008',
    title: 'A server refuses a PKCS#10 that bears the signature of another',
    fault: 'signature-of-another',
    requirements: ['POP-040', 'POP-003'],
    status: 5,
    mutants: ['no-proof-of-possession'],
  },
  {
    id: 'SRV-ALG-001',
    title: 'A server refuses a signature algorithm that does not fit the key',
    fault: 'algorithm-mismatch',
    requirements: ['POP-041'],
    status: [5, 11],
    mutants: ['algorithm-of-the-key'],
  },
  {
    id: 'SRV-ALG-002',
    title: 'A server refuses a signature algorithm that it does not know',
    fault: 'algorithm-unknown',
    requirements: ['POP-041'],
    status: 11,
    mutants: ['unknown-algorithm'],
  },
  {
    id: 'SRV-ALG-003',
    title: 'A server refuses the algorithm that stands for no signature',
    fault: 'algorithm-none',
    requirements: ['POP-041', 'POP-002'],
    status: [5, 11],
    mutants: ['takes-no-signature'],
  },
  {
    id: 'SRV-KEY-004',
    title: 'A server refuses an RSA key of 512 bits',
    fault: 'tiny-key',
    requirements: ['CRT-014'],
    status: 11,
    mutants: ['tiny-keys'],
  },
  {
    id: 'SRV-KEY-005',
    title: 'A server refuses an RSA exponent of 1, with which anybody signs',
    fault: 'exponent-one',
    requirements: ['CRT-040', 'CRT-015'],
    status: 11,
    mutants: ['exponent-one'],
  },
  {
    id: 'SRV-KEY-006',
    title: 'A server refuses an even RSA modulus',
    fault: 'even-modulus',
    requirements: ['CRT-040', 'CRT-015'],
    status: 11,
    mutants: ['even-modulus'],
  },
  {
    id: 'SRV-KEY-007',
    title: 'A server refuses a point that is not on its curve',
    fault: 'point-off-curve',
    requirements: ['CRT-042', 'CRT-015'],
    status: 11,
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-KEY-008',
    title: 'A server refuses a curve that its profile does not name',
    fault: 'other-curve',
    requirements: ['CRT-042', 'CRT-016'],
    status: 11,
    mutants: ['any-curve'],
  },
  {
    id: 'SRV-KEY-009',
    title: 'A server refuses a curve that is spelled out',
    fault: 'explicit-curve',
    requirements: ['CRT-042'],
    status: 11,
    mutants: ['any-curve'],
  },
  {
    id: 'SRV-KEY-010',
    title: 'A server refuses a key that is neither RSA nor of a curve of its profile',
    fault: 'other-key-type',
    requirements: ['CRT-015', 'CRT-016'],
    status: 11,
    mutants: ['any-key-type'],
  },
  {
    id: 'SRV-KEY-011',
    title: 'A server does not certify the key of its own CA',
    fault: 'authority-key',
    requirements: ['CRT-020', 'POP-004'],
    status: [5, 11],
    mutants: ['takes-own-key'],
  },
  {
    id: 'SRV-DER-002',
    title: 'A server refuses a PKCS#10 of indefinite length',
    fault: 'indefinite-length',
    requirements: ['CRT-043', 'CRT-018'],
    status: 4,
    mutants: ['reads-ber'],
  },
  {
    id: 'SRV-DER-003',
    title: 'A server refuses a PKCS#10 that announces more bytes than there are',
    fault: 'length-beyond',
    requirements: ['CRT-018', 'MSG-024'],
    status: 4,
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-004',
    title: 'A server survives a PKCS#10 that is nested four thousand levels deep',
    fault: 'deep-nesting',
    requirements: ['CRT-043', 'MSG-024'],
    status: 4,
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-005',
    title: 'A server refuses a PKCS#10 with an attribute that stands there twice',
    fault: 'attribute-doubled',
    requirements: ['CRT-043'],
    status: 4,
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-006',
    title: 'A server refuses a PKCS#10 of a version that there is not',
    fault: 'wrong-version',
    requirements: ['CRT-043'],
    status: 4,
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-007',
    title: 'A server refuses a certificate in the place of the PKCS#10',
    fault: 'certificate',
    requirements: ['CRT-018'],
    status: [4, 11],
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-008',
    title: 'A server refuses a list of revoked certificates in the place of the PKCS#10',
    fault: 'revocation-list',
    requirements: ['CRT-018'],
    status: [4, 11],
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-009',
    title: 'A server refuses PEM inside the base64 of the PKCS#10',
    fault: 'pem-inside',
    requirements: ['CRT-018', 'MSG-023'],
    status: 4,
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-010',
    title: 'A server refuses an empty sequence in the place of the PKCS#10',
    fault: 'empty-sequence',
    requirements: ['CRT-018'],
    status: 4,
    mutants: ['crashes-on-pkcs10'],
  },
  {
    id: 'SRV-DER-011',
    title: 'A server refuses bytes after the end of the PKCS#10, though all before them is good',
    fault: 'trailing-bytes',
    requirements: ['CRT-018'],
    status: 4,
    mutants: ['cuts-trailing-bytes'],
  },
  {
    id: 'SRV-SUB-002',
    title: 'A server refuses a PKCS#10 without a subject',
    fault: 'empty-subject',
    requirements: ['ADM-011'],
    status: 2,
    mutants: ['takes-empty-subject'],
  },
  {
    id: 'SRV-SUB-003',
    title: 'A server refuses a PKCS#10 with a second common name, of another device',
    fault: 'two-names',
    requirements: ['ADM-046', 'ADM-012'],
    status: 2,
    mutants: ['first-name-counts'],
  },
  {
    id: 'SRV-SUB-004',
    title: 'A server does not end a common name at a NUL',
    fault: 'name-with-nul',
    requirements: ['ADM-046', 'ADM-012'],
    status: [2, 4],
    mutants: ['subject-cut-at-nul'],
  },
  {
    id: 'SRV-SUB-005',
    title: 'A server takes no wildcard for the name of a device',
    fault: 'wildcard-name',
    requirements: ['ADM-046', 'ADM-011'],
    status: 2,
    mutants: ['subject-by-suffix'],
  },
  {
    id: 'SRV-SUB-006',
    title: 'A server refuses a PKCS#10 that bears the name of its CA',
    fault: 'authority-name',
    requirements: ['ADM-012'],
    status: 2,
    mutants: ['ca-subject'],
  },
  {
    id: 'SRV-SUB-007',
    title: 'A server refuses a common name of fifteen thousand letters',
    fault: 'huge-name',
    requirements: ['ADM-011', 'MSG-024'],
    status: [2, 4],
    mutants: ['any-subject'],
  },
];

for (const { id, title, fault, requirements, status, mutants } of rows) {
  const details = { id, version: 1, control, mutants };
  test(title, conformanceCase({ ...details, requirements: [...requirements, 'REQ-016'] }), async ({ bench }) =>
    refusesFault(bench, pkcs10Faults[fault], status),
  );
}

test(
  'A server refuses a PKCS#10 that is signed with MD5',
  conformanceCase({
    id: 'SRV-ALG-004',
    version: 1,
    requirements: ['CRT-016', 'REQ-016'],
    control,
    mutants: ['takes-md5'],
  }),
  async ({ bench }) => {
    if (bench.profile.signatures.includes('rsa-md5')) {
      const line = `The profile ${bench.profile.id} accepts MD5 signatures (line “signatures”)`;
      bench.judge.notApplicable(`${line}.`, line);
    }
    await refusesFault(bench, pkcs10Faults['hash-md5'], 11);
  },
);

test(
  'A server refuses an RSA key of 16,384 bits before it verifies under it, and serves others meanwhile',
  conformanceCase({
    id: 'SRV-KEY-012',
    version: 1,
    requirements: ['CRT-041', 'CRT-015', 'REQ-016'],
    control,
    mutants: ['huge-keys'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await faultyRequest(bench, pkcs10Faults['huge-key']);
    const began = performance.now();
    const replies = await Promise.all(Array.from({ length: 8 }, () => bench.send(message)));
    const honest = await bench.enroll();
    const seconds = (performance.now() - began) / 1000;
    for (const reply of replies) expectRefusal(bench, reply, 11, 'a key of 16,384 bits');
    bench.judge.require(honest.kind === 'enrolled', 'an honest device enrolls right after eight of them', honest.kind);
    bench.judge.require(seconds < 5, 'nine answers come within 5 seconds', `${seconds.toFixed(2)} s`);
  },
);
