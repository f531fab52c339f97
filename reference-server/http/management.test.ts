import assert from 'node:assert/strict';
import { after, beforeEach, describe, test } from 'node:test';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { parseAccounts } from '../accounts.ts';
import { MemoryPlace } from '../configuration/memory-place.ts';
import {
  createSampleServer,
  enrollmentOf,
  fleet,
  fleetAccounts,
  fleetConfiguration,
  type SampleDevice,
} from '../sample-server.ts';
import { exchangeOnce } from './raw-connection.ts';

const goodAccounts = await fleetAccounts();
const place = new MemoryPlace({ text: fleetConfiguration, fileName: 'fleet.conf', accounts: goodAccounts });
const { server, clock, events } = await createSampleServer(
  { approval: 'manual', managementPort: 0, pendingLifetimeSeconds: 60 },
  { place },
);
await server.start();
after(() => server.stop());
beforeEach(() => {
  place.put(fleetConfiguration);
  place.putAccounts(goodAccounts);
  events.length = 0;
});

interface Reply {
  readonly status: number;
  readonly headerLines: readonly string[];
  readonly json: Record<string, unknown>;
}

async function call(
  method: string,
  path: string,
  { body = '', token = `Bearer ${server.token}` }: { body?: string; token?: string } = {},
): Promise<Reply> {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(token ? [`Authorization: ${token}`] : []),
  ];
  const answer = await exchangeOnce(server.urls.management, `${lines.join('\r\n')}\r\n\r\n${body}`);
  assert.ok(answer.headerLines.includes('content-type: application/json'), answer.body);
  assert.ok(answer.headerLines.includes('cache-control: no-store'));
  return {
    status: answer.status,
    headerLines: answer.headerLines,
    json: JSON.parse(Buffer.from(answer.body, 'latin1').toString()),
  };
}

async function enroll(device: SampleDevice = fleet.gateway) {
  const key = await generateKeyPair('p256');
  const message = await enrollmentOf(device, { key });
  const answer = await server.engine.answer(message, '192.0.2.9:4');
  assert.equal(answer.kind, 'pending');
  const [row] = (await server.engine.list('pending')).filter((each) => each.device === device.deviceName);
  assert.ok(row);
  return { message, row, path: `/api/enrollments/${row.id}` };
}

const retrieve = async (message: Awaited<ReturnType<typeof enroll>>['message']) =>
  server.engine.answer({ ...message, operation: 'retrieve' }, 'here');

test('it listens on the loopback address', () => {
  assert.equal(new URL(server.urls.management).hostname, '127.0.0.1');
});

describe('who has no token', () => {
  const good = () => server.token;
  for (const [name, token] of [
    ['none', () => ''],
    ['an empty one', () => 'Bearer '],
    ['a wrong one', () => `Bearer ${'x'.repeat(good().length)}`],
    ['one cut short', () => `Bearer ${good().slice(0, -1)}`],
    ['one that goes on', () => `Bearer ${good()}x`],
    ['another scheme', () => `Basic ${good()}`],
  ] as const) {
    test(`${name}: 401, whatever is asked, and nothing happens`, async () => {
      const { path, message } = await enroll();
      for (const [method, at] of [
        ['GET', '/api/enrollments'],
        ['POST', `${path}/approve`],
        ['POST', '/api/reload'],
        ['GET', '/nowhere'],
      ] as const) {
        const { status, json } = await call(method, at, { token: token() });
        assert.deepEqual([status, json.error], [401, 'unauthorized']);
      }
      assert.equal((await retrieve(message)).kind, 'pending');
      assert.ok(events.every(({ event }) => event === 'pending'));
    });
  }

  test('two servers have two tokens, long enough', async () => {
    const { server: other } = await createSampleServer();
    assert.notEqual(other.token, server.token);
    assert.match(server.token, /^[\w-]{32}$/);
  });
});

