import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createSampleConsole } from './sample-console.ts';

const sample = await createSampleConsole();
after(() => sample.stop());
const { clock, webConsole, password } = sample;
const sessionCookie = [...(await sample.signedIn('viewer')).cookies.keys()][0] ?? '';

describe('forged requests', () => {
  test('a form without its token, or with that of another session, changes nothing', async () => {
    const visitor = await sample.signedIn('administrator');
    const other = await sample.signedIn('administrator');
    const form = { name: 'eve', role: 'administrator', password: 'a long password' };
    const stolen = /name="csrf" value="([^"]+)"/.exec((await other.get('/people')).body)?.[1] ?? '';
    for (const csrf of ['', 'x', stolen]) {
      const { status, body } = await visitor.submit('/people', new URLSearchParams({ ...form, csrf }));
      assert.equal(status, 403);
      assert.match(body, /too old, or not ours/);
    }
    assert.equal(await webConsole.people.find('eve'), undefined);
    assert.equal((await visitor.post('/people', form, '/people')).status, 303, 'the control');
    assert.equal((await webConsole.people.find('eve'))?.role, 'administrator');
    await webConsole.people.remove('eve');
  });

  test('the sign-in form has a token too', async () => {
    const { status } = await sample.visitor().submit('/sign-in', new URLSearchParams({ name: 'ada', password }));
    assert.equal(status, 403);
  });

  test('a page of another site is refused, whatever it knows', async () => {
    const visitor = await sample.signedIn('viewer');
    const csrf = /name="csrf" value="([^"]+)"/.exec((await visitor.get('/account')).body)?.[1] ?? '';
    const send = (origin: string) => visitor.submit('/theme', new URLSearchParams({ csrf, theme: 'dark' }), { origin });
    for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1:5080', 'http://127.0.0.1:5081']) {
      assert.equal((await send(origin)).status, 403, origin);
    }
    assert.equal((await send('http://127.0.0.1:5080')).status, 303, 'the control');
  });

  test('a browser does not write by the API, though it is signed in', async () => {
    const visitor = await sample.signedIn('administrator');
    assert.equal((await visitor.send({ method: 'POST', url: '/api/reload' })).status, 401);
    assert.equal((await visitor.get('/api/openapi.json')).status, 200);
  });

  test('under another name than the loopback address nothing is answered (DNS rebinding)', async () => {
    const visitor = await sample.signedIn('administrator');
    const ask = (host: string) => visitor.get('/', { host });
    for (const host of ['evil.example', 'evil.example:5080', '127.0.0.1.evil.example', 'localhost.', '[::2]:5080']) {
      assert.equal((await ask(host)).status, 421, host);
    }
    for (const host of ['localhost:5080', '127.0.0.1', '[::1]:9999', 'LOCALHOST']) {
      assert.equal((await ask(host)).status, 200, host);
    }
  });
});

