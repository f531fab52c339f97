import { CallBench } from '#harness/bench/call-bench.ts';
import { describeReply, expectRefused, honestCallAfterwards } from '#harness/bench/call-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

const control = 'an honest call of an enrolled device before and after, on the same server';

test(
  'A server confirms each indication of usage with status 201',
  conformanceCase({
    id: 'SRV-CALL-041',
    version: 1,
    requirements: ['AFT-012', 'AFT-009'],
    control,
    mutants: ['confirms-with-200', 'first-component-only'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const { transactionId = '', destinations } = await calls.authorized(caller);
    const [callId] = destinations.map((destination) => destination.callId);
    if (!callId) return bench.judge.violation('An authorization has no destination.');
    // As the deployed client reports: first the attempt that failed, then the call.
    const components = [
      calls.usage({ transactionId, callId, detail: { terminationCause: 41 } }),
      calls.usage({ transactionId, callId, detail: { amount: 30, terminationCause: 16 } }),
    ];
    const reply = await calls.send({ messageId: '9', random: '8', components }, { as: caller.as });
    const seen = describeReply(reply);
    const { message } = reply;
    bench.judge.require(
      message?.messageId === '9' && message.random === '8',
      'messageId and random are repeated',
      seen,
    );
    for (const [index, { componentId }] of components.entries()) {
      const answer = message?.components[index];
      const holds = answer?.kind === 'UsageConfirmation' && answer.componentId === componentId;
      bench.judge.require(holds && answer.status.code === 201, `component ${componentId} is confirmed with 201`, seen);
    }
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server takes no usage while cdrs is disabled, by the flag or by its absence',
  conformanceCase({
    id: 'SRV-CALL-042',
    version: 1,
    requirements: ['AFT-008'],
    control: 'the same report while cdrs is enabled',
    mutants: ['cdrs-while-disabled'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    for (const flags of [['routing enabled'], ['routing enabled', 'cdrs disabled']]) {
      await calls.reload({ flags });
      const reply = await calls.ask(calls.usage(), { as: caller.as });
      expectRefused(calls, reply, `usage with “${flags.join(', ')}”`);
    }
    await calls.reload({});
    const taken = await calls.ask(calls.usage(), { as: caller.as });
    const [confirmation] = taken.message?.components ?? [];
    const holds = confirmation?.kind === 'UsageConfirmation' && confirmation.status.code === 201;
    bench.judge.require(holds, 'usage is taken while cdrs is enabled', describeReply(taken));
  },
);

test(
  'A server confirms usage that is reported again, and counts it once',
  conformanceCase({
    id: 'SRV-CALL-043',
    version: 1,
    requirements: ['AFT-017'],
    control: 'another report of the same call, which counts',
    mutants: ['counts-repeats'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const { usageRecords } = bench.deployment;
    if (!usageRecords) return bench.judge.notApplicable('The call detail records of this server are not seen.');
    const usage = calls.usage();
    for (const times of [1, 2, 3]) {
      const reply = await calls.ask({ ...usage, componentId: String(times), timestamp: new Date() }, { as: caller.as });
      const [answer] = reply.message?.components ?? [];
      const holds = answer?.kind === 'UsageConfirmation' && answer.status.code === 201;
      bench.judge.require(holds, 'the same report is confirmed each time', describeReply(reply));
    }
    const once = await usageRecords();
    bench.judge.require(once === 1, 'three times the same report is one record', String(once));
    await calls.ask({ ...usage, detail: { amount: 31 } }, { as: caller.as });
    const both = await usageRecords();
    bench.judge.require(both === 2, 'a report that says something else is another record', String(both));
  },
);

test(
  'A server takes no usage of a transaction that is another device’s, from one that says that it called',
  conformanceCase({
    id: 'SRV-CALL-044',
    version: 1,
    requirements: ['AFT-018'],
    control: 'the same report of the device that asked for the transaction',
    mutants: ['any-transaction'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, { others: 1 });
    const caller = await calls.ready();
    const [other] = calls.others;
    const stranger = await calls.enroll(other);
    const { transactionId = '' } = await calls.authorized(caller);
    const usage = calls.usage({ transactionId });
    expectRefused(calls, await calls.ask(usage, { as: stranger.as }), 'usage of another device’s transaction');
    const own = await calls.ask(usage, { as: caller.as });
    const [confirmation] = own.message?.components ?? [];
    const holds = confirmation?.kind === 'UsageConfirmation' && confirmation.status.code === 201;
    bench.judge.require(holds, 'usage of its own transaction is taken', describeReply(own));
  },
);
