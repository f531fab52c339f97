import { setImmediate as soon } from 'node:timers/promises';
import { differingStore } from './differing-store.ts';
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
  return differingStore(store, { atomically });
}
