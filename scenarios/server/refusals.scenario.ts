import { expectRefusal, honestAfterwards, refusesRequest } from '#harness/bench/server-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

const control = 'an honest enrollment of the same device before and after, on the same server';

test(
  'A server refuses request and retrieve over cleartext, whatever the credentials',
  conformanceCase({
    id: 'SRV-CLR-001',
    version: 1,
    requirements: ['REQ-004', 'REQ-016', 'MSG-041'],
    control,
    mutants: ['cleartext-request'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const request = await bench.request();
    const wrong = { ...request, password: 'not-the-password' };
    for (const message of [request, { ...request, operation: 'retrieve' as const }, wrong]) {
      const reply = await bench.send(message, { transport: 'cleartext' });
      expectRefusal(bench, reply, 4, `${message.operation} over cleartext`, 403);
    }
    const retrieved = await bench.send({ ...request, operation: 'retrieve' });
    expectRefusal(bench, retrieved, 9, 'a retrieve over TLS of what was sent over cleartext');
    await honestAfterwards(bench);
  },
);

test(
  'A server refuses a wrong password',
  conformanceCase({
    id: 'SRV-CRD-001',
    version: 1,
    requirements: ['ADM-008', 'MSG-040', 'MSG-041', 'MSG-042', 'SEC-005', 'REQ-016'],
    control,
    mutants: ['any-password', 'wrong-status'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const message = await bench.request(bench.identity(), { password: 'canary-of-a-wrong-password' });
    bench.recorder.redaction.hide(message.password);
    await refusesRequest(bench, message, 3, 'a wrong password');
    const { text } = await bench.send(message);
    bench.judge.require(!text.includes(message.password), 'the answer does not repeat the password', 'it does not');
  },
);

test(
  'A server refuses an unknown user and a wrong password alike',
  conformanceCase({
    id: 'SRV-CRD-002',
    version: 1,
    requirements: ['ADM-009', 'MSG-021'],
    control,
    mutants: ['unknown-user-told'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const wrong = await bench.send(await bench.request(bench.identity(), { password: 'not-the-password' }));
    const unknown = await bench.send(await bench.request(bench.identity(), { username: 'nobody-of-that-name' }));
    expectRefusal(bench, wrong, 3, 'a wrong password');
    expectRefusal(bench, unknown, 3, 'an unknown user');
    bench.judge.require(
      wrong.text === unknown.text,
      'both refusals have the same body',
      `“${wrong.text}”, “${unknown.text}”`,
    );
    await honestAfterwards(bench);
  },
);

test(
  'A server lets the user of one customer enroll that customer’s devices only',
  conformanceCase({
    id: 'SRV-CRD-003',
    version: 1,
    requirements: ['ADM-013', 'ADM-010'],
    control: 'both customers enroll their own device',
    mutants: ['any-user'],
  }),
  async ({ bench }) => {
    const [mine, theirs] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    await bench.deploy({ devices: [{ identity: mine }, { identity: theirs }] });
    await bench.control(mine);
    await bench.control(theirs);
    const { username, password } = mine;
    const reply = await bench.send(await bench.request(theirs, { username, password }));
    expectRefusal(bench, reply, [2, 3], 'another customer’s device');
    await honestAfterwards(bench);
  },
);

test(
  'A server refuses a device that the administrator did not define',
  conformanceCase({
    id: 'SRV-DEV-001',
    version: 1,
    requirements: ['ADM-001'],
    control: 'a defined device enrolls before and after, on the same server',
    mutants: ['undefined-device'],
  }),
  async ({ bench }) => {
    const [defined, undefinedOne] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    await bench.deploy({ devices: [{ identity: defined }, { identity: undefinedOne, defined: false }] });
    await refusesRequest(bench, await bench.request(undefinedOne), 2, 'a device that is not defined');
  },
);

test(
  'A server refuses a device that is disabled',
  conformanceCase({
    id: 'SRV-DEV-002',
    version: 1,
    requirements: ['ADM-005', 'CFG-024'],
    control: 'an enabled device enrolls before and after, on the same server',
    mutants: ['disabled-device'],
  }),
  async ({ bench }) => {
    const [enabled, disabled] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    await bench.deploy({ devices: [{ identity: enabled }, { identity: disabled, enabled: false }] });
    await refusesRequest(bench, await bench.request(disabled), 7, 'a disabled device');
  },
);

test(
  'A server refuses enrollment while it is disabled, by the flag or by its absence',
  conformanceCase({
    id: 'SRV-DEV-003',
    version: 1,
    requirements: ['ADM-004', 'CFG-011', 'CFG-005'],
    control: 'the same configuration with enrollment enabled, before',
    mutants: ['enrollment-flag-ignored'],
  }),
  async ({ bench }) => {
    await bench.deploy({ flags: ['enroll enabled'] });
    await bench.control();
    for (const flags of [['enroll disabled'], [], ['enroll enabled', 'enroll disabled']]) {
      await bench.deploy({ flags });
      expectRefusal(
        bench,
        await bench.send(await bench.request()),
        6,
        `enrollment under “${flags.join('; ') || 'no enroll line'}”`,
      );
    }
    await bench.deploy({ flags: ['enroll disabled', 'enroll enabled'] });
    await honestAfterwards(bench);
  },
);
