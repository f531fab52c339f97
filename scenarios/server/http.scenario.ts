import { refusesHttp } from '#harness/bench/server-http-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import type { RequirementId } from '#protocol/requirements/catalogue.ts';
import { framingFaults, headFaults, lengthFaults } from '#simulators/hostile/http-faults.ts';

const control = 'an honest enrollment of the same device before and after, on the same server';
const f = framingFaults;
const l = lengthFaults;

/** HTTP requests that no HTTP library would send. */
const rows: readonly {
  readonly id: string;
  readonly title: string;
  readonly faults: Parameters<typeof refusesHttp>[1];
  readonly requirement: RequirementId;
  readonly statuses?: readonly number[];
  readonly mostAnswers?: number;
  readonly mutants: readonly [string, ...string[]];
}[] = [
  {
    id: 'SRV-HTTP-003',
    title: 'A server finds no second request behind the chunks of one that has a Content-Length too',
    faults: [f['length-and-chunks']],
    requirement: 'MSG-120',
    mutants: ['chunks-over-length'],
  },
  {
    id: 'SRV-HTTP-004',
    title: 'A server finds no second request behind the Content-Length of one that is chunked too',
    faults: [f['chunks-and-length']],
    requirement: 'MSG-120',
    mutants: ['length-over-chunks'],
  },
  {
    id: 'SRV-HTTP-005',
    title: 'A server finds no second request between two Content-Lengths',
    faults: [f['length-twice']],
    requirement: 'MSG-120',
    mutants: ['last-length'],
  },
  {
    id: 'SRV-HTTP-006',
    title: 'A server refuses a Content-Length that is not one decimal number',
    faults: [f['length-listed'], f['length-signed'], f['length-with-letters'], f['length-over-64-bits']],
    requirement: 'MSG-120',
    mutants: ['last-length'],
  },
  {
    id: 'SRV-HTTP-007',
    title: 'A server refuses a Transfer-Encoding that is not chunked and nothing else',
    faults: [f['coding-unknown'], f['coding-not-last'], f['coding-with-blank']],
    requirement: 'MSG-120',
    mutants: ['chunks-over-length'],
  },
  {
    id: 'SRV-HTTP-008',
    title: 'A server reads a body to its Content-Length and no further',
    faults: [l['length-short'], l['length-absent']],
    requirement: 'MSG-121',
    // The message itself is malformed, and what follows is no request.
    statuses: [200, 400, 411],
    mostAnswers: 2,
    mutants: ['whole-packet'],
  },
  {
    id: 'SRV-HTTP-009',
    title: 'A server refuses a chunk whose size is no number that it can have',
    faults: [l['chunk-size-broken'], l['chunk-size-huge']],
    requirement: 'MSG-120',
    statuses: [400, 413],
    mutants: ['chunks-over-length'],
  },
  {
    id: 'SRV-HTTP-010',
    title: 'A server refuses a request with a malformed head',
    faults: Object.values(headFaults),
    requirement: 'MSG-130',
    statuses: [400, 431],
    mutants: ['chunks-over-length'],
  },
];

for (const { id, title, faults, requirement, statuses, mostAnswers, mutants } of rows) {
  test(
    title,
    conformanceCase({ id, version: 1, requirements: [requirement, 'REQ-016'], control, mutants }),
    async ({ bench }) => refusesHttp(bench, faults, statuses, mostAnswers),
  );
}
