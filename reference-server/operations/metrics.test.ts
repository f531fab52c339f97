import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpRequest } from '#protocol/http.ts';
import { Metrics } from './metrics.ts';
import { operationsResponder } from './operations-responder.ts';

const sources = {
  enrollments: async () => ({ pending: 2, issued: 5 }),
  connections: async () => 7,
  expiries: () => ({ tls: 1_800_000_000 }),
};
const request = (path: string, method = 'GET', secure = false): HttpRequest => ({
  method,
  path,
  secure,
  headers: {},
  body: Buffer.of(),
  from: '192.0.2.1:5',
});

/** The value of each series, by its name with its labels. */
async function read(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const { text } = await metrics.exposition();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

describe('metrics', () => {
  test('count what happened, by event and status', async () => {
    const metrics = new Metrics(sources);
    metrics.count({ event: 'issued', device: 'gw1' });
    for (let i = 0; i < 3; i++) metrics.count({ event: 'refused', status: 3, device: `gw${i}`, from: `192.0.2.${i}` });
    const series = await read(metrics);
    assert.equal(series.get('muster_events_total{event="issued",status=""}'), 1);
    assert.equal(series.get('muster_events_total{event="refused",status="3"}'), 3);
    for (const name of series.keys()) assert.doesNotMatch(name, /gw\d|192\.0\.2/);
  });

  test('time each answer by transport and code', async () => {
    const metrics = new Metrics(sources);
    const respond = metrics.timed(async ({ path }) => ({
      status: Number(path.slice(1)),
      headers: {},
      body: Buffer.of(),
    }));
    for (const status of [200, 200, 403]) await respond(request(`/${status}`, 'POST', status === 200));
    const series = await read(metrics);
    assert.equal(series.get('muster_request_duration_seconds_count{transport="tls",code="200"}'), 2);
    assert.equal(series.get('muster_request_duration_seconds_count{transport="cleartext",code="403"}'), 1);
  });

  test('ask the server for what it holds, at each reading', async () => {
    let pending = 1;
    const metrics = new Metrics({ ...sources, enrollments: async () => (pending > 0 ? { pending } : {}) });
    assert.equal((await read(metrics)).get('muster_enrollments{state="pending"}'), 1);
    pending = 0;
    const series = await read(metrics);
    assert.equal(series.has('muster_enrollments{state="pending"}'), false);
    assert.equal(series.get('muster_connections'), 7);
    assert.equal(series.get('muster_certificate_expiry_timestamp_seconds{certificate="tls"}'), 1_800_000_000);
    assert.ok((series.get('process_resident_memory_bytes') ?? 0) > 0);
  });

  test('say whether the configuration on the disk is the one in force', async () => {
    const metrics = new Metrics(sources);
    const inForce = async () => (await read(metrics)).get('muster_configuration_reload_successful');
    assert.equal(await inForce(), 1);
    metrics.count({ event: 'reload-failed' });
    assert.equal(await inForce(), 0);
    metrics.count({ event: 'reloaded' });
    assert.equal(await inForce(), 1);
  });
});

describe('what watches a server asks', () => {
  const failing: { why: string | undefined } = { why: undefined };
  const respond = operationsResponder(new Metrics(sources), {
    listeners: async () => undefined,
    store: async () => {
      if (failing.why) throw new Error(failing.why);
      return undefined;
    },
  });
  const ask = async (path: string, method?: string) => {
    const { status, body, headers } = await respond(request(path, method));
    return { status, text: Buffer.from(body).toString(), headers };
  };

  test('for metrics, and gets the text format', async () => {
    const { status, text, headers } = await ask('/metrics?x=1');
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(text, /^# HELP muster_events_total /m);
  });

  test('whether it can serve: 503 and the reason while it cannot, though it is alive', async () => {
    assert.deepEqual(await ask('/readyz').then(({ status, text }) => [status, text]), [
      200,
      'listeners: ok\nstore: ok\n',
    ]);
    failing.why = 'connection refused';
    const { status, text } = await ask('/readyz');
    assert.deepEqual([status, text], [503, 'listeners: ok\nstore: connection refused\n']);
    assert.equal((await ask('/healthz')).status, 200);
  });

  test('nothing else', async () => {
    assert.equal((await ask('/')).status, 404);
    assert.equal((await ask('/constructor')).status, 404);
    assert.equal((await ask('/metrics', 'POST')).status, 405);
  });
});
