import { lifetimes } from '#harness/bench/life-cycle/model.ts';
import { expectIssued, expectPending, expectRefusal } from '#harness/bench/server-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

test(
  'A server that is killed between a request and its approval comes back with the request waiting',
  conformanceCase({
    id: 'SRV-DUR-001',
    version: 1,
    requirements: ['LIF-043', 'ADM-006'],
    control: 'the same retrieve before the server is killed, answered with pending',
    mutants: ['keeps-nothing'],
  }),
  async ({ bench }) => {
    await bench.deploy({ approval: 'manual', durable: true });
    const request = await bench.request();
    const retrieve = { ...request, operation: 'retrieve' as const };
    expectPending(bench, await bench.send(request), 'the request');
    expectPending(bench, await bench.send(retrieve), 'a retrieve');
    await bench.administrator.kill();
    expectPending(bench, await bench.send(retrieve), 'a retrieve, after the server was killed');
    await bench.administrator.approve(bench.identity());
    expectIssued(bench, await bench.send(retrieve), 'a retrieve after the approval');
  },
);

test(
  'A server that is killed between an approval and the retrieve gives the certificate that was approved',
  conformanceCase({
    id: 'SRV-DUR-002',
    version: 1,
    requirements: ['LIF-043', 'LIF-008'],
    control: 'the request, which waited for its approval before',
    mutants: ['issued-in-memory', 'keeps-nothing'],
  }),
  async ({ bench }) => {
    await bench.deploy({ approval: 'manual', durable: true });
    const request = await bench.request();
    expectPending(bench, await bench.send(request), 'the request');
    await bench.administrator.approve(bench.identity());
    await bench.administrator.kill();
    const retrieve = { ...request, operation: 'retrieve' as const };
    expectIssued(bench, await bench.send(retrieve), 'the retrieve, after the server was killed');
  },
);

test(
  'A server that is killed after an answer gives the same certificate again, and no serial number, nonce or PKCS#10 twice',
  conformanceCase({
    id: 'SRV-DUR-003',
    version: 1,
    requirements: ['LIF-043', 'LIF-008', 'LIF-005', 'REQ-012'],
    control: 'the same request before the server is killed, and a new one after it',
    mutants: ['keeps-nothing', 'issued-in-memory'],
  }),
  async ({ bench }) => {
    await bench.deploy({ durable: true });
    const request = await bench.request();
    const first = expectIssued(bench, await bench.send(request), 'the request');
    await bench.administrator.kill();
    const again = expectIssued(bench, await bench.send(request), 'the same request, after the server was killed');
    const isSame = Buffer.compare(first.der, again.der) === 0;
    bench.judge.require(isSame, 'it is the same certificate', isSame ? 'the same' : 'another');
    const { nonce } = request;
    const replay = await bench.send(await bench.request(bench.identity(), { nonce }));
    expectRefusal(bench, replay, 10, 'another PKCS#10 with its nonce');
    const renewed = expectIssued(bench, await bench.send(await bench.request()), 'a new request');
    const isNew = renewed.serialNumber !== first.serialNumber;
    bench.judge.require(isNew, 'a new certificate has another serial number', renewed.serialNumber);
    await bench.administrator.kill();
    expectRefusal(bench, await bench.send(request), 10, 'the PKCS#10 whose certificate was replaced');
  },
);

test(
  'A request that waits while the CA changes is issued by the CA that getcacert gives; who was enrolled must enroll again',
  conformanceCase({
    id: 'SRV-CA-002',
    version: 1,
    requirements: ['CFG-010', 'LIF-044'],
    control: 'a device that is issued a certificate by the CA before, and retrieves it',
    mutants: ['former-certificates', 'former-authority'],
  }),
  async ({ bench }) => {
    const devices = [bench.makeIdentity(0), bench.makeIdentity(1)].map((identity) => ({ identity }));
    await bench.deploy({ devices, approval: 'manual', controlled: lifetimes });
    const [enrolled, waiting] = [bench.identity(0), bench.identity(1)];
    const held = await bench.request(enrolled);
    expectPending(bench, await bench.send(held), 'the request of the first device');
    await bench.administrator.approve(enrolled);
    expectIssued(bench, await bench.send({ ...held, operation: 'retrieve' }), 'its retrieve');
    const request = await bench.request(waiting);
    expectPending(bench, await bench.send(request), 'the request of the second device');
    const former = await bench.wire.authority();
    await bench.administrator.rotate();
    const present = await bench.wire.authority();
    const isOther = Buffer.compare(former.der, present.der) !== 0;
    bench.judge.require(isOther, 'getcacert gives another CA certificate', isOther ? 'another' : 'the same');
    await bench.administrator.approve(waiting);
    expectIssued(bench, await bench.send({ ...request, operation: 'retrieve' }), 'the retrieve of the second device');
    const stale = await bench.send({ ...held, operation: 'retrieve' });
    expectRefusal(bench, stale, 9, 'the retrieve of what the former CA issued');
    expectRefusal(bench, await bench.send(held), 10, 'the same request again');
    const renewal = await bench.request(enrolled);
    expectPending(bench, await bench.send(renewal), 'the first device, which enrolls again');
    await bench.administrator.approve(enrolled);
    expectIssued(bench, await bench.send({ ...renewal, operation: 'retrieve' }), 'its new certificate');
  },
);
