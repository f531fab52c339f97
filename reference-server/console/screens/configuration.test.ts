import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSampleConsole } from '../sample-console.ts';
import type { Visitor } from '../visitor.ts';

const license = 'license "LICENSE-KEY-OF-OURS"';
const text = `${license}\nenroll enabled\ngroup north\ndevice gw1.example.com north enabled\n`;
const sample = await createSampleConsole({ configuration: { text, fileName: 'fleet.conf' } });
after(() => sample.stop());
const { server } = sample;
const keeper = server.configurationKeeper;
const ada = await sample.signedIn('administrator');

function fieldOf(body: string, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? '';
}

async function send(visitor: Visitor, path: string, fields: Record<string, string>) {
  const basedOn = fieldOf((await visitor.get('/configuration')).body, 'basedOn');
  return visitor.post(path, { basedOn, ...fields }, '/configuration');
}

test('errors are told by line and column, the text stays as it was sent, and nothing is written', async () => {
  const sent = text.replace('enroll enabled', 'enroll <b>').replace('device', 'devcie');
  for (const path of ['/configuration/review', '/configuration']) {
    const { status, body } = await send(ada, path, { text: sent });
    assert.equal(status, 422);
    assert.match(body, /href="#L2" data-line="2" data-column="8">Line 2, column 8<\/a>: bad flag/);
    assert.match(body, /Line 4, column 1/);
    assert.match(body, /<span id="L4" class="wrong">✕ 4/);
    assert.match(body, /enroll &#60;b&#62;/);
  }
  assert.equal(keeper.text, text);
});

test('a good change is shown first, with what it does, and written with the second step', async () => {
  const sent = `${text}group south\n`;
  const review = await send(ada, '/configuration/review', { text: sent });
  assert.equal(review.status, 200);
  assert.match(review.body, /<ins><i><\/i><i>5<\/i>\+ group south\n<\/ins>/);
  assert.match(review.body, /1 group more\./);
  assert.equal(keeper.text, text);
  const applied = await send(ada, '/configuration', { text: sent, step: 'apply' });
  assert.deepEqual([applied.status, applied.to], [303, '/configuration']);
  assert.equal(keeper.text, sent);
  assert.ok(sample.events.some(({ event, by }) => event.event === 'configuration-changed' && by === 'ada'));
});

test('back to the editor keeps what was written', async () => {
  const { status, body } = await send(ada, '/configuration', { text: `${text}group mine\n`, step: 'edit' });
  assert.equal(status, 200);
  assert.match(body, /group mine/);
  assert.doesNotMatch(keeper.text, /group mine/);
});

test('who changed the file meanwhile is not overwritten, and the text is not lost', async () => {
  const basedOn = fieldOf((await ada.get('/configuration')).body, 'basedOn');
  await keeper.apply(`${text}group theirs\n`, 'bob');
  const { status, body } = await send(ada, '/configuration', { text: `${text}group mine\n`, basedOn });
  assert.equal(status, 409);
  assert.match(body, /somebody changed it meanwhile/);
  assert.match(body, /group mine/);
  assert.match(keeper.text, /group theirs/);
});

test('the history lists what was replaced, compares it, and restores it', async () => {
  await keeper.apply(`${text}group newest\n`, 'ada');
  const [backup] = await keeper.backups();
  const list = await ada.get('/configuration/history');
  assert.ok(list.body.includes(`/configuration/history/${backup?.name}`));
  const path = `/configuration/history/${backup?.name}`;
  const compared = await ada.get(path);
  assert.match(compared.body, /<ins><i><\/i><i>5<\/i>\+ group theirs\n<\/ins>/);
  await ada.post(`${path}/restore`, {}, path);
  assert.match(keeper.text, /group theirs/);
  for (const name of ['nothing', '..%2F..%2Fetc%2Fpasswd', '%2Fetc%2Fpasswd', '2026-01-01T00-00-00-000Z']) {
    assert.equal((await ada.get(`/configuration/history/${name}`)).status, 404, name);
  }
});

test('a viewer reads, without license keys and without an editor', async () => {
  const vic = await sample.signedIn('viewer');
  const [backup] = await keeper.backups();
  for (const path of ['/configuration', '/configuration/history', `/configuration/history/${backup?.name}`]) {
    const { status, body } = await vic.get(path);
    assert.equal(status, 200);
    assert.doesNotMatch(body, /LICENSE-KEY-OF-OURS|<textarea|Restore/, path);
  }
  assert.match((await ada.get('/configuration')).body, /LICENSE-KEY-OF-OURS/);
  assert.equal((await vic.post('/configuration', { text: '' })).status, 403);
});

test('a file of a hundred thousand lines is shown by pages, and not edited here', async () => {
  const many = Array.from({ length: 30_000 }, (_, i) => `device d${i}.example.com north enabled\n`).join('');
  await keeper.apply(`${text}${many}`, 'ada');
  const { body } = await ada.get('/configuration?page=30');
  assert.match(body, /too many for an editor/);
  assert.match(body, /device d29000\.example\.com/);
  assert.doesNotMatch(body, /<textarea/);
});
