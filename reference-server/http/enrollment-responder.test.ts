import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Answer, decodeAnswer } from '#protocol/messages/answers.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { createSampleServer, enrollmentOf, fleet, fleetConfiguration } from '../sample-server.ts';
import { exchangeOnce, postBytes, RawConnection } from './raw-connection.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const { server, events } = await createSampleServer();
await server.start();
after(() => server.stop());
beforeEach(() => {
  events.length = 0;
});
const { http, tls } = server.urls;
const key = await generateKeyPair('p256');
const message = await enrollmentOf(fleet.gateway, { key });
const request = encodeRequest(message);
const retrieve = encodeRequest({ ...message, operation: 'retrieve' });
const getcacert = 'operation=getcacert';
const { password } = fleet.gateway;
const escapedPassword = 'north%2Dstar%250';
assert.ok(Buffer.from(request).toString().includes(escapedPassword));

const answerOf = (operation: 'getcacert' | 'request', body: string): Answer =>
  decodeAnswer(operation, Buffer.from(body, 'latin1'));

function assertNoSecretLogged(): void {
  const log = JSON.stringify(events);
  for (const secret of [password, escapedPassword]) assert.ok(!log.includes(secret), log);
}

describe('what a device gets', () => {
  test('getcacert: the CA certificate, over cleartext and over TLS, at /tep and at /', async () => {
    const seen = new Set<string>();
    for (const url of [http, tls]) {
      for (const path of ['/tep', '/']) {
        const { status, body } = await exchangeOnce(url, postBytes(getcacert, path));
        assert.equal(status, 200);
        assert.match(body, /^status=0&certificate=[A-Za-z0-9+/]+={0,2}$/);
        seen.add(body);
      }
    }
    assert.equal(seen.size, 1);
  });

  test('request over TLS: a certificate in raw base64, in one line', async () => {
    const { status, body } = await exchangeOnce(tls, postBytes(request));
    assert.equal(status, 200);
    assert.match(body, /^status=0&cert=[A-Za-z0-9+/]+={0,2}$/);
    assert.equal(answerOf('request', body).kind, 'issued');
    assertNoSecretLogged();
  });

  test('a refusal: status first, then its text, escaped, in HTTP 200', async () => {
    const wrong = encodeRequest({ ...message, password: 'wrong' });
    const { status, body } = await exchangeOnce(tls, postBytes(wrong));
    assert.equal(status, 200);
    assert.equal(body, 'status=3&error=wrong%20user%20name%20or%20password');
  });

  test('any content type, or none, is taken', async () => {
    for (const type of ['text/plain', 'text/html', 'application/json', 'nonsense;;;']) {
      assert.equal((await exchangeOnce(tls, postBytes(request, '/tep', `Content-Type: ${type}`))).status, 200);
    }
  });
});

describe('the wire of an answer', () => {
  for (const [name, body] of [
    ['getcacert', getcacert],
    ['request', request],
    ['a refusal', encodeRequest({ ...message, password: 'wrong' })],
    ['malformed pairs', '%'],
  ] as const) {
    test(`${name}: content-type and content-length in lower case, the length exact, no chunks`, async () => {
      const { headerLines, body: answered } = await exchangeOnce(tls, postBytes(body));
      assert.ok(headerLines.includes('content-type: text/plain'), headerLines.join('\n'));
      assert.ok(headerLines.includes(`content-length: ${answered.length}`), headerLines.join('\n'));
      assert.ok(answered.length > 0);
      const names = headerLines.map((line) => line.split(':')[0]?.toLowerCase());
      assert.deepEqual(names.toSorted(), ['connection', 'content-length', 'content-type', 'date', 'keep-alive']);
    });
  }

  test('a connection is kept for the next message', async () => {
    const connection = await RawConnection.open(tls);
    for (const body of [getcacert, request, retrieve, '%', getcacert]) {
      const { body: answered } = await connection.exchange(postBytes(body));
      assert.match(answered, /^status=\d+(&|$)/);
    }
    connection.close();
  });

  test('a connection that is to be closed is closed', async () => {
    const { headerLines } = await exchangeOnce(http, postBytes(getcacert, '/tep', 'Connection: close'));
    assert.ok(headerLines.includes('Connection: close'));
  });
});

