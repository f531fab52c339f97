import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import type { IssuedCertificate } from './certificates.ts';
import { certificate, isSpent, keep, transaction } from './sample-records.ts';
import type { Store } from './store.ts';

/** What every store must do with certificates, and with the CAs that they are of. `open` gives a new, empty one. */
export function testCertificateContract(name: string, open: () => Promise<Store>): void {
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
}
