import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { HttpRequest } from '#protocol/http.ts';
import { managementResponder } from '../http/management.ts';
import { enrollmentOf, fleet, type SampleDevice } from '../sample-server.ts';
import { access, isApiKey, methodAndPath, routeKeys } from './access.ts';
import type { Schema } from './api/operation.ts';
import { roles } from './role.ts';
import { createSampleConsole } from './sample-console.ts';

const sample = await createSampleConsole();
after(() => sample.stop());
const { server, webConsole, clock } = sample;

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, token: string, body?: string) {
  const {
    status,
    headers,
    body: text,
  } = await sample.visitor().send({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { payload: body }),
  });
  return { status, headers, text, json: JSON.parse(text) as Record<string, unknown> };
}

async function enroll(device: SampleDevice): Promise<string> {
  assert.equal((await server.engine.answer(await enrollmentOf(device), '192.0.2.9:4')).kind, 'pending');
  const waiting = await server.engine.list('pending');
  return waiting.find((each) => each.device === device.deviceName)?.id ?? '';
}

describe('for the operator it is the management API as it always was', () => {
  const bare = managementResponder({ engine: server.engine, token: server.token, reload: () => server.reload() });
  const oldAnswer = async (method: string, path: string, token: string, body: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const request: HttpRequest = {
      method,
      path,
      headers,
      body: Buffer.from(body),
      secure: false,
      from: '127.0.0.1:1',
    };
    const { status, headers: answered, body: bytes } = await bare(request);
    return {
      status,
      type: answered['content-type'],
      allow: answered.allow,
      json: JSON.parse(Buffer.from(bytes).toString()),
    };
  };

  test('the same status, the same JSON, the same headers', async () => {
    const waiting = await enroll(fleet.gateway);
    const good = server.token;
    for (const [method, path, token, body = ''] of [
      ['GET', '/api/enrollments', good],
      ['GET', '/api/enrollments?state=pending', good],
      ['GET', '/api/enrollments?state=done', good],
      ['GET', '/api/enrollments', 'x'.repeat(good.length)],
      ['POST', '/api/enrollments', good],
      ['POST', '/api/reload', good],
      ['GET', '/api/reload', good],
      ['POST', '/api/enrollments/0000/approve', good],
      ['GET', `/api/enrollments/${waiting}/approve`, good],
      ['POST', `/api/enrollments/${waiting}/reject`, good, '{'],
      ['POST', `/api/enrollments/${waiting}/reject`, good, '[]'],
      ['POST', `/api/enrollments/${waiting}/reject`, good, '{"reason":5}'],
      ['POST', `/api/enrollments/${waiting}/reject`, good, 'null'],
      ['GET', '/api', good],
      ['GET', '/api/nowhere', good],
    ] as const) {
      const old = await oldAnswer(method, path, token, body);
      const now = await call(method, path, token, body);
      const what = `${method} ${path} ${body}`;
      assert.deepEqual(
        [now.status, now.headers['content-type'], now.headers.allow],
        [old.status, old.type, old.allow],
        what,
      );
      assert.equal(now.headers['cache-control'], 'no-store', what);
      assert.equal(now.json.error, old.json.error, what);
      if (now.status === 200) assert.deepEqual(now.json, old.json, what);
    }
  });

  test('approved and rejected, the reason stays with the administrators, a second word is 409', async () => {
    const [one, two] = [await enroll(fleet.gateway), await enroll(fleet.sibling)];
    assert.equal((await call('POST', `/api/enrollments/${one}/approve`, server.token)).json.state, 'issued');
    const rejected = await call('POST', `/api/enrollments/${two}/reject`, server.token, '{"reason":"„Grüße“"}');
    assert.deepEqual([rejected.json.state, rejected.json.reason], ['rejected', '„Grüße“']);
    const late = await call('POST', `/api/enrollments/${one}/approve`, server.token);
    assert.deepEqual([late.status, late.json.error], [409, 'settings-invalid']);
    assert.deepEqual(
      sample.events.filter(({ by }) => by === 'operator').map(({ event }) => event.event),
      ['approved', 'rejected'],
    );
  });
});

describe('tokens', () => {
  test('a token does what its role may, until it is revoked; who used it is in the journal', async () => {
    const id = await enroll(fleet.stranger);
    const viewer = await webConsole.tokens.make('monitor', 'viewer', 'ada');
    const approver = await webConsole.tokens.make('nightly', 'approver', 'ada');
    assert.equal((await call('GET', '/api/enrollments', viewer)).status, 200);
    const refused = await call('POST', `/api/enrollments/${id}/approve`, viewer);
    assert.deepEqual([refused.status, refused.json.error], [403, 'forbidden']);
    assert.equal((await call('POST', `/api/enrollments/${id}/approve`, approver)).status, 200);
    assert.ok(sample.events.some(({ event, by }) => event.event === 'approved' && by === 'token:nightly'));
    await webConsole.tokens.revoke('nightly');
    assert.equal((await call('GET', '/api/enrollments', approver)).status, 401);
  });

  test('the database holds no token, and the list when it was used last', async () => {
    const token = await webConsole.tokens.make('weekly', 'viewer', 'ada');
    const rows = await sample.database.atomically((sql) => sql.all('SELECT * FROM api_tokens'));
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(token.slice(8)));
    clock.advance(5);
    await call('GET', '/api/enrollments', token);
    const [{ usedAt } = {}] = (await webConsole.tokens.list()).filter(({ name }) => name === 'weekly');
    assert.equal(usedAt, clock.now().getTime());
  });

  test('a name is used once, and is one that can stand in a journal', async () => {
    await webConsole.tokens.make('twice', 'viewer', 'ada');
    await assert.rejects(webConsole.tokens.make('twice', 'viewer', 'ada'), /already/);
    for (const name of ['', 'a b', 'Ö', 'a\nb', 'x'.repeat(65)]) {
      await assert.rejects(webConsole.tokens.make(name, 'viewer', 'ada'), /letters/, name);
    }
  });

  test('made in the console it is shown once', async () => {
    const ada = await sample.signedIn('administrator');
    await ada.post('/tokens', { name: 'shown', role: 'viewer' }, '/people');
    const shown = /data-copy>(muster_[\w-]{43})</.exec((await ada.get('/people')).body)?.[1] ?? '';
    assert.equal((await call('GET', '/api/enrollments', shown)).status, 200);
    assert.doesNotMatch((await ada.get('/people')).body, /muster_[\w-]{43}/);
  });
});

test('the description is OpenAPI 3.1, holds every path of the table and no other, and says the role of each', async () => {
  const { json } = await call('GET', '/api/openapi.json', server.token);
  assert.equal(json.openapi, '3.1.0');
  const described = Object.entries(json.paths as Record<string, Record<string, Schema>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const key = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`;
      return [key, operation['x-role']] as const;
    }),
  );
  const table = routeKeys.filter(isApiKey).map((key) => [key, access[key]] as const);
  assert.deepEqual(new Map(described), new Map(table));
  assert.equal(described.length, table.length);
  for (const [, role] of described) assert.ok(roles.some((known) => known === role));
});

test('every path of the description is there', () => {
  for (const key of routeKeys) {
    const { method, path } = methodAndPath(key);
    assert.ok(webConsole.app.hasRoute({ method, url: path }), key);
  }
});
