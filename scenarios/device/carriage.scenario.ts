import { acceptsAnswers } from '#harness/bench/device-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { carriageForms } from '#simulators/hostile/carriage-forms.ts';

const control = 'the same server with its answer carried as usual, accepted before';

test(
  'A device knows headers in any letter case, and takes an answer that closes its connection',
  conformanceCase({
    id: 'DEV-NET-020',
    version: 1,
    requirements: ['MSG-069'],
    control,
    mutants: ['case-sensitive-headers'],
  }),
  async ({ bench }) => acceptsAnswers(bench, [carriageForms.capitals, carriageForms.mixedCase, carriageForms.close]),
);

test(
  'A device takes an answer in chunks',
  conformanceCase({
    id: 'DEV-NET-021',
    version: 1,
    requirements: ['MSG-070'],
    control,
    mutants: ['knows-no-chunks'],
  }),
  async ({ bench }) => acceptsAnswers(bench, [carriageForms.chunked], 'MSG-070'),
);

test(
  'A device waits for an answer that comes late',
  conformanceCase({
    id: 'DEV-NET-022',
    version: 1,
    requirements: ['MSG-071'],
    control,
    mutants: ['impatient'],
  }),
  async ({ bench }) => acceptsAnswers(bench, [carriageForms.late]),
);
