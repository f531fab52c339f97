import { refusesBodies } from '#harness/bench/server-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import type { RefusalStatus } from '#protocol/status.ts';
import { bodyFaults } from '#simulators/hostile/body-faults.ts';

const control = 'an honest enrollment of the same device before and after, on the same server';

/** Each group of bodies that an honest server refuses alike. */
const rows: readonly {
  readonly id: string;
  readonly title: string;
  readonly faults: keyof typeof bodyFaults;
  readonly requirements: readonly [RequirementId, ...RequirementId[]];
  readonly status?: readonly RefusalStatus[];
  readonly http?: readonly number[];
  readonly mutants: readonly [string, ...string[]];
}[] = [
  {
    id: 'SRV-MSG-003',
    title: 'A server refuses bodies that hold no message',
    faults: 'empty',
    requirements: ['MSG-005', 'MSG-019', 'REQ-016'],
    mutants: ['empty-is-getcacert', 'lenient-pieces'],
  },
  {
    id: 'SRV-MSG-004',
    title: 'A server refuses a message without an operation, or with one that there is not',
    faults: 'operation',
    requirements: ['MSG-019', 'REQ-016'],
    mutants: ['guesses-operation'],
  },
  {
    id: 'SRV-MSG-005',
    title: 'A server takes neither of two values of one variable that disagree',
    faults: 'repeated',
    requirements: ['MSG-011', 'MSG-014', 'REQ-016'],
    mutants: ['last-value-counts'],
  },
  {
    id: 'SRV-MSG-006',
    title: 'A server refuses a request that lacks a variable, or leaves it empty',
    faults: 'missing',
    requirements: ['REQ-007', 'MSG-022', 'REQ-016'],
    mutants: ['nonce-optional'],
  },
  {
    id: 'SRV-MSG-007',
    title: 'A server refuses values that are too long, of 256 bytes to 64 KiB',
    faults: 'long',
    requirements: ['MSG-020', 'MSG-021', 'MSG-022', 'MSG-023', 'MSG-035', 'REQ-016'],
    http: [200, 400, 413],
    mutants: ['cuts-long-values'],
  },
  {
    id: 'SRV-MSG-008',
    title: 'A server refuses an escape that is none',
    faults: 'escapes',
    requirements: ['MSG-004', 'MSG-036', 'REQ-016'],
    http: [400],
    mutants: ['lenient-escapes'],
  },
  {
    id: 'SRV-MSG-009',
    title: 'A server takes the escapes out of a value once, and no second time',
    faults: 'escaped-twice',
    requirements: ['MSG-126', 'REQ-016'],
    status: [3, 4],
    mutants: ['decodes-twice'],
  },
  {
    id: 'SRV-MSG-010',
    title: 'A server does not end a user name, a password or a number at a NUL',
    faults: 'nul',
    requirements: ['MSG-015', 'MSG-021', 'MSG-020', 'REQ-016'],
    mutants: ['cuts-at-nul'],
  },
  {
    id: 'SRV-MSG-011',
    title: 'A server refuses line breaks and other control characters in user names, passwords and numbers',
    faults: 'controls',
    requirements: ['MSG-021', 'MSG-020', 'REQ-016'],
    mutants: ['drops-controls'],
  },
  {
    id: 'SRV-MSG-012',
    title: 'A server refuses user names and passwords that are no UTF-8, overlong forms among them',
    faults: 'not-utf8',
    requirements: ['MSG-021', 'REQ-016'],
    mutants: ['overlong-utf8'],
  },
  {
    id: 'SRV-MSG-013',
    title: 'A server is neither opened nor made to talk by values that are commands elsewhere',
    faults: 'injection',
    requirements: ['MSG-127', 'ADM-008', 'MSG-020', 'REQ-016'],
    status: [3, 4],
    mutants: ['quote-opens', 'tells-inside'],
  },
  {
    id: 'SRV-MSG-014',
    title: 'A server refuses a PKCS#10 whose base64 is not padded base64 and nothing else',
    faults: 'base64',
    requirements: ['MSG-023', 'REQ-016'],
    mutants: ['lenient-base64', 'takes-pem'],
  },
  {
    id: 'SRV-MSG-015',
    title: 'A server takes no variable for another whose name only resembles it',
    faults: 'names',
    requirements: ['MSG-009', 'REQ-007', 'REQ-016'],
    mutants: ['names-by-prefix', 'names-without-case'],
  },
  {
    id: 'SRV-MSG-016',
    title: 'A server makes no two device or customer numbers one',
    faults: 'numbers',
    requirements: ['MSG-020', 'REQ-016'],
    mutants: ['ids-as-numbers', 'ids-of-64-bits'],
  },
  {
    id: 'SRV-CRD-004',
    title: 'A server takes no user name and no password that is almost the right one',
    faults: 'almost-right',
    requirements: ['ADM-045', 'ADM-008', 'REQ-016'],
    status: [3, 4],
    mutants: ['trims-blanks'],
  },
];

for (const { id, title, faults, requirements, status = 4, http = [200, 400], mutants } of rows) {
  test(title, conformanceCase({ id, version: 1, requirements, control, mutants }), async ({ bench }) => {
    await bench.deploy();
    await refusesBodies(bench, bodyFaults[faults], status, http);
  });
}
