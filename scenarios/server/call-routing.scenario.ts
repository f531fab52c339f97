import { CallBench } from '#harness/bench/call-bench.ts';
import {
  drawMany,
  expectPlaces,
  expectRefused,
  expectShares,
  honestCallAfterwards,
} from '#harness/bench/call-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

const control = 'an honest call of an enrolled device, on the same server';

test(
  'A server takes the very number, then the longest prefix, then the route for every number, whatever the blanks',
  conformanceCase({
    id: 'SRV-CALL-011',
    version: 1,
    requirements: ['AFT-006'],
    control,
    mutants: ['shortest-prefix', 'blanks-count'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, {
      others: 4,
      routes: ([every, short, long, exact]) => [
        `callers "" ${every} 1`,
        `callers "+1..." ${short} 1`,
        `callers "+1 404..." ${long} 1`,
        `callers "+1 404 555 0100" ${exact} 1`,
      ],
    });
    const caller = await calls.ready();
    const [every = '', short = '', long = '', exact = ''] = calls.names;
    await expectPlaces(calls, caller, {
      '14045550100': [exact],
      '+1 404 555 0100': [exact],
      '140455501001': [long],
      '1404': [long],
      '+14 04': [long],
      '1403': [short],
      '140': [short],
      '4420555': [every],
    });
  },
);

const draws = 300;
/** With 1 degree of freedom an honest draw exceeds it once in a million runs. */
const bound = 23.9;

test(
  'A server draws the first destination by weight',
  conformanceCase({
    id: 'SRV-CALL-012',
    version: 1,
    requirements: ['AFT-005'],
    control,
    mutants: ['weights-ignored', 'file-order'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, { routes: ([rare, often]) => [`callers "" ${rare} 1 ${often} 4`] });
    const caller = await calls.ready();
    const orders = await drawMany(calls, caller, draws, () => calls.request());
    const counted = calls.names.map((name) => orders.filter(([first]) => first === name).length);
    const all = counted.reduce((sum, count) => sum + count, 0);
    bench.judge.require(all === draws, 'each call is let through to one of both', `${all} of ${draws}`);
    expectShares(calls, counted, [0.2, 0.8], bound);
  },
);

test(
  'A server names a destination of weight 0 after all others',
  conformanceCase({
    id: 'SRV-CALL-013',
    version: 1,
    requirements: ['AFT-007'],
    control,
    mutants: ['zero-like-others', 'file-order'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, {
      others: 3,
      routes: ([last, one, two]) => [`callers "" ${last} 0 ${one} 1 ${two} 1`, `callers "44" ${last} 0`],
    });
    const caller = await calls.ready();
    const [last = ''] = calls.names;
    const orders = await drawMany(calls, caller, 40, () => calls.request());
    const late = orders.filter((order) => order.length === 3 && order.at(-1) === last).length;
    bench.judge.require(late === orders.length, 'the destination of weight 0 is the last of three', `${late} of 40`);
    await expectPlaces(calls, caller, { '44': [last] });
  },
);

test(
  'A server sends no call to a device that is disabled',
  conformanceCase({
    id: 'SRV-CALL-014',
    version: 1,
    requirements: ['AFT-020', 'AFT-013'],
    control,
    mutants: ['calls-to-disabled', 'calls-to-nowhere'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, { routes: ([one, two]) => [`callers "" ${one} 9 ${two} 1`] });
    const caller = await calls.ready();
    const [one, two] = calls.others;
    if (!one || !two) throw new Error('The case has two devices.');
    await calls.reload({ disabled: [one] });
    await expectPlaces(calls, caller, { '14045550100': [two.deviceName] });
    await calls.reload({ disabled: [one, two] });
    expectRefused(calls, await calls.ask(calls.request(), { as: caller.as }), 'a call that only disabled devices take');
    await calls.reload({});
    await honestCallAfterwards(calls, caller);
  },
);
