import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { QueueAccess } from './queue-access.ts';
import { queueAddress } from './queue-address.ts';

const secret = 'p4ss';

const places: readonly [url: string, kind: string, place: string][] = [
  [`postgres://load:${secret}@db.example.com/fleet`, 'postgres', 'PostgreSQL at db.example.com:5432, database fleet'],
  ['postgresql://db:6432/fleet', 'postgres', 'PostgreSQL at db:6432, database fleet'],
  [`redis://:${secret}@cache.example.com:6380/2`, 'redis', 'Redis at cache.example.com:6380, database 2'],
  ['rediss://cache', 'redis', 'Redis at cache:6379, database 0'],
];
for (const [url, kind, place] of places) {
  test(`${place}: the queue is named without its password`, () => {
    const address = queueAddress(url);
    assert.deepEqual([address.kind, address.place], [kind, place]);
  });
}

const refused: readonly [url: string, seen: RegExp][] = [
  [`amqp://load:${secret}@mq`, /seen the scheme «amqp»/],
  [`load:${secret}@db`, /seen no scheme/],
  [`redis://:${secret}@cache/fleet`, /a URL of Redis with other parts/],
  [`redis://:${secret}@`, /a URL of Redis that cannot be read/],
];
for (const [url, seen] of refused) {
  test(`a queue at «${url.replace(secret, '…')}» is refused with what is expected, and without its password`, () => {
    assert.throws(
      () => queueAddress(url),
      (error) =>
        error instanceof MusterError &&
        error.code === 'settings-invalid' &&
        /postgres:\/\/USER@HOST.*redis:\/\/HOST/.test(error.message) &&
        seen.test(error.message) &&
        !error.message.includes(secret),
    );
  });
}

for (const scheme of ['redis', 'postgres']) {
  test(`a queue at which nobody listens (${scheme}) is named, without its password`, async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    await new Promise((resolve) => server.close(resolve));
    const url = `${scheme}://load:${secret}@127.0.0.1:${address.port}/0`;
    await assert.rejects(
      QueueAccess.open(queueAddress(url), () => {}),
      (error) =>
        error instanceof MusterError &&
        /127\.0\.0\.1:\d+, database 0: connect ECONNREFUSED .*there is no queue/.test(error.message) &&
        !error.message.includes(secret),
    );
  });
}
