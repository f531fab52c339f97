import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Transaction } from '../enrollment/states.ts';
import type { Store } from './store.ts';

function transaction(changes: Partial<Transaction> = {}): Transaction {
  return {
    id: 'one',
    device: 'gw1.example.com',
    state: 'pending',
    nonce: '00ff',
    digest: 'd1',
    pkcs10: Uint8Array.of(0x30, 0x00),
    keyFingerprint: 'AB:CD',
    requestedAt: 1_000,
    from: '192.0.2.1:5',
    ...changes,
  };
}

const keep = (next: Transaction | undefined) => () => ({ next, result: undefined });

/** What every store must do, whatever it is made of. `open` gives a new, empty one. */
export function testStoreContract(name: string, open: () => Promise<Store>): void {
  describe(`${name}: transactions`, () => {
    test('a device has none at first; what a change leaves is found by its id and listed', async () => {
      const store = await open();
      assert.equal(await store.find('one'), undefined);
      assert.deepEqual(await store.list(), []);
      await store.update('gw1.example.com', keep(transaction()));
      assert.deepEqual(await store.find('one'), transaction());
      assert.deepEqual(await store.list(), [transaction()]);
    });

    test('a change is given what the one before left, and its result is returned', async () => {
      const store = await open();
      await store.update('gw1.example.com', keep(transaction()));
      const result = await store.update('gw1.example.com', (current) => ({ next: current, result: current?.id }));
      assert.equal(result, 'one');
      assert.equal(await store.update('gw2.example.com', (current) => ({ next: current, result: current })), undefined);
    });

    test('a replaced or dropped transaction is found no more', async () => {
      const store = await open();
      await store.update('gw1.example.com', keep(transaction()));
      await store.update('gw1.example.com', keep(transaction({ id: 'two' })));
      assert.equal(await store.find('one'), undefined);
      assert.equal((await store.find('two'))?.id, 'two');
      await store.update('gw1.example.com', keep(undefined));
      assert.equal(await store.find('two'), undefined);
      assert.deepEqual(await store.list(), []);
    });

    test('a list may be of one state', async () => {
      const store = await open();
      await store.update('a', keep(transaction({ id: 'a', device: 'a' })));
      await store.update('b', keep(transaction({ id: 'b', device: 'b', state: 'rejected' })));
      assert.deepEqual(
        (await store.list('rejected')).map(({ id }) => id),
        ['b'],
      );
      assert.deepEqual(await store.list('issued'), []);
    });

    test('a change that throws changes nothing', async () => {
      const store = await open();
      await store.update('gw1.example.com', keep(transaction()));
      const failing = store.update('gw1.example.com', () => {
        throw new Error('no');
      });
      await assert.rejects(failing, /no/);
      assert.deepEqual(await store.list(), [transaction()]);
    });

    test('a hundred changes of one device at once run one after the other', async () => {
      const store = await open();
      await Promise.all(
        Array.from({ length: 100 }, () =>
          store.update('gw1.example.com', (current) => ({
            next: transaction({ requestedAt: (current?.requestedAt ?? 0) + 1 }),
            result: undefined,
          })),
        ),
      );
      assert.equal((await store.find('one'))?.requestedAt, 100);
    });

    test('bytes come back as they were', async () => {
      const store = await open();
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const issued = transaction({ state: 'issued', pkcs10: bytes, certificate: bytes, notAfter: 5 });
      await store.update('gw1.example.com', keep(issued));
      const found = await store.find('one');
      assert.deepEqual(Uint8Array.from(found?.certificate ?? []), bytes);
      assert.deepEqual(Uint8Array.from(found?.pkcs10 ?? []), bytes);
    });
  });

  describe(`${name}: spent PKCS#10s`, () => {
    const spent = (store: Store, digest: string, device = 'gw1.example.com') =>
      store.update(device, (current, isSpent) => ({ next: current, result: isSpent(digest) }));

    test('are those of transactions that were kept as issued, and stay so', async () => {
      const store = await open();
      await store.update('gw1.example.com', keep(transaction()));
      assert.equal(await spent(store, 'd1'), false);
      await store.update('gw1.example.com', keep(transaction({ state: 'rejected' })));
      assert.equal(await spent(store, 'd1'), false);
      await store.update('gw1.example.com', keep(transaction({ state: 'issued' })));
      assert.equal(await spent(store, 'd1'), true);
      assert.equal(await spent(store, 'd1', 'gw2.example.com'), true);
      await store.update('gw1.example.com', keep(transaction({ id: 'two', digest: 'd2' })));
      assert.equal(await spent(store, 'd1'), true);
      assert.equal(await spent(store, 'd2'), false);
    });

    test('are known to the change that is next in line', async () => {
      const store = await open();
      const [, seen] = await Promise.all([
        store.update('gw1.example.com', keep(transaction({ state: 'issued' }))),
        spent(store, 'd1'),
      ]);
      assert.equal(seen, true);
    });
  });

  describe(`${name}: authorities`, () => {
    test('with another authority what the former issued is forgotten; what is pending and what is spent stays', async () => {
      const store = await open();
      assert.equal(await store.forgetOtherAuthorities('AA'), 0);
      await store.update('gw1.example.com', keep(transaction({ state: 'issued' })));
      await store.update('gw2.example.com', keep(transaction({ id: 'two', device: 'gw2.example.com', digest: 'd2' })));
      assert.equal(await store.forgetOtherAuthorities('AA'), 0);
      assert.equal((await store.list()).length, 2);
      assert.equal(await store.forgetOtherAuthorities('BB'), 1);
      assert.deepEqual(
        (await store.list()).map(({ id }) => id),
        ['two'],
      );
      assert.equal(await store.find('one'), undefined);
      assert.equal(
        await store.update('gw1.example.com', (_, isSpent) => ({ next: undefined, result: isSpent('d1') })),
        true,
      );
    });
  });

  describe(`${name}: claims`, () => {
    test('the first claim of a nonce stands', async () => {
      const store = await open();
      const first = { device: 'a', digest: 'd1' };
      assert.deepEqual(await store.claimNonce('00', first), first);
      assert.deepEqual(await store.claimNonce('00', { device: 'a', digest: 'd2' }), first);
      assert.deepEqual(await store.claimNonce('00', { device: 'b', digest: 'd1' }), first);
      assert.deepEqual(await store.claimNonce('01', { device: 'b', digest: 'd2' }), { device: 'b', digest: 'd2' });
    });

    test('the first device with a key keeps it', async () => {
      const store = await open();
      assert.equal(await store.claimKey('AA', 'a'), 'a');
      assert.equal(await store.claimKey('AA', 'b'), 'a');
      assert.equal(await store.claimKey('BB', 'b'), 'b');
    });

    test('of fifty claims at once, one wins, and all are told which', async () => {
      const store = await open();
      const claims = Array.from({ length: 50 }, (_, i) => store.claimKey('AA', `gw${i}`));
      assert.equal(new Set(await Promise.all(claims)).size, 1);
    });
  });

  describe(`${name}: challenges`, () => {
    test('one that was given may be used; another one is unknown', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      assert.equal(await store.useChallenge('M', 'd1', 500), 'unknown');
      assert.equal(await store.useChallenge('N', 'd1', 500), 'accepted');
    });

    test('one serves one PKCS#10, as often as that is sent', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      assert.equal(await store.useChallenge('N', 'd1', 1), 'accepted');
      assert.equal(await store.useChallenge('N', 'd2', 2), 'used');
      assert.equal(await store.useChallenge('N', 'd1', 3), 'accepted');
    });

    test('one expires after its last millisecond', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      await store.giveChallenge('M', 1_000, 0);
      assert.equal(await store.useChallenge('N', 'd1', 1_000), 'accepted');
      assert.equal(await store.useChallenge('M', 'd2', 1_001), 'expired');
    });

    test('one that was used in time is accepted after its end, whatever was given since', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      assert.equal(await store.useChallenge('N', 'd1', 1_000), 'accepted');
      for (let i = 0; i < 10; i++) await store.giveChallenge(`later ${i}`, 10_000, 5_000);
      assert.equal(await store.useChallenge('N', 'd1', 5_000), 'accepted');
      assert.equal(await store.useChallenge('N', 'd2', 5_000), 'used');
    });

    test('giving others does not cost one that is still valid', async () => {
      const store = await open();
      for (let i = 0; i < 1_000; i++) await store.giveChallenge(`N${i}`, 1_000 + i, i);
      assert.equal(await store.useChallenge('N0', 'd1', 1_000), 'accepted');
    });
  });
}
