import { expectIssued, expectPending, expectRefusal, honestAfterwards } from '#harness/bench/server-flows.ts';
import { postHead } from '#harness/bench/server-http-flows.ts';
import { manyTimes } from '#harness/bench/server-limit-flows.ts';
import { describeAnswer } from '#harness/bench/server-reply.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';

const sameBytes = (all: readonly Certificate[]): boolean =>
  all.every(({ der }) => Buffer.compare(der, all[0]?.der ?? Buffer.alloc(0)) === 0);

test(
  'A server answers fifty identical requests at once with one certificate',
  conformanceCase({
    id: 'SRV-NON-002',
    version: 1,
    requirements: ['REQ-061', 'REQ-011', 'LIF-008'],
    control: 'each of the requests itself, answered with a certificate',
    mutants: ['issues-twice', 'races'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const request = await bench.request();
    const replies = await Promise.all(Array.from({ length: 50 }, () => bench.send(request)));
    const certificates = replies.map((reply, at) => expectIssued(bench, reply, `request ${at + 1}`));
    const serials = new Set(certificates.map(({ serialNumber }) => serialNumber));
    bench.judge.require(sameBytes(certificates), 'all fifty get the same bytes', `${serials.size} serial numbers`);
  },
);

test(
  'A server refuses the nonce of one device from another',
  conformanceCase({
    id: 'SRV-NON-003',
    version: 1,
    requirements: ['REQ-063', 'REQ-012'],
    control: 'the other device with a nonce of its own, accepted before and after',
    mutants: ['nonce-of-device'],
  }),
  async ({ bench }) => {
    const [one, other] = [bench.makeIdentity(0), bench.makeIdentity(1)];
    await bench.deploy({ devices: [{ identity: one }, { identity: other }] });
    await bench.control(other);
    const first = await bench.request(one);
    expectIssued(bench, await bench.send(first), 'the first device');
    const stolen = await bench.request(other, { nonce: first.nonce });
    expectRefusal(bench, await bench.send(stolen), 10, 'its nonce, from another device');
    await bench.control(other);
  },
);

test(
  'A server answers two PKCS#10s of one device at once each with its own key, and one of them is the one to retrieve',
  conformanceCase({
    id: 'SRV-NON-004',
    version: 1,
    requirements: ['REQ-062', 'CRT-001'],
    control: 'an honest enrollment of the same device before and after',
    mutants: ['no-re-enrollment'],
  }),
  async ({ bench }) => {
    const { approvesFirst } = await bench.deploy();
    if (approvesFirst)
      bench.judge.notApplicable('The server may wait for approval: of two requests one replaces the other.');
    await bench.control();
    for (let round = 0; round < 4; round++) {
      const requests = [await bench.request(), await bench.request()];
      // That each certificate bears the key of its own PKCS#10 is judged with every answer.
      const replies = await Promise.all(requests.map((request) => bench.send(request)));
      for (const reply of replies) expectIssued(bench, reply, 'each of two requests at once');
      const retrieves = await Promise.all(requests.map((request) => bench.send({ ...request, operation: 'retrieve' })));
      const left = retrieves.filter(({ answer }) => answer?.kind === 'issued').length;
      bench.judge.require(left === 1, 'one of the two can be retrieved', retrieves.map(describeAnswer).join('; '));
    }
    await honestAfterwards(bench);
  },
);

test(
  'A server takes the same PKCS#10 under a new nonce for the same request',
  conformanceCase({
    id: 'SRV-NON-005',
    version: 1,
    requirements: ['REQ-064', 'LIF-008'],
    control: 'the first request, answered with a certificate',
    mutants: ['issues-twice'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const request = await bench.request();
    const first = expectIssued(bench, await bench.send(request), 'the first request');
    const renewed = { ...request, nonce: bench.newNonce() };
    const second = expectIssued(bench, await bench.send(renewed), 'the same PKCS#10 under a new nonce');
    const retrieve = await bench.send({ ...renewed, operation: 'retrieve' });
    const third = expectIssued(bench, retrieve, 'a retrieve with the new nonce');
    bench.judge.require(sameBytes([first, second, third]), 'all three get the same bytes', second.serialNumber);
  },
);

test(
  'A server gives a device that lost the answer its certificate, and makes no second one',
  conformanceCase({
    id: 'SRV-LST-001',
    version: 1,
    requirements: ['REQ-060', 'REQ-011', 'LIF-008'],
    control: 'an honest enrollment of the same device before',
    mutants: ['retry-is-replay', 'issues-twice'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const request = await bench.request();
    const body = encodeRequest(request);
    bench.recorder.did('A gateway sends its request and drops the connection at the first byte of the answer.');
    const { received } = await bench.wire.converse({
      talk: (socket) => void socket.write(Buffer.concat([Buffer.from(postHead(body.length)), body])),
      until: (bytes) => bytes.length > 0,
    });
    if (received === '') bench.judge.broken('The control is red: the request got no answer that could be lost.');
    const again = expectIssued(bench, await bench.send(request), 'the same request again');
    const retrieved = await bench.send({ ...request, operation: 'retrieve' });
    const certificates = [again, expectIssued(bench, retrieved, 'a retrieve')];
    bench.judge.require(sameBytes(certificates), 'there is one certificate', again.serialNumber);
  },
);

test(
  'A server gives a hundred retrieves over ten connections the same bytes',
  conformanceCase({
    id: 'SRV-RET-003',
    version: 1,
    requirements: ['RET-005', 'LIF-008'],
    control: 'the request before them, answered with a certificate',
    mutants: ['issues-twice'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const request = await bench.request();
    const first = expectIssued(bench, await bench.send(request), 'the request');
    const answers = await manyTimes(bench, { ...request, operation: 'retrieve' }, 100);
    const due = `status=0&cert=${Buffer.from(first.der).toString('base64')}`;
    const same = answers.filter(({ body }) => Buffer.from(body).toString('latin1').startsWith(due)).length;
    bench.judge.require(same === 100, 'all of a hundred retrieves get the bytes of the request', `${same} of them`);
  },
);

test(
  'A server lets a new request of a device take the place of its pending one, and certifies the new one alone',
  conformanceCase({
    id: 'SRV-PND-003',
    version: 1,
    requirements: ['RET-062', 'ADM-006'],
    control: 'the new request, approved and retrieved',
    mutants: ['first-request-stays'],
  }),
  async ({ bench }) => {
    const { operator } = await bench.deploy({ approval: 'manual' });
    const [old, fresh] = [await bench.request(), await bench.request()];
    expectPending(bench, await bench.send(old), 'the first request');
    expectPending(bench, await bench.send(fresh), 'another request of the same device');
    expectRefusal(bench, await bench.send({ ...old, operation: 'retrieve' }), 9, 'a retrieve of the first');
    await operator?.approve(bench.identity().deviceName);
    expectIssued(bench, await bench.send({ ...fresh, operation: 'retrieve' }), 'a retrieve of the other one');
    expectRefusal(bench, await bench.send({ ...old, operation: 'retrieve' }), 9, 'a retrieve of the first, after all');
  },
);

test(
  'A server keeps the same PKCS#10 pending when it comes again, and one approval serves for it',
  conformanceCase({
    id: 'SRV-PND-004',
    version: 1,
    requirements: ['REQ-064', 'REQ-015'],
    control: 'the request, approved and retrieved',
    mutants: ['retry-is-replay'],
  }),
  async ({ bench }) => {
    const { operator } = await bench.deploy({ approval: 'manual' });
    const request = await bench.request();
    const again = { ...request, nonce: bench.newNonce() };
    expectPending(bench, await bench.send(request), 'the request');
    expectPending(bench, await bench.send(again), 'the same PKCS#10 under a new nonce');
    await operator?.approve(bench.identity().deviceName);
    expectIssued(bench, await bench.send({ ...again, operation: 'retrieve' }), 'a retrieve with the new nonce');
  },
);
