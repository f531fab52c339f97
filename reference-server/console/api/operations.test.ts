import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { enrollmentOf, fleet, fleetConfiguration } from '../../sample-server.ts';
import { createSampleConsole } from '../sample-console.ts';
import type { Schema } from './operation.ts';

const text = `${fleetConfiguration}routing enabled\nroute north "+1 404..." gw2.example.com 75 gw1.example.com 25\nlicense "KEY-OF-OURS"\n`;
const sample = await createSampleConsole({ approval: 'auto', configuration: { text, fileName: 'fleet.conf' } });
after(() => sample.stop());
const { server, webConsole, clock } = sample;
const token = await webConsole.tokens.make('test', 'administrator', 'ada');
const viewer = await webConsole.tokens.make('viewer', 'viewer', 'ada');

type Json = Record<string, unknown>;

async function call(method: 'GET' | 'POST', url: string, body?: unknown, of = token) {
  const answer = await sample.visitor().send({
    method,
    url,
    headers: { authorization: `Bearer ${of}` },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: answer.status, json: JSON.parse(answer.body) as Json };
}

const described = (await call('GET', '/api/openapi.json')).json.paths as Record<string, Record<string, Schema>>;

/** Where a value is not what its schema says: a property that is missing, or that nobody described. */
function objections(value: unknown, schema: Schema, at = ''): string[] {
  const {
    type,
    properties = {},
    required = [],
    items,
  } = schema as {
    type?: string;
    properties?: Record<string, Schema>;
    required?: string[];
    items?: Schema;
  };
  if (type === 'array') {
    if (!Array.isArray(value)) return [`${at}: no list`];
    return value.flatMap((one, index) => objections(one, items ?? {}, `${at}[${index}]`));
  }
  if (type !== 'object' || Object.keys(properties).length === 0) return [];
  const names = Object.keys(Object(value));
  const open = at.endsWith('.event');
  return [
    ...required.filter((name) => !names.includes(name)).map((name) => `${at}.${name} is missing`),
    ...names.filter((name) => !open && !(name in properties)).map((name) => `${at}.${name} is not described`),
    ...names.flatMap((name) => objections((value as Json)[name], properties[name] ?? {}, `${at}.${name}`)),
  ];
}

function expectAsDescribed(method: string, template: string, json: Json): void {
  const operation = described[template]?.[method.toLowerCase()] as Json;
  const { content } =
    (operation.responses as Record<string, { content: Record<string, { schema: Schema }> }>)['200'] ?? {};
  const schema = content?.['application/json']?.schema ?? assert.fail(template);
  assert.deepEqual(objections(json, schema), [], `${method} ${template}`);
}

async function done(
  method: 'GET' | 'POST',
  template: string,
  params: Record<string, string> = {},
  body?: unknown,
  query = '',
) {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const { status, json } = await call(method, `${path}${query}`, body);
  assert.equal(status, 200, `${method} ${template}: ${JSON.stringify(json)}`);
  expectAsDescribed(method, template, json);
  return json;
}

const message = await enrollmentOf(fleet.gateway);
await server.engine.answer(message, '192.0.2.9:4');
await server.calls.addAuthorization({
  transactionId: '9001',
  at: clock.now().getTime(),
  device: 'gw1.example.com',
  group: 'north',
  calledNumber: '14045550100',
  destinations: ['gw2.example.com'],
  from: '192.0.2.9:4',
});
await server.journal?.flush();

describe('what the screens show, the API tells', () => {
  for (const template of [
    '/api/overview',
    '/api/enrollments',
    '/api/devices',
    '/api/groups',
    '/api/certificates',
    '/api/authority',
    '/api/authority/crl',
    '/api/configuration',
    '/api/configuration/backups',
    '/api/routes',
    '/api/authorizations',
    '/api/usage',
    '/api/journal',
    '/api/journal/verification',
    '/api/faults',
    '/api/people',
    '/api/tokens',
  ]) {
    test(`${template}, as it is described`, async () => {
      await done('GET', template);
    });
  }

  test('a device with its certificates, and one of them', async () => {
    const device = await done('GET', '/api/devices/{name}', { name: 'GW1.example.com' });
    assert.equal(device.standing, 'live');
    const [certificate] = device.certificates as Json[];
    const serial = String(certificate?.serial);
    assert.deepEqual(await done('GET', '/api/certificates/{serial}', { serial }), certificate);
    assert.equal((await call('GET', '/api/devices/nowhere')).status, 404);
    assert.equal((await call('GET', '/api/certificates/00')).status, 404);
  });

  test('lists are of a group, of a page, and of no more than so many', async () => {
    const of = async (query: string) =>
      ((await call('GET', `/api/devices?${query}`)).json.devices as Json[]).map(({ name }) => name);
    assert.deepEqual(await of('group=south'), ['gw.example.org']);
    assert.deepEqual(await of('limit=1&page=2'), ['gw2.example.com']);
    await server.configurationKeeper.flush();
    assert.deepEqual(await of('show=enrolled'), ['GW1.example.com']);
    assert.equal((await call('GET', '/api/devices?limit=0')).status, 400);
  });

  test('where a call goes, and why', async () => {
    const query = `?${new URLSearchParams({ group: 'north', number: '+1 404 555 0100' })}`;
    const { line, destinations } = await done('GET', '/api/routes/test', {}, undefined, query);
    assert.equal(line, 11);
    assert.deepEqual(
      (destinations as Json[]).map(({ share }) => share),
      [0.75, 0.25],
    );
  });
});

describe('what the screens do, the API does, under the name of its token', () => {
  test('a device is disabled and enabled', async () => {
    const name = 'gw2.example.com';
    assert.equal((await done('POST', '/api/devices/{name}/disable', { name })).enabled, false);
    assert.equal(server.configuration.devices.get(name)?.enabled, false);
    await done('POST', '/api/devices/{name}/enable', { name });
    assert.ok(sample.events.some(({ event, by }) => event.event === 'configuration-changed' && by === 'token:test'));
  });

  test('a rule is set and taken back', async () => {
    await done('POST', '/api/groups/approval', {}, { group: 'north', approval: 'manual' });
    assert.equal(await webConsole.rules.of('north'), 'manual');
    await done('POST', '/api/groups/approval', {}, { group: 'north', approval: null });
    assert.equal(await webConsole.rules.of('north'), undefined);
  });

  test('the configuration is checked, written on what it was based on, and restored', async () => {
    const { text: shown, basis } = await done('GET', '/api/configuration');
    const { problems } = await done('POST', '/api/configuration/check', {}, { text: `${shown}nonsense\n` });
    assert.deepEqual(
      (problems as Json[]).map(({ line }) => line),
      [13],
    );
    const bad = await call('POST', '/api/configuration', { text: `${shown}nonsense\n` });
    assert.deepEqual([bad.status, bad.json.error], [400, 'config-invalid']);
    assert.match(String(bad.json.message), /fleet\.conf:13:1: unknown item/);
    await done('POST', '/api/configuration', {}, { text: `${shown}group new\n`, basedOn: basis });
    assert.ok(server.configuration.groups.has('new'));
    const late = await call('POST', '/api/configuration', { text: String(shown), basedOn: basis });
    assert.deepEqual([late.status, late.json.error], [409, 'config-conflict']);
    const [backup] = (await done('GET', '/api/configuration/backups')).backups as Json[];
    const name = String(backup?.name);
    await done('GET', '/api/configuration/backups/{name}', { name });
    await done('POST', '/api/configuration/backups/{name}/restore', { name });
    assert.ok(!server.configuration.groups.has('new'));
  });

  test('a viewer’s token sees no license key', async () => {
    assert.match(String((await call('GET', '/api/configuration')).json.text), /KEY-OF-OURS/);
    const seen = await call('GET', '/api/configuration', undefined, viewer);
    assert.equal(seen.status, 200);
    assert.doesNotMatch(JSON.stringify(seen.json), /KEY-OF-OURS/);
  });

  test('a certificate is revoked, and another CA is made', async () => {
    const [certificate] = (await done('GET', '/api/certificates')).certificates as Json[];
    const serial = String(certificate?.serial);
    const revoked = await done('POST', '/api/certificates/{serial}/revoke', { serial }, { reason: 'superseded' });
    assert.equal(revoked.standing, 'revoked');
    assert.equal((await call('POST', `/api/certificates/${serial}/revoke`, { reason: 'mood' })).status, 400);
    const { sha256 } = server.fingerprints;
    assert.notEqual((await done('POST', '/api/authority/rotate')).sha256, sha256);
  });

  test('a fault is begun and ended', async () => {
    const { id } = await done(
      'POST',
      '/api/faults',
      {},
      { fault: 'issues-twice', device: 'gw1.example.com', seconds: 60 },
    );
    assert.equal(server.faults.list().length, 1);
    await done('POST', '/api/faults/{id}/end', { id: String(id) });
    assert.equal(server.faults.list().length, 0);
    assert.equal((await call('POST', '/api/faults', { fault: 'issues-twice', seconds: 1e9 })).status, 400);
  });

  test('people and tokens come and go', async () => {
    await done('POST', '/api/people', {}, { name: 'eve', role: 'viewer', password: 'a long password' });
    await done('POST', '/api/people/{name}/role', { name: 'eve' }, { role: 'approver' });
    await done('POST', '/api/people/{name}/password', { name: 'eve' }, { password: 'another long one' });
    assert.equal((await webConsole.people.verify('eve', 'another long one'))?.role, 'approver');
    await done('POST', '/api/people/{name}/remove', { name: 'eve' });
    assert.equal(await webConsole.people.find('eve'), undefined);
    const { token: made } = await done('POST', '/api/tokens', {}, { name: 'made', role: 'viewer' });
    assert.equal((await call('GET', '/api/overview', undefined, String(made))).status, 200);
    await done('POST', '/api/tokens/{name}/revoke', { name: 'made' });
    assert.equal((await call('GET', '/api/overview', undefined, String(made))).status, 401);
    assert.equal(
      (await call('POST', '/api/people', { name: 'eve' })).status,
      400,
      'a body with less than is asked for',
    );
  });
});