describe('what the door refuses', () => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    test(`${method}: 405, Allow: POST`, async () => {
      const connection = await RawConnection.open(http);
      const head = `${method} /tep HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
      connection.socket.write(head);
      let text = '';
      for await (const bytes of connection.socket) text += String(bytes);
      assert.match(text, /^HTTP\/1\.1 405 Method Not Allowed\r\n/);
      assert.match(text, /\r\nallow: POST\r\n/);
      assert.match(text, method === 'HEAD' ? /\r\n\r\n$/ : /\r\n\r\nstatus=4&error=all%20messages%20are%20POST$/);
    });
  }

  test('a query: 400, and the password in it is not logged', async () => {
    const { status, body } = await exchangeOnce(tls, postBytes('', `/tep?${Buffer.from(request).toString()}`));
    assert.equal(status, 400);
    assert.match(body, /^status=4&/);
    assert.equal(events[0]?.event, 'refused');
    assertNoSecretLogged();
  });

  test('any other path: 404', async () => {
    for (const path of ['/ospx', '/tep/', '/TEP', '/tep%00', '/../tep', '//tep', '*']) {
      const { status, body } = await exchangeOnce(http, postBytes(getcacert, path));
      assert.deepEqual([status, body.split('&')[0]], [404, 'status=4'], path);
    }
  });

  for (const [name, body] of [
    ['request', request],
    ['retrieve', retrieve],
    ['an unknown operation with credentials', Buffer.from(request).toString().replace('=request', '=enroll')],
    ['an escaped operation', Buffer.from(request).toString().replace('=request', '=%72equest')],
  ] as const) {
    test(`${name} over cleartext: 403, nothing stored, logged without the password`, async () => {
      const { server: fresh, events: log } = await createSampleServer({ approval: 'manual' });
      await fresh.start();
      const { status, body: answered } = await exchangeOnce(fresh.urls.http, postBytes(body));
      assert.deepEqual([status, answered.split('&')[0]], [403, 'status=4']);
      assert.deepEqual(await fresh.engine.list(), []);
      assert.equal(log.filter(({ event }) => event === 'refused').length, 1);
      assert.ok(!JSON.stringify(log).includes(password) && !JSON.stringify(log).includes(escapedPassword));
      await fresh.stop();
    });
  }

  test('a request hidden behind a getcacert is refused too, over cleartext and over TLS', async () => {
    for (const url of [http, tls]) {
      const body = `operation=getcacert&${Buffer.from(request).toString()}`;
      const { body: answered } = await exchangeOnce(url, postBytes(body));
      assert.match(answered, /^status=4&/);
    }
  });

  test('malformed pairs: 400 with a status; well-formed pairs that are no message: 200 with a status', async () => {
    for (const [body, http400] of [
      ['%', true],
      ['operation=%ZZ', true],
      ['operation', true],
      ['', false],
      ['&', false],
      ['operation=', false],
      ['operation=enroll', false],
      ['requestx=1', false],
    ] as const) {
      const { status, statusText, body: answered } = await exchangeOnce(tls, postBytes(body));
      assert.deepEqual([status, statusText], http400 ? [400, 'Bad Request'] : [200, 'OK'], body);
      assert.match(answered, /^status=4&error=/);
    }
  });

  test('a body of 64 KiB is read, a larger one is 413', async () => {
    const padded = (size: number) => `${getcacert}&x=`.padEnd(size, '1');
    assert.equal((await exchangeOnce(http, postBytes(padded(65_536)))).status, 200);
    const { status, statusText, body } = await exchangeOnce(http, postBytes(padded(65_537)));
    assert.deepEqual([status, statusText, body], [413, 'Payload Too Large', 'status=4']);
  });
});

describe('the flag ssl of the configuration file', () => {
  test('refuses cleartext for everything, getcacert too; TLS goes on', async () => {
    const { server: strict } = await createSampleServer({
      configuration: { text: `ssl enabled\n${fleetConfiguration}`, fileName: 'strict.conf' },
    });
    await strict.start();
    assert.equal((await exchangeOnce(strict.urls.http, postBytes(getcacert))).status, 403);
    assert.equal((await exchangeOnce(strict.urls.tls, postBytes(getcacert))).status, 200);
    assert.equal((await exchangeOnce(strict.urls.tls, postBytes(request))).status, 200);
    await strict.stop();
  });
});

describe('any bytes', () => {
  const ask = (body: Uint8Array, secure: boolean) =>
    server.respond({ method: 'POST', path: '/tep', headers: {}, body, secure, from: 'here' });

  async function assertProtocolAnswer(body: Uint8Array, secure: boolean): Promise<void> {
    const { status, headers, body: answered } = await ask(body, secure);
    assert.ok([200, 400, 403].includes(status), String(status));
    assert.deepEqual(headers, { 'content-type': 'text/plain', 'content-length': String(answered.length) });
    const kinds = ['getcacert', 'request'] as const;
    assert.ok(
      kinds.some((operation) => isAnswer(operation, answered)),
      Buffer.from(answered).toString(),
    );
  }

  function isAnswer(operation: 'getcacert' | 'request', bytes: Uint8Array): boolean {
    try {
      return decodeAnswer(operation, bytes) !== undefined;
    } catch {
      return false;
    }
  }

  test('are answered with an answer of the protocol', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.boolean(), assertProtocolAnswer);
    await fc.assert(property, { seed, numRuns: 500 });
  });

  test('that nearly are a request are answered with an answer of the protocol', async () => {
    const edit = fc.record({
      at: fc.nat(request.length - 1),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(edit, { maxLength: 3 }), fc.boolean(), async (edits, secure) => {
      let body = Uint8Array.from(request);
      for (const { at, byte, cut } of edits) {
        if (cut) body = body.slice(0, at);
        else if (at < body.length) body[at] = byte;
      }
      await assertProtocolAnswer(body, secure);
    });
    await fc.assert(property, { seed, numRuns: 500 });
    assertNoSecretLogged();
  });

  test('that are pairs of the known variables with strange values are answered so, too', async () => {
    const name = fc.constantFrom('operation', 'nonce', 'username', 'password', 'device', 'customer', 'request', 'x');
    const odd = fc.constantFrom(
      'request',
      'retrieve',
      '1',
      '01',
      '-1',
      '18446744073709551616',
      '%00',
      '%C0%80',
      'MAA=',
      '%',
    );
    const value = fc.oneof(odd, fc.string({ maxLength: 20 }));
    const property = fc.asyncProperty(fc.array(fc.tuple(name, value)), fc.boolean(), async (pairs, secure) => {
      await assertProtocolAnswer(Buffer.from(pairs.map((pair) => pair.join('=')).join('&')), secure);
    });
    await fc.assert(property, { seed, numRuns: 500 });
  });

  test('and an honest enrollment right after succeeds', async () => {
    const { body } = await ask(encodeRequest(await enrollmentOf(fleet.gateway)), true);
    assert.equal(answerOf('request', Buffer.from(body).toString('latin1')).kind, 'issued');
  });
});

test('an error from inside is told as 12, without its text; the log has it', async () => {
  const { server: broken, events: log } = await createSampleServer();
  broken.engine.answer = async () => {
    throw new Error('the disk /var/secret is full');
  };
  const { status, body } = await broken.respond({
    method: 'POST',
    path: '/tep',
    headers: {},
    body: request,
    secure: true,
    from: 'here',
  });
  assert.equal(status, 500);
  assert.equal(Buffer.from(body).toString(), 'status=12&error=server%20error%3B%20nothing%20was%20stored');
  assert.match(log[0]?.detail ?? '', /disk/);
});
