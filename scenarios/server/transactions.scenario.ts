import { expectIssued, expectPending, expectRefusal, honestAfterwards } from '#harness/bench/server-flows.ts';
import { describeAnswer } from '#harness/bench/server-reply.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';

test(
  'A server refuses the same nonce with another PKCS#10',
  conformanceCase({
    id: 'SRV-NON-001',
    version: 1,
    requirements: ['REQ-012'],
    control: 'the first request with that nonce, and a later one with a nonce of its own',
    mutants: ['nonce-ignored'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const first = await bench.request();
    expectIssued(bench, await bench.send(first), 'the first request');
    const replay = await bench.request(bench.identity(), { nonce: first.nonce });
    expectRefusal(bench, await bench.send(replay), 10, 'the same nonce with another PKCS#10');
    await honestAfterwards(bench);
  },
);

test(
  'A server keeps a request pending until the administrator approves it, and then gives the certificate to retrieve',
  conformanceCase({
    id: 'SRV-PND-001',
    version: 1,
    requirements: ['REQ-015', 'RET-003', 'RET-004', 'ADM-006', 'REQ-013'],
    control: 'the approved request, retrieved at the end',
    mutants: ['issues-unapproved', 'pending-forever'],
  }),
  async ({ bench }) => {
    const { operator } = await bench.deploy({ approval: 'manual' });
    if (!operator) return bench.judge.notApplicable('There is no operator for this server (--operator).');
    const request = await bench.request();
    const retrieve = { ...request, operation: 'retrieve' as const };
    expectPending(bench, await bench.send(request), 'the request');
    expectPending(bench, await bench.send(retrieve), 'a retrieve before the approval');
    expectPending(bench, await bench.send(request), 'the request again');
    bench.recorder.arrow('operator', 'server', 'approve');
    await operator.approve(bench.identity().deviceName);
    const first = expectIssued(bench, await bench.send(retrieve), 'a retrieve after the approval');
    const second = expectIssued(bench, await bench.send(retrieve), 'a retrieve again');
    bench.judge.require(
      Buffer.compare(first.der, second.der) === 0,
      'both retrieves get the same bytes',
      first.serialNumber,
    );
  },
);

test(
  'A server refuses to issue what the administrator rejected',
  conformanceCase({
    id: 'SRV-PND-002',
    version: 1,
    requirements: ['RET-006', 'ADM-007'],
    control: 'another request of the same device, approved and retrieved',
    mutants: ['rejection-ignored'],
  }),
  async ({ bench }) => {
    const { operator } = await bench.deploy({ approval: 'manual' });
    if (!operator) return bench.judge.notApplicable('There is no operator for this server (--operator).');
    const { deviceName } = bench.identity();
    const request = await bench.request();
    expectPending(bench, await bench.send(request), 'the request');
    bench.recorder.arrow('operator', 'server', 'reject');
    await operator.reject(deviceName, 'not ordered');
    expectRefusal(bench, await bench.send({ ...request, operation: 'retrieve' }), 8, 'a retrieve after the rejection');
    expectRefusal(bench, await bench.send(request), 8, 'the rejected request again');
    const other = await bench.request();
    expectPending(bench, await bench.send(other), 'a new request of the same device');
    await operator.approve(deviceName);
    expectIssued(bench, await bench.send({ ...other, operation: 'retrieve' }), 'the new request, approved');
  },
);

test(
  'A server refuses a retrieve that no request came before',
  conformanceCase({
    id: 'SRV-RET-001',
    version: 1,
    requirements: ['RET-007'],
    control: 'the same message as a request, and the retrieve after it',
    mutants: ['retrieve-without-request'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const request = await bench.request();
    const retrieve = { ...request, operation: 'retrieve' as const };
    expectRefusal(bench, await bench.send(retrieve), 9, 'a retrieve before any request');
    expectIssued(bench, await bench.send(request), 'the request');
    expectIssued(bench, await bench.send(retrieve), 'a retrieve after the request');
  },
);

test(
  'A server refuses a retrieve with other parameters than the request had',
  conformanceCase({
    id: 'SRV-RET-002',
    version: 1,
    requirements: ['RET-008'],
    control: 'the retrieve with the parameters of the request, before and after',
    mutants: ['retrieves-for-anyone'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const request = await bench.request();
    const retrieve = { ...request, operation: 'retrieve' as const };
    expectIssued(bench, await bench.send(request), 'the request');
    expectIssued(bench, await bench.send(retrieve), 'a retrieve with its parameters');
    const { pkcs10 } = await bench.request();
    expectRefusal(bench, await bench.send({ ...retrieve, pkcs10 }), 9, 'a retrieve with another PKCS#10');
    if (bench.profile.retrieveNonce === 'repeated') {
      const nonce = Buffer.from('another-nonce');
      expectRefusal(bench, await bench.send({ ...retrieve, nonce }), 9, 'a retrieve with another nonce');
    }
    const reply = await bench.send(retrieve);
    bench.judge.require(reply.answer?.kind === 'issued', 'the right parameters still get it', describeAnswer(reply));
  },
);
