import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { access, isApiKey, methodAndPath, type RouteKey, routeKeys } from './access.ts';
import { mayAct, type Role, roles } from './role.ts';
import { createSampleConsole } from './sample-console.ts';
import type { Reply, Visitor } from './visitor.ts';

const sample = await createSampleConsole();
after(() => sample.stop());

/** Of nothing that is there: whoever may ask is told so, and nothing changes. */
const pathOf = (key: RouteKey): string => methodAndPath(key).path.replace(/:\w+/g, 'nobody');

function ask(visitor: Visitor, key: RouteKey, token = ''): Promise<Reply> {
  const { method } = methodAndPath(key);
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  if (isApiKey(key)) return visitor.send({ method, url: pathOf(key), headers });
  // Without its token a form gets as far as the role, and no further.
  return method === 'GET' ? visitor.get(pathOf(key)) : visitor.submit(pathOf(key), new URLSearchParams());
}

describe('without sign-in there is nothing but the sign-in page', () => {
  for (const key of routeKeys) {
    test(key, async () => {
      const { status, to, body } = await ask(sample.visitor(), key);
      if (access[key] === 'anyone') assert.ok(status === 200 || status === 403, String(status));
      else if (isApiKey(key)) assert.deepEqual([status, JSON.parse(body).error], [401, 'unauthorized']);
      else assert.deepEqual([status, to?.split('?')[0], body], [303, '/sign-in', '']);
    });
  }

  test('a path that is not there looks like one that is', async () => {
    const visitor = sample.visitor();
    assert.deepEqual((await visitor.get('/nowhere')).to, '/sign-in?next=%2Fnowhere');
    assert.equal((await visitor.get('/api/nowhere')).status, 401);
    assert.equal((await (await sample.signedIn('viewer')).get('/nowhere')).status, 404);
  });
});

describe('each route for each role', () => {
  for (const role of roles) {
    test(role, async () => {
      const visitor = await sample.signedIn(role);
      const token = await sample.webConsole.tokens.make(`of-${role}`, role, 'test');
      for (const key of routeKeys) {
        // They end the session, are for who has none, and go on as long as it does (live-updates.test.ts).
        if (key === 'POST /sign-out' || key === 'POST /sign-in' || key === 'GET /live') continue;
        const { status, body } = await ask(visitor, key, token);
        const needed: Role | 'anyone' = access[key];
        const refused = needed !== 'anyone' && !mayAct(role, needed);
        const forbidden = status === 403 && /Your role does not allow this/.test(body);
        assert.equal(forbidden, refused, `${role}, ${key}: ${status}`);
        assert.notEqual(status, 500, `${role}, ${key}`);
      }
    });
  }
});

test('whoever may ask for a screen gets it', async () => {
  const visitor = await sample.signedIn('administrator');
  for (const key of routeKeys) {
    const { method, path } = methodAndPath(key);
    if (method !== 'GET' || path.includes(':') || key === 'GET /sign-in' || key === 'GET /live') continue;
    assert.equal((await visitor.get(path)).status, 200, key);
  }
});

test('another method is 404 for a screen, and 405 for the API, which says which one it takes', async () => {
  const visitor = await sample.signedIn('administrator');
  assert.equal((await visitor.send({ method: 'DELETE', url: '/people' })).status, 404);
  const authorization = `Bearer ${sample.server.token}`;
  const { status, headers } = await visitor.send({
    method: 'DELETE',
    url: '/api/enrollments',
    headers: { authorization },
  });
  assert.deepEqual([status, headers.allow], [405, 'GET']);
});
