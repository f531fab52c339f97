import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import type { Transaction } from '../enrollment/states.ts';
import type { IssuedCertificate } from './certificates.ts';
import type { NonceClaim, Records, Store } from './store.ts';

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

function certificate(changes: Partial<IssuedCertificate> = {}): IssuedCertificate {
  return {
    serial: '4001',
    device: 'gw1.example.com',
    der: Uint8Array.of(0x30, 0x01),
    keyFingerprint: 'AB:CD',
    authority: 'AA',
    notBefore: 1_000,
    notAfter: 2_000,
    issuedAt: 1_500,
    ...changes,
  };
}

const keep = (store: Store, next: Transaction, issued?: IssuedCertificate) =>
  store.atomically((records) => records.keep(next.device, next, issued));
const drop = (store: Store, device: string) => store.atomically((records) => records.keep(device, undefined));
const current = (store: Store, device: string) => store.atomically((records) => records.transactionOf(device));
const isSpent = (store: Store, digest: string) => store.atomically((records) => records.isSpent(digest));

/** What every store must do, whatever it is made of. `open` gives a new, empty one. */
export function testStoreContract(name: string, open: () => Promise<Store>): void {
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

  describe(`${name}: certificates`, () => {
    test('are kept with the transaction, found by serial number, and listed, the last one first', async () => {
      const store = await open();
      await keep(store, transaction({ state: 'issued' }), certificate());
      const other = certificate({ serial: '4002', device: 'gw2.example.com', authority: 'BB' });
      await keep(store, transaction({ id: 'two', device: 'gw2.example.com', state: 'issued' }), other);
      const third = certificate({ serial: '4003' });
      await keep(store, transaction({ id: 'three', state: 'issued' }), third);
      assert.deepEqual(await store.findCertificate('4001'), certificate());
      assert.equal(await store.findCertificate('4004'), undefined);
      assert.deepEqual(await store.listCertificates(), [third, other, certificate()]);
      assert.deepEqual(await store.listCertificates({ device: 'gw1.example.com' }), [third, certificate()]);
      assert.deepEqual(await store.listCertificates({ authority: 'BB' }), [other]);
      assert.deepEqual(await store.listCertificates({ limit: 2 }), [third, other]);
      assert.deepEqual(await store.listCertificates({ after: '4003', limit: 1 }), [other]);
      assert.deepEqual(await store.listCertificates({ after: '4003', device: 'gw1.example.com' }), [certificate()]);
      assert.deepEqual(await store.listCertificates({ after: '4001' }), []);
      assert.deepEqual(await store.listCertificates({ after: '4004' }), []);
    });

    test('a serial number that is in use is an error, and nothing of that change is kept', async () => {
      const store = await open();
      await keep(store, transaction({ state: 'issued' }), certificate());
      const again = keep(
        store,
        transaction({ id: 'two', device: 'gw2.example.com', digest: 'd2', state: 'issued' }),
        certificate({ device: 'gw2.example.com' }),
      );
      await assert.rejects(
        again,
        (thrown) => thrown instanceof MusterError && thrown.code === 'internal' && /4001/.test(thrown.message),
      );
      assert.equal(await store.find('two'), undefined);
      assert.equal(await isSpent(store, 'd2'), false);
      assert.deepEqual(await store.listCertificates(), [certificate()]);
    });

    test('of twenty changes at once with one serial number, one is kept', async () => {
      const store = await open();
      const settled = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => {
          const device = `gw${i}`;
          return keep(store, transaction({ id: device, device, state: 'issued' }), certificate({ device }));
        }),
      );
      assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await store.list('issued')).length, 1);
    });

    test('the first revocation stands', async () => {
      const store = await open();
      await keep(store, transaction({ state: 'issued' }), certificate());
      await keep(store, transaction({ id: 'two', state: 'issued' }), certificate({ serial: '4002' }));
      const revoked = certificate({ revokedAt: 1_700, revocationReason: "the key's gone" });
      assert.deepEqual(await store.revokeCertificate('4001', "the key's gone", 1_700), revoked);
      assert.deepEqual(await store.revokeCertificate('4001', 'again', 1_800), revoked);
      assert.deepEqual(await store.findCertificate('4001'), revoked);
      assert.equal(await store.revokeCertificate('4009', 'no such', 1_700), undefined);
      assert.deepEqual(await store.listCertificates({ revoked: true }), [revoked]);
      assert.deepEqual(await store.listCertificates({ revoked: false }), [certificate({ serial: '4002' })]);
    });

    test('they are listed and counted by their end: from a moment on, and before another', async () => {
      const store = await open();
      await keep(store, transaction({ state: 'issued' }), certificate());
      const later = certificate({ serial: '4002', notAfter: 3_000 });
      await keep(store, transaction({ id: 'two', state: 'issued' }), later);
      assert.deepEqual(await store.listCertificates({ endsFrom: 2_001 }), [later]);
      assert.deepEqual(await store.listCertificates({ endsFrom: 2_000, endsBefore: 3_000 }), [certificate()]);
      assert.equal(await store.countCertificates({ endsFrom: 2_000, limit: 1, after: '4001' }), 2);
      assert.equal(await store.countCertificates({ endsBefore: 2_000 }), 0);
      assert.equal(await store.countCertificates(), 2);
    });

    test('a device has lapsed when none of its certificates is good any more', async () => {
      const store = await open();
      const give = (device: string, serial: string, changes: Partial<IssuedCertificate> = {}) =>
        keep(store, transaction({ id: serial, device, state: 'issued' }), certificate({ device, serial, ...changes }));
      await give('good', '1');
      await give('renewed', '2', { notAfter: 1_600 });
      await give('renewed', '3');
      await give('expired', '4', { notAfter: 1_799 });
      await give('revoked', '5');
      await store.revokeCertificate('5', 'gone', 1_700);
      assert.deepEqual(await store.lapsedDevices('AA', 1_800), ['expired', 'revoked']);
      assert.deepEqual(await store.lapsedDevices('BB', 1_800), ['expired', 'good', 'renewed', 'revoked']);
      assert.deepEqual(await store.lapsedDevices('AA', 1_000), ['revoked']);
    });
  });

  describe(`${name}: authorities`, () => {
    test('with another authority what the former issued is forgotten; what is pending, spent or a certificate stays', async () => {
      const store = await open();
      assert.equal(await store.forgetOtherAuthorities('AA'), 0);
      await keep(store, transaction({ state: 'issued' }), certificate());
      await keep(store, transaction({ id: 'two', device: 'gw2.example.com', digest: 'd2' }));
      assert.equal(await store.forgetOtherAuthorities('AA'), 0);
      assert.equal((await store.list()).length, 2);
      assert.equal(await store.forgetOtherAuthorities('BB'), 1);
      assert.deepEqual(
        (await store.list()).map(({ id }) => id),
        ['two'],
      );
      assert.equal(await store.find('one'), undefined);
      assert.equal(await isSpent(store, 'd1'), true);
      assert.deepEqual(await store.listCertificates(), [certificate()]);
    });

    test('what another authority signed than the one in force is not kept, nor anything of that change', async () => {
      const store = await open();
      await store.forgetOtherAuthorities('BB');
      const late = keep(store, transaction({ state: 'issued' }), certificate());
      await assert.rejects(
        late,
        (thrown) =>
          thrown instanceof MusterError && thrown.code === 'settings-invalid' && /another CA/.test(thrown.message),
      );
      assert.deepEqual([await store.list(), await store.listCertificates()], [[], []]);
      assert.equal(await isSpent(store, 'd1'), false);
      await keep(store, transaction({ state: 'issued' }), certificate({ authority: 'BB' }));
    });

    test('what is issued while the authority changes is forgotten or refused', async () => {
      const store = await open();
      await store.forgetOtherAuthorities('AA');
      const issue = (device: string) =>
        store.atomically(async (records) => {
          await records.transactionOf(device);
          const next = transaction({ id: device, device, digest: device, state: 'issued' });
          await records.keep(device, next, certificate({ serial: device, device }));
        });
      const devices = Array.from({ length: 40 }, (_, i) => `gw${i}`);
      const [before, after] = [devices.slice(0, 20), devices.slice(20)];
      const issuing = before.map(issue);
      const changing = store.forgetOtherAuthorities('BB');
      const told = await Promise.allSettled([...issuing, ...after.map(issue)]);
      await changing;
      const kept = told.filter(({ status }) => status === 'fulfilled').length;
      assert.equal((await store.listCertificates()).length, kept);
      assert.deepEqual(await store.list(), []);
    });

    test('of several that start at once, one forgets, and none forgets what was issued since', async () => {
      const store = await open();
      await store.forgetOtherAuthorities('AA');
      await keep(store, transaction({ state: 'issued' }));
      const next = transaction({ id: 'two', device: 'gw2.example.com', state: 'issued' });
      const forgotten = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const count = await store.forgetOtherAuthorities('BB');
          if (count > 0) await keep(store, next);
          return count;
        }),
      );
      assert.deepEqual(forgotten.toSorted(), [0, 0, 0, 0, 0, 0, 0, 1]);
      assert.deepEqual(await store.list(), [next]);
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
