import type { Transaction } from '../enrollment/states.ts';
import { differingStore } from './differing-store.ts';
import type { Store } from './store.ts';

/** A flawed store: what was issued is in memory alone, and only what waits or was rejected is kept. */
export function issuedInMemory(store: Store): Store {
  const issued = new Map<string, Transaction>();
  return differingStore(store, {
    atomically: (change) =>
      store.atomically((records) =>
        change({
          ...records,
          transactionOf: async (device) => issued.get(device) ?? records.transactionOf(device),
          isSpent: async (digest) =>
            [...issued.values()].some((one) => one.digest === digest) || records.isSpent(digest),
          keep: async (device, next, certificate) => {
            issued.delete(device);
            if (next?.state === 'issued') issued.set(device, next);
            else await records.keep(device, next, certificate);
          },
        }),
      ),
    find: async (id) => [...issued.values()].find((one) => one.id === id) ?? store.find(id),
    list: async (state) => (await store.list(state)).filter(({ device }) => !issued.has(device)),
  });
}

/** A flawed store: what another authority issued is handed over all the same. */
export function keepsOtherAuthorities(store: Store): Store {
  return differingStore(store, {
    forgetOtherAuthorities: async (authority) => {
      const issued = await store.list('issued');
      await store.forgetOtherAuthorities(authority);
      await store.atomically(async (records) => {
        for (const transaction of issued) await records.keep(transaction.device, transaction);
      });
      return 0;
    },
  });
}
