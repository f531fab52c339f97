import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { createOperator } from './operator.ts';

const token = 't0ken-of-the-test';
const calls: string[] = [];
let enrollments: unknown[] = [];
let status = 200;

const json = (code: number, value: unknown): HttpAnswer => {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return { status: code, headers: { 'content-length': String(body.length) }, body };
};
const server = createHttpServer(async ({ method, path, headers, body }) => {
  calls.push(`${method} ${path}${method === 'POST' ? ` ${Buffer.from(body).toString()}` : ''}`);
  if (headers.authorization !== `Bearer ${token}`) return json(401, { error: 'who are you' });
  return json(status, path.startsWith('/api/enrollments') && method === 'GET' ? { enrollments } : {});
});
const url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`;
after(() => close(server));

const row = (id: string, device: string) => ({
  id,
  device,
  state: 'pending',
  requestedAt: '2026-01-01T00:00:00Z',
  fingerprint: 'AB:CD',
  from: '127.0.0.1:1',
});

const operator = createOperator({ url, token, clock: new ManualClock(new Date()) });
const isBroken = (error: unknown): boolean =>
  error instanceof MusterError && error.code === 'bench-broken' && !error.message.includes(token);

beforeEach(() => {
  calls.length = 0;
  enrollments = [row('7', 'other.example.com'), row('a/b', 'Gateway.example.com')];
  status = 200;
});

test('lists, approves, rejects and reloads', async () => {
  assert.deepEqual(await operator.list(), enrollments);
  await operator.list('pending');
  await operator.approve('7');
  await operator.reject('7', 'not ours');
  await operator.reload();
  assert.deepEqual(calls, [
    'GET /api/enrollments',
    'GET /api/enrollments?state=pending',
    'POST /api/enrollments/7/approve {}',
    'POST /api/enrollments/7/reject {"reason":"not ours"}',
    'POST /api/reload {}',
  ]);
});

test('approves the next request of a device, its name without case', async () => {
  assert.equal((await operator.approveNext('gateway.EXAMPLE.com')).id, 'a/b');
  assert.equal(calls.at(-1), 'POST /api/enrollments/a%2Fb/approve {}');
});

test('gives up waiting after a time', async () => {
  await assert.rejects(operator.approveNext('absent.example.com', 1), isBroken);
  assert.ok(calls.length > 5 && calls.length < 15);
});

test('a wrong token, an error, a strange answer and a closed port are the bench, not a finding', async () => {
  await assert.rejects(createOperator({ url, token: 'wrong' }).list(), isBroken);
  enrollments = [{ id: '1' }];
  await assert.rejects(operator.list(), isBroken);
  status = 500;
  await assert.rejects(operator.reload(), isBroken);
  await assert.rejects(createOperator({ url: 'http://127.0.0.1:1', token }).list(), isBroken);
});
