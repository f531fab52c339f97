import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Transaction } from '../enrollment/states.ts';
import { testCertificateContract } from './certificate-contract.ts';
import { certificate, current, drop, isSpent, keep, transaction } from './sample-records.ts';
import type { NonceClaim, Records, Store } from './store.ts';

/** What every store must do, whatever it is made of. `open` gives a new, empty one. */
export function testStoreContract(name: string, open: () => Promise<Store>): void {
  testCertificateContract(name, open);

  describe(`${name}: transactions`, () => {
    test('a device has none at first; what a change keeps is found by its device and its id, and listed', async () => {
      const store = await open();
      assert.equal(await store.find('one'), undefined);
      assert.equal(await current(store, 'gw1.example.com'), undefined);
      assert.deepEqual(await store.list(), []);
      await keep(store, transaction());
      assert.deepEqual(await store.find('one'), transaction());
      assert.deepEqual(await current(store, 'gw1.example.com'), transaction());
      assert.equal(await current(store, 'gw2.example.com'), undefined);
      assert.deepEqual(await store.list(), [transaction()]);
    });

    test('a replaced or dropped transaction is found no more', async () => {
      const store = await open();
      await keep(store, transaction({ reason: 'none', notAfter: 5, certificate: Uint8Array.of(1) }));
      await keep(store, transaction({ id: 'two' }));
      assert.equal(await store.find('one'), undefined);
      assert.deepEqual(await store.find('two'), transaction({ id: 'two' }));
      await drop(store, 'gw1.example.com');
      assert.equal(await store.find('two'), undefined);
      assert.deepEqual(await store.list(), []);
    });

    test('a list begins with the oldest request, and may be of one state', async () => {
      const store = await open();
      await keep(store, transaction({ id: 'b', device: 'b', requestedAt: 2, state: 'rejected' }));
      await keep(store, transaction({ id: 'a', device: 'a', requestedAt: 3 }));
      await keep(store, transaction({ id: 'c', device: 'c', requestedAt: 1 }));
      const ids = async (state?: Transaction['state']) => (await store.list(state)).map(({ id }) => id);
      assert.deepEqual(await ids(), ['c', 'b', 'a']);
      assert.deepEqual(await ids('rejected'), ['b']);
      assert.deepEqual(await ids('issued'), []);
    });

    test('they are counted by state', async () => {
      const store = await open();
      assert.deepEqual(await store.count(), {});
      for (const device of ['a', 'b', 'c']) await keep(store, transaction({ id: device, device }));
      await keep(store, transaction({ id: 'a', device: 'a', state: 'rejected' }));
      assert.deepEqual(await store.count(), { pending: 2, rejected: 1 });
    });

    test('bytes come back as they were', async () => {
      const store = await open();
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await keep(store, transaction({ state: 'issued', pkcs10: bytes, certificate: bytes, notAfter: 5 }));
      const found = await store.find('one');
      assert.deepEqual(found?.certificate, bytes);
      assert.deepEqual(found?.pkcs10, bytes);
    });
  });

  describe(`${name}: changes`, () => {
    test('one that throws changes nothing', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      await keep(store, transaction());
      const failing = store.atomically(async (records) => {
        await records.claimNonce('00', { device: 'a', digest: 'd1' });
        await records.claimKey('AA', 'a');
        await records.useChallenge('N', 'd1', 1);
        await records.keep('gw1.example.com', transaction({ id: 'two', state: 'issued' }), certificate());
        await records.keep('gw2.example.com', transaction({ id: 'three', device: 'gw2.example.com' }));
        throw new Error('no');
      });
      await assert.rejects(failing, /^Error: no$/);
      assert.deepEqual(await store.list(), [transaction()]);
      assert.equal(await store.find('two'), undefined);
      assert.deepEqual(await store.listCertificates(), []);
      assert.equal(await isSpent(store, 'd1'), false);
      const left = await store.atomically(async (records) => [
        (await records.claimNonce('00', { device: 'b', digest: 'd2' })).device,
        await records.claimKey('AA', 'b'),
        await records.useChallenge('N', 'd2', 1),
      ]);
      assert.deepEqual(left, ['b', 'b', 'accepted']);
    });

    test('a hundred changes of one device at once run one after the other', async () => {
      const store = await open();
      const count = async (records: Records): Promise<void> => {
        const before = await records.transactionOf('gw1.example.com');
        await records.keep('gw1.example.com', transaction({ requestedAt: (before?.requestedAt ?? 0) + 1 }));
      };
      await Promise.all(Array.from({ length: 100 }, () => store.atomically(count)));
      assert.equal((await store.find('one'))?.requestedAt, 100);
    });

    test('changes of many devices at once do not hinder one another', async () => {
      const store = await open();
      const devices = Array.from({ length: 40 }, (_, i) => `gw${i}`);
      await Promise.all(
        devices.map((device) =>
          store.atomically(async (records) => {
            await records.claimNonce(device, { device, digest: device });
            await records.claimKey(device, device);
            assert.equal(await records.transactionOf(device), undefined);
            const next = transaction({ id: device, device, digest: device, state: 'issued' });
            await records.keep(device, next, certificate({ serial: device, device }));
          }),
        ),
      );
      assert.equal((await store.list('issued')).length, 40);
      assert.equal((await store.listCertificates()).length, 40);
    });
  });

  describe(`${name}: spent PKCS#10s`, () => {
    test('are those of transactions that were kept as issued, and stay so', async () => {
      const store = await open();
      await keep(store, transaction());
      assert.equal(await isSpent(store, 'd1'), false);
      await keep(store, transaction({ state: 'rejected' }));
      assert.equal(await isSpent(store, 'd1'), false);
      await keep(store, transaction({ state: 'issued' }));
      assert.equal(await isSpent(store, 'd1'), true);
      await keep(store, transaction({ id: 'two', digest: 'd2' }));
      assert.equal(await isSpent(store, 'd1'), true);
      assert.equal(await isSpent(store, 'd2'), false);
    });

    test('are known to the change that is next in line for the device', async () => {
      const store = await open();
      let held = false;
      const issuing = store.atomically(async (records) => {
        await records.transactionOf('gw1.example.com');
        held = true;
        await records.keep('gw1.example.com', transaction({ state: 'issued' }));
      });
      const seeing = store.atomically(async (records) => {
        const first = !held;
        await records.transactionOf('gw1.example.com');
        return first || (await records.isSpent('d1'));
      });
      await issuing;
      assert.equal(await seeing, true);
    });
  });

  describe(`${name}: claims`, () => {
    const claimNonce = (store: Store, nonce: string, claim: NonceClaim) =>
      store.atomically((records) => records.claimNonce(nonce, claim));
    const claimKey = (store: Store, key: string, device: string) =>
      store.atomically((records) => records.claimKey(key, device));

    test('the first claim of a nonce stands', async () => {
      const store = await open();
      const first = { device: 'a', digest: 'd1' };
      assert.deepEqual(await claimNonce(store, '00', first), first);
      assert.deepEqual(await claimNonce(store, '00', { device: 'a', digest: 'd2' }), first);
      assert.deepEqual(await claimNonce(store, '00', { device: 'b', digest: 'd1' }), first);
      assert.deepEqual(await claimNonce(store, '01', { device: 'b', digest: 'd2' }), { device: 'b', digest: 'd2' });
    });

    test('the first device with a key keeps it', async () => {
      const store = await open();
      assert.equal(await claimKey(store, 'AA', 'a'), 'a');
      assert.equal(await claimKey(store, 'AA', 'b'), 'a');
      assert.equal(await claimKey(store, 'BB', 'b'), 'b');
    });

    test('of fifty claims at once, one wins, and all are told which', async () => {
      const store = await open();
      const names = Array.from({ length: 50 }, (_, i) => `gw${i}`);
      const told = await Promise.all(names.map((name) => claimKey(store, 'AA', name)));
      assert.equal(new Set(told).size, 1);
      const nonces = await Promise.all(names.map((device) => claimNonce(store, '00', { device, digest: 'd' })));
      assert.equal(new Set(nonces.map(({ device }) => device)).size, 1);
    });
  });

  describe(`${name}: challenges`, () => {
    const use = (store: Store, nonce: string, digest: string, now: number) =>
      store.atomically((records) => records.useChallenge(nonce, digest, now));

    test('one that was given may be used; another one is unknown', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      assert.equal(await use(store, 'M', 'd1', 500), 'unknown');
      assert.equal(await use(store, 'N\0', 'd1', 500), 'unknown');
      assert.equal(await use(store, 'N', 'd1', 500), 'accepted');
    });

    test('one serves one PKCS#10, as often as that is sent', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      assert.equal(await use(store, 'N', 'd1', 1), 'accepted');
      assert.equal(await use(store, 'N', 'd2', 2), 'used');
      assert.equal(await use(store, 'N', 'd1', 3), 'accepted');
    });

    test('of fifty PKCS#10s at once one is served', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      const told = await Promise.all(Array.from({ length: 50 }, (_, i) => use(store, 'N', `d${i}`, 1)));
      assert.deepEqual(told.toSorted(), ['accepted', ...Array<string>(49).fill('used')]);
    });

    test('one expires after its last millisecond', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      await store.giveChallenge('M', 1_000, 0);
      assert.equal(await use(store, 'N', 'd1', 1_000), 'accepted');
      assert.equal(await use(store, 'M', 'd2', 1_001), 'expired');
    });

    test('one that was used in time is accepted after its end, whatever was given since', async () => {
      const store = await open();
      await store.giveChallenge('N', 1_000, 0);
      assert.equal(await use(store, 'N', 'd1', 1_000), 'accepted');
      for (let i = 0; i < 80; i++) await store.giveChallenge(`later ${i}`, 10_000, 5_000);
      assert.equal(await use(store, 'N', 'd1', 5_000), 'accepted');
      assert.equal(await use(store, 'N', 'd2', 5_000), 'used');
    });

    test('giving others does not cost one that is still valid, and those that expired are forgotten', async () => {
      const store = await open();
      for (let i = 0; i < 10; i++) await store.giveChallenge(`old ${i}`, 10, i);
      for (let i = 0; i < 200; i++) await store.giveChallenge(`N${i}`, 1_000 + i, 100 + i);
      assert.equal(await use(store, 'old 0', 'd0', 300), 'unknown');
      assert.equal(await use(store, 'N0', 'd1', 1_000), 'accepted');
    });
  });
}