describe('sessions', () => {
  test('the id is another one after the sign-in: a planted one opens nothing (fixation)', async () => {
    const attacker = sample.visitor();
    await attacker.get('/sign-in');
    const planted = attacker.cookies.get(sessionCookie) ?? assert.fail('the sign-in page begins a session');
    const victim = sample.visitor();
    victim.cookies.set(sessionCookie, planted);
    await victim.signIn('ada', password);
    assert.notEqual(victim.cookies.get(sessionCookie), planted);
    assert.equal((await victim.get('/')).status, 200);
    assert.equal((await attacker.get('/')).status, 303);
  });

  test('an id that we did not make, or not quite, is none', async () => {
    const good = (await sample.signedIn('viewer')).cookies.get(sessionCookie) ?? '';
    const [id = '', signature = ''] = good.split('.');
    for (const forged of [id, `${id}.`, `${id}.${signature.slice(0, -1)}x`, `x${good}`, 'constructor', '__proto__']) {
      const visitor = sample.visitor();
      visitor.cookies.set(sessionCookie, forged);
      assert.equal((await visitor.get('/')).status, 303, forged);
    }
  });

  test('the cookie is for this server alone, and for no script', async () => {
    const { headers } = await sample.visitor().get('/sign-in');
    assert.match(String(headers['set-cookie']), /^muster_\w{8}=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test('a session ends when nobody clicks for half an hour; what a page does by itself is no click', async () => {
    const visitor = await sample.signedIn('viewer');
    for (let minutes = 0; minutes < 60; minutes += 20) {
      clock.advance(20 * 60);
      assert.equal((await visitor.get('/')).status, 200);
    }
    clock.advance(20 * 60);
    assert.equal((await visitor.get('/', { 'x-live': '1' })).status, 200);
    clock.advance(11 * 60);
    assert.equal((await visitor.get('/')).status, 303);
  });

  test('a session ends after twelve hours, however busy', async () => {
    const visitor = await sample.signedIn('viewer');
    for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
      assert.equal((await visitor.get('/')).status, 200, `${minutes} minutes`);
      clock.advance(20 * 60);
    }
    clock.advance(1);
    assert.equal((await visitor.get('/')).status, 303);
  });

  test('it is over with the sign-out, also for who kept the cookie', async () => {
    const visitor = await sample.signedIn('viewer');
    const kept = visitor.cookies.get(sessionCookie) ?? '';
    assert.equal((await visitor.post('/sign-out', {})).to, '/sign-in');
    visitor.cookies.set(sessionCookie, kept);
    assert.equal((await visitor.get('/')).status, 303);
  });

  test('another role counts at once, another password ends the other sessions, and removal ends all', async () => {
    await webConsole.people.add('tom', 'administrator', password);
    const [one, two] = [sample.visitor(), sample.visitor()];
    await one.signIn('tom', password);
    await two.signIn('tom', password);
    const ada = await sample.signedIn('administrator');
    await ada.post('/people/tom/role', { role: 'viewer' });
    assert.equal((await one.get('/people')).status, 403);
    const changed = await one.post('/account/password', { old: password, new: 'another long password' });
    assert.equal(changed.to, '/account');
    assert.deepEqual([(await one.get('/')).status, (await two.get('/')).status], [200, 303]);
    await ada.post('/people/tom/remove', {});
    assert.equal((await one.get('/')).status, 303);
  });
});

describe('guessing', async () => {
  const guessed = await createSampleConsole();
  after(() => guessed.stop());
  const wrong = 'a guess of somebody';
  const attempt = async (name: string, guess: string) => {
    const { status, headers, body } = await guessed.visitor().post('/sign-in', { name, password: guess }, '/sign-in');
    return { status, retryAfter: headers['retry-after'], said: /role="alert">.*?<p>(.*?)<\/p>/.exec(body)?.[1] };
  };

  test('after eight wrong passwords the right one must wait too; an unknown name is treated alike', async () => {
    for (const name of ['amy', 'nobody']) {
      for (let count = 0; count < 8; count += 1) {
        const { status, said } = await attempt(name, wrong);
        assert.deepEqual([status, said], [401, 'The name or the password is wrong.'], `${name}, ${count}`);
      }
      const { status, retryAfter, said } = await attempt(name, guessed.password);
      assert.deepEqual([status, retryAfter], [429, '20']);
      assert.equal(said, 'Too many wrong passwords. Come again in 20 seconds.');
    }
    assert.equal((await attempt('vic', guessed.password)).status, 303, 'others are not kept out');
    guessed.clock.advance(20);
    assert.equal((await attempt('amy', guessed.password)).status, 303);
  });

  test('one address has a bound of its own, and after some more nothing is looked at', async () => {
    const seen = new Map<number, number>();
    for (let count = 0; count < 60; count += 1) {
      const { status } = await attempt(`name${count}`, wrong);
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
    assert.deepEqual([...seen.keys()].sort(), [401, 429]);
    assert.ok((seen.get(429) ?? 0) >= 20, JSON.stringify([...seen]));
  });

  test('no password is in the journal', () => {
    assert.doesNotMatch(JSON.stringify(guessed.events), new RegExp(`${guessed.password}|${wrong}`));
    assert.ok(guessed.events.some(({ event }) => event.event === 'sign-in-refused'));
  });
});

describe('paths', () => {
  test('none leads to a file', async () => {
    const visitor = await sample.signedIn('administrator');
    for (const path of [
      '/assets/../console.ts',
      '/assets/%2e%2e/console.ts',
      '/assets/..%2f..%2fpackage.json',
      '/assets/....//console.ts',
      '/assets/%2e%2e%5cconsole.ts',
      '/assets/console.css%00.ts',
      '/assets//etc/passwd',
      '/assets',
      '/assets/',
      '//etc/passwd',
      '/approvals/..%2f..%2fetc%2fpasswd',
      '/%',
    ]) {
      const { status, body } = await visitor.get(path);
      assert.ok(status === 404 || status === 400, `${path}: ${status}`);
      assert.doesNotMatch(body, /import |"name": "muster"|root:/, path);
    }
  });

  test('the sign-in leads back to a path of ours and nowhere else', async () => {
    for (const [next, expected] of [
      ['/approvals?page=2', '/approvals?page=2'],
      ['//evil.example', '/'],
      ['/\\evil.example', '/'],
      ['https://evil.example', '/'],
      ['javascript:alert(1)', '/'],
      ['/\t/evil.example', '/'],
      ['/sign-out', '/'],
    ] as const) {
      const visitor = sample.visitor();
      const page = `/sign-in?next=${encodeURIComponent(next)}`;
      const shown = /name="next" value="([^"]*)"/.exec((await visitor.get(page)).body)?.[1];
      assert.equal(shown?.replaceAll('&#61;', '='), expected, next);
      const { to } = await visitor.post('/sign-in', { name: 'vic', password, next }, page);
      assert.equal(to, expected, next);
    }
  });
});

test('pages load what this server serves and nothing else, and stand in no frame', async () => {
  const { headers } = await sample.visitor().get('/sign-in');
  const policy = String(headers['content-security-policy']);
  assert.match(policy, /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  assert.deepEqual(
    [headers['x-frame-options'], headers['x-content-type-options'], headers['cache-control']],
    ['DENY', 'nosniff', 'no-store'],
  );
  const page = (await (await sample.signedIn('administrator')).get('/people')).body;
  assert.doesNotMatch(page, /<script>|\son\w+=|style="|javascript:/i);
});