describe('enrollments', () => {
  test('are listed, all or of one state, without the PKCS#10 and the certificate', async () => {
    const { row } = await enroll();
    await enroll(fleet.sibling);
    const { status, json } = await call('GET', '/api/enrollments?state=pending');
    assert.equal(status, 200);
    const list = json.enrollments as Record<string, unknown>[];
    assert.equal(list.length, 2);
    assert.deepEqual(
      list.find(({ id }) => id === row.id),
      {
        id: row.id,
        device: 'gw1.example.com',
        state: 'pending',
        requestedAt: clock.now().toISOString(),
        fingerprint: row.keyFingerprint,
        from: '192.0.2.9:4',
      },
    );
    assert.deepEqual((await call('GET', '/api/enrollments?state=issued')).json, { enrollments: [] });
    assert.deepEqual((await call('GET', '/api/enrollments')).json, json);
  });

  test('an unknown state is 400', async () => {
    for (const state of ['done', '', 'PENDING']) {
      const { status, json } = await call('GET', `/api/enrollments?state=${state}`);
      assert.deepEqual([status, json.error], [400, 'bad-request']);
    }
  });

  test('approved: the device gets its certificate', async () => {
    const { path, message } = await enroll();
    const { status, json } = await call('POST', `${path}/approve`);
    assert.deepEqual([status, json.state], [200, 'issued']);
    assert.equal((await retrieve(message)).kind, 'issued');
  });

  test('rejected with a reason: the device is refused, the reason stays with the administrator', async () => {
    const { path, message } = await enroll();
    const reason = 'not ours: „Grüße“';
    const { status, json } = await call('POST', `${path}/reject`, { body: JSON.stringify({ reason }) });
    assert.deepEqual([status, json.state, json.reason], [200, 'rejected', reason]);
    const answer = await retrieve(message);
    assert.ok(answer.kind === 'refused' && answer.status === 8 && !answer.error?.includes('ours'));
    const { json: listed } = await call('GET', '/api/enrollments?state=rejected');
    assert.match(JSON.stringify(listed), /not ours/);
  });

  test('rejected without a body: no reason', async () => {
    const { path } = await enroll();
    assert.deepEqual((await call('POST', `${path}/reject`)).json.reason, '');
  });

  for (const body of ['{', '[]', '"no"', '{"reason":5}', 'null', '\u0000']) {
    test(`rejected with ${JSON.stringify(body)}: 400, and it still waits`, async () => {
      const { path, message } = await enroll();
      const { status, json } = await call('POST', `${path}/reject`, { body });
      assert.deepEqual([status, json.error], [400, 'bad-request']);
      assert.equal((await retrieve(message)).kind, 'pending');
    });
  }

  test('a second decision, or one that comes too late, is 409', async () => {
    const { path } = await enroll();
    await call('POST', `${path}/approve`);
    for (const verb of ['approve', 'reject']) {
      const { status, json } = await call('POST', `${path}/${verb}`);
      assert.equal(status, 409);
      assert.match(String(json.message), /it is issued/);
    }
    const { path: waiting } = await enroll(fleet.sibling);
    clock.advance(61);
    assert.equal((await call('POST', `${waiting}/approve`)).status, 409);
  });
});

describe('what is not there', () => {
  test('an enrollment: 404', async () => {
    const { status, json } = await call('POST', '/api/enrollments/00000000-0000/approve');
    assert.deepEqual([status, json.error], [404, 'not-found']);
  });

  test('a path: 404', async () => {
    const { path } = await enroll();
    for (const at of [
      '/',
      '/api',
      '/api/',
      '//',
      '/api/enrollments/',
      path,
      `${path}/delete`,
      `${path}/approve/now`,
      '/tep',
    ]) {
      const { status, json } = await call('POST', at);
      assert.deepEqual([status, json.error], [404, 'not-found'], at);
    }
  });

  test('another method: 405, and Allow says which', async () => {
    const { path } = await enroll();
    for (const [method, at, allowed] of [
      ['POST', '/api/enrollments', 'GET'],
      ['DELETE', '/api/enrollments', 'GET'],
      ['GET', `${path}/approve`, 'POST'],
      ['PUT', `${path}/reject`, 'POST'],
      ['GET', '/api/reload', 'POST'],
    ] as const) {
      const { status, headerLines } = await call(method, at);
      assert.equal(status, 405);
      assert.ok(headerLines.includes(`allow: ${allowed}`));
    }
  });
});

describe('reload', () => {
  test('takes a good configuration into force', async () => {
    place.put(fleetConfiguration.replace('enroll enabled', 'enroll disabled'));
    assert.deepEqual((await call('POST', '/api/reload')).json, { reloaded: true });
    assert.equal(server.configuration.enroll, false);
    place.put(fleetConfiguration);
    await call('POST', '/api/reload');
    assert.equal(server.configuration.enroll, true);
  });

  test('of a bad configuration is 400, names both lines, and leaves the old one in force', async () => {
    const before = server.configuration;
    place.put(`${fleetConfiguration}device gw2.example.com north enabled\n`);
    const { status, json } = await call('POST', '/api/reload');
    assert.deepEqual([status, json.error], [400, 'config-invalid']);
    assert.match(String(json.message), /fleet\.conf:10:\d+: .*gw2\.example\.com.*line 5/);
    assert.equal(server.configuration, before);
    assert.equal(events.at(-1)?.event, 'reload-failed');
  });

  test('of bad accounts is 400, and leaves accounts and configuration in force', async () => {
    const before = server.configuration;
    place.put('enroll disabled\n');
    place.putAccounts(() => parseAccounts('account 1 2 3', 'accounts'));
    const { status, json } = await call('POST', '/api/reload');
    assert.deepEqual([status, json.error], [400, 'accounts-invalid']);
    assert.match(String(json.message), /^accounts:1: /);
    assert.equal(server.configuration, before);
    await enroll();
  });

  test('takes new accounts into force', async () => {
    const { message } = await enroll();
    place.putAccounts(() => parseAccounts('', 'accounts'));
    await call('POST', '/api/reload');
    const answer = await retrieve(message);
    assert.ok(answer.kind === 'refused' && answer.status === 3);
    place.putAccounts(goodAccounts);
    await call('POST', '/api/reload');
    assert.equal((await retrieve(message)).kind, 'pending');
  });
});

test('an error from inside is 500, without its text', async () => {
  const unreadable = new MemoryPlace({ text: fleetConfiguration, fileName: 'fleet.conf', accounts: goodAccounts });
  const { server: broken } = await createSampleServer({ managementPort: 0 }, { place: unreadable });
  unreadable.putAccounts(() => {
    throw new Error('the disk /var/secret is full');
  });
  await broken.start();
  const head = `POST /api/reload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${broken.token}\r\nContent-Length: 0\r\n\r\n`;
  const { status, body } = await exchangeOnce(broken.urls.management, head);
  assert.equal(status, 500);
  assert.ok(!body.includes('disk'));
  await broken.stop();
});
