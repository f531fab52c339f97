import { expectNotLogged, expectRefusal, honestAfterwards } from '#harness/bench/server-flows.ts';
import { faultyRequest } from '#harness/bench/server-requests.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { pkcs10Faults } from '#simulators/hostile/pkcs10-faults.ts';

const control = 'an honest enrollment of the same device before and after, on the same server';

test(
  'A server does not repeat a private key that a device sends in the place of its PKCS#10',
  conformanceCase({
    id: 'SRV-SEC-001',
    version: 1,
    requirements: ['SEC-040', 'CRT-018', 'REQ-016'],
    control,
    mutants: ['echoes-requests'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await faultyRequest(bench, pkcs10Faults['private-key']);
    const reply = await bench.send(message);
    expectRefusal(bench, reply, 4, 'a private key');
    const repeated = decodeURIComponent(reply.text).includes(partOf(message));
    bench.judge.require(!repeated, 'the answer does not repeat the private key', repeated ? 'it does' : 'it does not');
    await honestAfterwards(bench);
  },
);

test(
  'A server does not log a private key that a device sends in the place of its PKCS#10',
  conformanceCase({ id: 'SRV-SEC-002', version: 1, requirements: ['SEC-040'], control, mutants: ['logs-requests'] }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await faultyRequest(bench, pkcs10Faults['private-key']);
    expectRefusal(bench, await bench.send(message), 4, 'a private key');
    expectNotLogged(bench, { 'private key': partOf(message) });
    await honestAfterwards(bench);
  },
);

test(
  'A server does not log the password of a request that it refused in cleartext',
  conformanceCase({
    id: 'SRV-SEC-003',
    version: 1,
    requirements: ['SEC-003', 'REQ-004'],
    control,
    mutants: ['logs-cleartext'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await bench.request();
    expectRefusal(bench, await bench.send(message, { transport: 'cleartext' }), 4, 'a request in cleartext', 403);
    expectNotLogged(bench, { password: message.password });
    await honestAfterwards(bench);
  },
);

test(
  'A server does not log the parameters of a query',
  conformanceCase({
    id: 'SRV-SEC-004',
    version: 1,
    requirements: ['SEC-041', 'MSG-125'],
    control,
    mutants: ['logs-paths'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const message = await bench.request();
    const target = `/tep?${Buffer.from(encodeRequest(message)).toString('latin1')}`;
    expectRefusal(bench, await bench.wire.sendBody('', 'request', { target }), 4, 'parameters in a query', 400);
    expectNotLogged(bench, { password: message.password });
    await honestAfterwards(bench);
  },
);

/** Enough of the base64 of what stands for the PKCS#10 to be found again. */
function partOf({ pkcs10 }: { readonly pkcs10: Uint8Array }): string {
  return Buffer.from(pkcs10).toString('base64').slice(0, 64);
}
