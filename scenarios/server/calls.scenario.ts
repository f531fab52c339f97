import { CallBench, newNumber } from '#harness/bench/call-bench.ts';
import { describeReply, expectPlaces, expectRefused, honestCallAfterwards } from '#harness/bench/call-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

const control = 'an honest device that enrolled calls before and after, on the same server';

test(
  'A server lets an enrolled device call with its certificate, and answers under the request’s numbers',
  conformanceCase({
    id: 'SRV-CALL-001',
    version: 1,
    requirements: ['AFT-002', 'AFT-009', 'AFT-010'],
    control: 'the enrollment of the device that calls',
    mutants: ['other-message', 'first-component-only'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    await calls.deploy();
    const caller = await calls.enroll();
    const [messageId, random] = [newNumber(), newNumber()];
    const components = [calls.request(), calls.request()];
    const reply = await calls.send({ messageId, random, components }, { as: caller.as });
    const { message } = reply;
    const seen = describeReply(reply);
    bench.judge.require(
      reply.http.status === 200 && message !== undefined,
      'the answer is a message in HTTP 200',
      seen,
    );
    bench.judge.require(message?.messageId === messageId, 'it repeats the messageId', `${message?.messageId}`);
    bench.judge.require(message?.random === random, 'it repeats the random', `${message?.random}`);
    for (const [index, { componentId }] of components.entries()) {
      const answer = message?.components[index];
      const holds =
        answer?.kind === 'AuthorizationResponse' &&
        answer.componentId === componentId &&
        answer.status.code === 200 &&
        answer.transactionId !== undefined;
      bench.judge.require(holds, `component ${componentId} is answered with status 200 and a TransactionId`, seen);
    }
  },
);

test(
  'Each destination is for the call that was asked about, with all that a gateway needs to make it',
  conformanceCase({
    id: 'SRV-CALL-002',
    version: 1,
    requirements: ['AFT-011'],
    control: 'the enrollment of the device that calls',
    mutants: ['own-call-identifiers'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, { routes: ([one, two]) => [`callers "" ${one} 1 ${two} 1`] });
    await calls.deploy();
    const caller = await calls.enroll();
    const request = calls.request();
    // What is missing or no date, the strict reader does not read.
    const { destinations } = await calls.authorized(caller, request);
    const known = request.callIds.map((callId) => Buffer.from(callId).toString('hex'));
    const now = Date.now();
    for (const { callId, calledNumber, signalAddress, validAfter, validUntil, amount, token } of destinations) {
      const { judge } = bench;
      const hex = Buffer.from(callId).toString('hex');
      judge.require(known.includes(hex), 'its CallId is one of the request', hex);
      judge.require(calledNumber === request.calledNumber, 'it is for the called number', calledNumber);
      judge.require(/^\[[^\]]+\](:\d+)?$/.test(signalAddress), 'its address is [host] or [host]:port', signalAddress);
      const span = `${validAfter.toISOString()} to ${validUntil.toISOString()}`;
      judge.require(validAfter.getTime() <= now && now <= validUntil.getTime(), 'it is valid now', span);
      judge.require(amount > 0, 'so many seconds may be used', String(amount));
      judge.require(token.length > 0, 'it has a token', `${token.length} bytes`);
    }
    const one = await calls.authorized(caller, { maximumDestinations: 1 });
    bench.judge.require(one.destinations.length === 1, 'one destination is named when one is asked for', 'one');
  },
);

test(
  'A server refuses calls while routing is disabled, by the flag or by its absence',
  conformanceCase({
    id: 'SRV-CALL-003',
    version: 1,
    requirements: ['AFT-004', 'AFT-013'],
    control,
    mutants: ['routes-while-disabled', 'refuses-with-destinations'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    for (const flags of [['cdrs enabled'], ['routing disabled', 'cdrs enabled']]) {
      await calls.reload({ flags });
      const reply = await calls.ask(calls.request(), { as: caller.as });
      expectRefused(calls, reply, `a call with “${flags.join(', ')}”`);
    }
    await calls.reload({});
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server names the routes of the device’s group, and no other group’s',
  conformanceCase({
    id: 'SRV-CALL-004',
    version: 1,
    requirements: ['AFT-005', 'AFT-013'],
    control,
    mutants: ['routes-of-any-group', 'calls-to-nowhere'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench, {
      routes: ([one, two]) => [`others "1..." ${two} 1`, `callers "1..." ${one} 1`, `others "44..." ${two} 1`],
    });
    const caller = await calls.ready();
    const [one = ''] = calls.names;
    await expectPlaces(calls, caller, { '14045550100': [one] });
    const elsewhere = await calls.ask(calls.request({ calledNumber: '442055' }), { as: caller.as });
    expectRefused(calls, elsewhere, 'a number that another group alone has a route to');
    await honestCallAfterwards(calls, caller);
  },
);
