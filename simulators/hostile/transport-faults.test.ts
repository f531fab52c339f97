import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import type { HttpAnswer } from '#protocol/http.ts';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { createAuthority } from '#protocol/pki/authority.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { type AnswerContext, elsewherePath, falsify, type TransportFault } from './answer-fault.ts';
import { carriageForms } from './carriage-forms.ts';
import { deliveryFaults, hugeBytes } from './delivery-faults.ts';
import { tlsOutages } from './tls-outages.ts';
import { redirectsToCleartext, redirectsToOtherHost, statusFaults } from './transport-faults.ts';
import { beginning, waitingForms } from './waiting-forms.ts';
import { type Delivery, scriptOf } from './wire-script.ts';

/** As long as a certificate makes it, and recognisable to the byte. */
const good = `status=0&cert=${'AbCd'.repeat(100)}`;
const honest: HttpAnswer = {
  status: 200,
  headers: { 'content-type': 'text/plain', 'content-length': String(good.length) },
  body: Buffer.from(good),
};

let context: AnswerContext;
let answer: HttpAnswer;
let port: number;
const server = createHttpServer(async () => answer);

before(async () => {
  port = await listen(server, 0, '127.0.0.1');
  const profile = profiles.modern;
  const now = new Date();
  context = {
    honest,
    clearinghouse: createAuthority({
      subject: [{ type: 'CN', value: 'Clearinghouse CA' }],
      key: await generateKeyPair(profile.authorityKey),
      signature: profile.authoritySignature,
      notBefore: now,
      notAfter: new Date(now.getTime() + 60_000),
    }),
    deviceName: 'gw.example.com',
    spki: new Uint8Array(),
    profile,
    now,
    elsewhere: {
      cleartext: `http://a.example.com${elsewherePath}`,
      otherHost: `https://b.example.com${elsewherePath}`,
    },
    patienceSeconds: 0.3,
  };
});
after(() => close(server));

async function connected(fault: TransportFault): Promise<Socket> {
  answer = await falsify(fault, context);
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /tep HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  return socket;
}

/** Every byte that comes, and how the connection ended. */
async function bytesOf(fault: TransportFault): Promise<{ text: string; end: string }> {
  const socket = await connected(fault);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const end = await new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('end', () => resolve('end'));
  });
  return { text: Buffer.concat(chunks).toString('latin1'), end };
}

/** What node's HTTP client makes of it: a reader that had no part in writing it. */
async function readBy(fault: TransportFault): Promise<{ status: number; body: string } | 'broken'> {
  answer = await falsify(fault, context);
  const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent: false }).end();
  request.on('error', () => {});
  try {
    const [incoming] = await once(request, 'response');
    let body = '';
    incoming.setEncoding('latin1').on('data', (chunk: string) => {
      body += chunk;
    });
    await once(incoming, 'end');
    return { status: incoming.statusCode, body };
  } catch {
    return 'broken';
  }
}

async function deliveryTo(fault: TransportFault, read: (socket: Socket) => void): Promise<Delivery> {
  const socket = await connected(fault);
  socket.on('error', () => {});
  read(socket);
  const delivery = await scriptOf(answer)?.delivery;
  socket.destroy();
  assert.ok(delivery);
  return delivery;
}

test('an honest answer in every way that HTTP allows is read as the same', async () => {
  for (const form of Object.values(carriageForms)) {
    assert.equal(form.allowed, true);
    assert.deepEqual(await readBy(form), { status: 200, body: good }, form.id);
  }
});

test('the forms of carriage are not all the same bytes', async () => {
  const heads = new Map<string, string>();
  for (const form of Object.values(carriageForms)) heads.set(form.id, (await bytesOf(form)).text);
  assert.match(heads.get('capital-header-names') ?? '', /\r\nCONTENT-LENGTH: \d+\r\n/);
  assert.match(heads.get('mixed-header-names') ?? '', /\r\nContent-Length: \d+\r\n/);
  assert.match(heads.get('connection-close') ?? '', /\r\nconnection: close\r\n/);
  assert.equal(heads.get('chunked')?.match(/^[0-9a-f]+\r$/gm)?.length, 5, 'four chunks and the last one');
});

test('the answer under another status is the honest one, or none', async () => {
  for (const fault of Object.values(statusFaults)) {
    const expected = Number(/^http-(\d+)/.exec(fault.id)?.[1]);
    const body = /empty$/.test(fault.id) ? '' : good;
    assert.deepEqual(await readBy(fault), { status: expected, body }, fault.id);
  }
  const { text } = await bytesOf(statusFaults.unavailableForNow);
  assert.match(text, /\r\nretry-after: 1\r\n/);
});

