import { setImmediate as soon } from 'node:timers/promises';
import type { Records, Store } from './store.ts';

/** A flawed store: a change is decided on, and only a moment later kept, whatever happened to the device meanwhile. */
export function racyStore(store: Store): Store {
  const atomically: Store['atomically'] = async (change) => {
    let late: Parameters<Records['keep']>[] = [];
    const result = await store.atomically((records) => {
      late = [];
      return change({ ...records, keep: async (...decided) => void late.push(decided) });
    });
    await soon();
    for (const decided of late) await store.atomically((records) => records.keep(...decided));
    return result;
  };
  return {
    atomically,
    find: (id) => store.find(id),
    list: (state) => store.list(state),
    count: () => store.count(),
    giveChallenge: (nonce, expiresAt, now) => store.giveChallenge(nonce, expiresAt, now),
    forgetOtherAuthorities: (authority) => store.forgetOtherAuthorities(authority),
    findCertificate: (serial) => store.findCertificate(serial),
    listCertificates: (filter) => store.listCertificates(filter),
    countCertificates: (filter) => store.countCertificates(filter),
    lapsedDevices: (authority, now) => store.lapsedDevices(authority, now),
    revokeCertificate: (serial, reason, at) => store.revokeCertificate(serial, reason, at),
  };
}
