import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Database } from '../store/database.ts';
import { type Authorization, CallStore, type UsageRecord } from './call-store.ts';

const authorization: Authorization = {
  transactionId: '9223372036854775807',
  at: Date.UTC(2026, 10, 23),
  device: 'gw1.example.com',
  group: "it's north",
  calledNumber: '+1 404 555 0100',
  callingNumber: '14048724799',
  destinations: ['gw2.example.com', '192.0.2.7'],
  from: '[::1]:4000',
};

const usage: UsageRecord = {
  digest: 'aa',
  at: Date.UTC(2026, 10, 23),
  device: 'gw1.example.com',
  role: 'source',
  transactionId: '1',
  callId: 'AA==',
  calledNumber: '1678',
  destination: '[10.0.0.1]',
  detail: { amount: 30.5, endTime: new Date('2026-11-23T05:08:34Z'), terminationCause: 16, releaseSource: 'é' },
};

/** What a call store must do on every database. `open` gives one with the schema and nothing in it. */
export function testCallStoreContract(name: string, open: () => Promise<Database>): void {
  const calls = async (): Promise<CallStore> => {
    const database = await open();
    return new CallStore(() => database);
  };

  describe(`${name}: calls`, () => {
    test('what was authorized is found by its transaction, and listed as it was', async () => {
      const store = await calls();
      await store.addAuthorization(authorization);
      assert.deepEqual(await store.findAuthorization(authorization.transactionId), authorization);
      assert.equal(await store.findAuthorization('9223372036854775806'), undefined);
      assert.deepEqual(await store.listAuthorizations(), [{ ...authorization, number: 1 }]);
    });

    test('no two authorizations have the same transaction', async () => {
      const store = await calls();
      await store.addAuthorization(authorization);
      await assert.rejects(store.addAuthorization({ ...authorization, device: 'gw2.example.com' }));
      assert.equal((await store.listAuthorizations()).length, 1);
    });

    test('a record that is there already is not kept again, at once or later', async () => {
      const store = await calls();
      const added = await Promise.all([1, 2, 3].map((at) => store.addUsage({ ...usage, at })));
      assert.deepEqual(added.toSorted(), [false, false, true]);
      assert.equal(await store.addUsage(usage), false);
      assert.equal(await store.addUsage({ ...usage, digest: 'bb' }), true);
      const [second, first] = await store.listUsage();
      assert.deepEqual([first?.detail, second?.digest], [usage.detail, 'bb']);
    });

    test('a listing has the last one first, of a device or a time, and goes on where it ended', async () => {
      const store = await calls();
      for (let i = 1; i <= 5; i++)
        await store.addUsage({ ...usage, digest: String(i), at: 100 * i, device: i % 2 ? 'odd' : 'even' });
      const digests = async (filter: Parameters<CallStore['listUsage']>[0]) =>
        (await store.listUsage(filter)).map(({ digest }) => digest).join('');
      assert.equal(await digests({}), '54321');
      assert.equal(await digests({ device: 'even' }), '42');
      assert.equal(await digests({ from: 200, to: 400 }), '432');
      assert.equal(await digests({ limit: 2 }), '54');
      const [, last] = await store.listUsage({ limit: 2 });
      assert.equal(await digests({ ...(last ? { before: last.number } : {}), limit: 2 }), '32');
      assert.equal(await digests({ device: 'odd', from: 300, limit: 1 }), '5');
    });
  });
}