test('a redirect leads elsewhere, in cleartext or to another host', async () => {
  for (const [faults, place] of [
    [redirectsToCleartext, context.elsewhere.cleartext],
    [redirectsToOtherHost, context.elsewhere.otherHost],
  ] as const) {
    for (const fault of faults) {
      const { status, headers, body } = await falsify(fault, context);
      assert.deepEqual([headers.location, body.length], [place, 0]);
      assert.ok([301, 302, 307, 308].includes(status));
    }
  }
});

test('an answer that breaks off is broken for every reader', async () => {
  const { lengthTooLong, cutInCertificate, resetInCertificate, lastChunkMissing } = deliveryFaults;
  for (const fault of [lengthTooLong, cutInCertificate, resetInCertificate, lastChunkMissing]) {
    assert.equal(await readBy(fault), 'broken', fault.id);
  }
  assert.equal((await bytesOf(cutInCertificate)).end, 'end');
  assert.equal((await bytesOf(resetInCertificate)).end, 'ECONNRESET');
  const { text } = await bytesOf(lengthTooLong);
  assert.ok(text.endsWith(good), 'all that is needed is there');
});

test('what comes after the end of an answer is there, and belongs to none', async () => {
  const { lengthTooShort, twoAnswers } = deliveryFaults;
  const bodies = [];
  for (const fault of [lengthTooShort, twoAnswers]) {
    const { text } = await bytesOf(fault);
    const [head = '', ...rest] = text.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    bodies.push(rest.join('').slice(0, length));
    assert.ok(text.endsWith(good), fault.id);
    // Some readers take the first answer, others object to what follows it.
    const read = await readBy(fault);
    assert.ok(read === 'broken' || read.body === bodies.at(-1), fault.id);
  }
  const [short = '', first] = bodies;
  assert.ok(good.startsWith(short) && short.length > good.length / 2 && short.length < good.length);
  assert.equal(first, 'status=1');
});

test('a huge answer is as long as it says, and whoever takes it all is told from whoever does not', async () => {
  const { headers, body } = await falsify(deliveryFaults.huge, context);
  assert.ok(body.length < 1000, 'what is shown of it is short');
  assert.equal(Number(headers['content-length']), good.length + '&note='.length + hugeBytes);
  const all = await deliveryTo(deliveryFaults.huge, (socket) => socket.resume());
  assert.equal(all.endedBy, 'server');
  assert.ok(all.bytes > hugeBytes);
  const little = await deliveryTo(deliveryFaults.huge, (socket) => socket.once('data', () => socket.destroy()));
  assert.equal(little.endedBy, 'device');
  assert.ok(little.bytes < hugeBytes, `${little.bytes} bytes`);
});

test('an answer without end lasts as long as the device may wait, and whoever gives it up is told from whoever does not', async () => {
  const patient = await deliveryTo(deliveryFaults.trickle, (socket) => socket.resume());
  assert.equal(patient.endedBy, 'server');
  assert.ok(patient.seconds >= 0.25, `${patient.seconds} s`);
  const other = await deliveryTo(deliveryFaults.trickle, (socket) => socket.once('data', () => socket.destroy()));
  assert.equal(other.endedBy, 'device');
  assert.ok(other.seconds < patient.seconds);
});

test('the forms of waiting are answered in turn, from the first for each enrollment, the last for ever', async () => {
  const { pendingForNow, tooManyForNow, until } = waitingForms;
  for (let enrollment = 0; enrollment < 2; enrollment++) {
    const form = beginning(pendingForNow);
    const first = await falsify(form, context);
    assert.deepEqual([first.status, first.headers['retry-after']], [200, '1']);
    assert.equal(Buffer.from(first.body).toString(), 'status=1');
    for (let more = 0; more < 3; more++) assert.equal(await falsify(form, context), honest);
  }
  const busy = beginning(tooManyForNow);
  const statuses = [];
  for (let turn = 0; turn < 3; turn++) statuses.push((await falsify(busy, context)).status);
  assert.deepEqual(statuses, [200, 429, 200]);
  assert.equal(until(3).turns.filter((turn) => turn === 'pending').length, 4, 'the request and three polls');
});

test('every fault and form has an id of its own and an explanation', () => {
  const { until, ...waiting } = waitingForms;
  const all = [
    ...[statusFaults, deliveryFaults, carriageForms, tlsOutages, waiting].flatMap((table) => Object.values(table)),
    ...redirectsToCleartext,
    ...redirectsToOtherHost,
    until(1),
  ];
  for (const { explanation } of all) assert.match(explanation, /^[A-Z].*\.$/);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
});
