import { expectIssued, expectPending, expectRefusal, honestAfterwards } from '#harness/bench/server-flows.ts';
import { challengedRequest } from '#harness/bench/server-requests.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { systemClock } from '#protocol/clock.ts';

test(
  'A server refuses alike a retrieve before a request, with other parameters, and of another device’s request',
  conformanceCase({
    id: 'SRV-RET-004',
    version: 1,
    requirements: ['RET-060', 'RET-007', 'RET-008'],
    control: 'the request itself, and a retrieve with its parameters',
    mutants: ['tells-retrieves-apart'],
  }),
  async ({ bench }) => {
    const [one, other] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    await bench.deploy({ devices: [{ identity: one }, { identity: other }] });
    const request = await bench.request(one);
    const retrieve = { ...request, operation: 'retrieve' as const };
    const before = await bench.send(retrieve);
    expectRefusal(bench, before, 9, 'a retrieve before any request');
    expectIssued(bench, await bench.send(request), 'the request');
    expectIssued(bench, await bench.send(retrieve), 'a retrieve with its parameters');
    const { pkcs10 } = await bench.request(one);
    const changed = await bench.send({ ...retrieve, pkcs10 });
    const foreign = await bench.send(await bench.request(other, { operation: 'retrieve', nonce: request.nonce }));
    for (const [what, { text }] of [
      ['with other parameters', changed],
      ['of another device', foreign],
    ] as const) {
      bench.judge.require(
        text === before.text,
        `a retrieve ${what} gets the same body as one before any request`,
        text,
      );
    }
  },
);

test(
  'A server asks at a retrieve for the same password as at the request',
  conformanceCase({
    id: 'SRV-RET-005',
    version: 1,
    requirements: ['ADM-044', 'ADM-008'],
    control: 'the same retrieve with the right password, before and after',
    mutants: ['retrieve-without-password'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const request = await bench.request();
    const retrieve = { ...request, operation: 'retrieve' as const };
    expectIssued(bench, await bench.send(request), 'the request');
    expectIssued(bench, await bench.send(retrieve), 'a retrieve with the right password');
    expectRefusal(bench, await bench.send({ ...retrieve, password: 'not-the-password' }), 3, 'a wrong password');
    expectIssued(bench, await bench.send(retrieve), 'the right password again');
  },
);

test(
  'A server forgets a request that nobody decided on in its lifetime',
  conformanceCase({
    id: 'SRV-RET-006',
    version: 1,
    requirements: ['RET-061'],
    control: 'the same retrieve before that time, answered pending, and a new request after it',
    mutants: ['pending-kept'],
  }),
  async ({ bench }) => {
    await bench.deploy({ approval: 'manual', pendingLifetimeSeconds: 0.4 });
    const request = await bench.request();
    const retrieve = { ...request, operation: 'retrieve' as const };
    expectPending(bench, await bench.send(request), 'the request');
    expectPending(bench, await bench.send(retrieve), 'a retrieve at once');
    await systemClock.sleep(0.5);
    expectRefusal(bench, await bench.send(retrieve), 9, 'a retrieve after the lifetime of the request');
    await honestAfterwards(bench);
  },
);

test(
  'A server refuses a challenge that is older than it may be',
  conformanceCase({
    id: 'SRV-POP-009',
    version: 1,
    requirements: ['POP-010', 'POP-005'],
    control: 'a challenge that was just given, accepted before and after',
    mutants: ['challenge-kept'],
  }),
  async ({ bench }) => {
    await bench.deploy({ proofOfPossession: 'challenge', challengeLifetimeSeconds: 0.4 });
    const fresh = await challengedRequest(bench);
    expectIssued(bench, await bench.send(fresh), 'a challenge that was just given');
    const old = await challengedRequest(bench);
    await systemClock.sleep(0.5);
    expectRefusal(bench, await bench.send(old), 5, 'a challenge after its lifetime');
    expectIssued(bench, await bench.send(await challengedRequest(bench)), 'the next challenge');
  },
);

/** What an administrator may do to a device that has asked, or that has enrolled. */
const removals = [
  { id: 'SRV-DEV-004', what: 'disabled', status: 7, change: { enabled: false } },
  { id: 'SRV-DEV-005', what: 'removed', status: 2, change: { defined: false } },
] as const;

for (const { id, what, status, change } of removals) {
  test(
    `A server hands no certificate to a device that was ${what} since its request, and does not enroll it again`,
    conformanceCase({
      id,
      version: 1,
      requirements: ['ADM-044', 'LIF-042', status === 7 ? 'ADM-005' : 'ADM-001'],
      control: 'the same retrieve before, and after the device is back as it was',
      mutants: ['retrieve-of-disabled', status === 7 ? 'disabled-device' : 'undefined-device'],
    }),
    async ({ bench }) => {
      const identity = bench.makeIdentity();
      await bench.deploy({ devices: [{ identity }], changes: true });
      const request = await bench.request();
      const retrieve = { ...request, operation: 'retrieve' as const };
      expectIssued(bench, await bench.send(request), 'the request');
      expectIssued(bench, await bench.send(retrieve), 'a retrieve');
      await bench.administrator.change({ identity, ...change });
      expectRefusal(bench, await bench.send(await bench.request()), status, `a new request of the ${what} device`);
      expectRefusal(bench, await bench.send(request), status, `its old request, after it was ${what}`);
      expectRefusal(bench, await bench.send(retrieve), status, `a retrieve, after it was ${what}`);
      await bench.administrator.change({ identity });
      expectIssued(bench, await bench.send(retrieve), 'the retrieve, with the device as it was');
    },
  );
}
