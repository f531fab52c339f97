import type { Store } from './store.ts';

/** A store that is another one but for these methods. For flawed servers alone. */
export function differingStore(store: Store, differs: Partial<Store>): Store {
  return {
    atomically: (change) => store.atomically(change),
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
    ...differs,
  };
}
