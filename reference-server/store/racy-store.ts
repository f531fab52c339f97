import { setImmediate as soon } from 'node:timers/promises';
import type { Transaction } from '../enrollment/states.ts';
import type { Change, Store } from './store.ts';

/** A flawed store: a change is decided on, and only a moment later kept, whatever happened to the device meanwhile. */
export function racyStore(store: Store): Store {
  const update: Store['update'] = async <T>(
    device: string,
    change: (current: Transaction | undefined, isSpent: (digest: string) => boolean) => Change<T>,
  ): Promise<T> => {
    const decided = await store.update(device, (current, isSpent) => ({
      next: current,
      result: change(current, isSpent),
    }));
    await soon();
    return store.update(device, () => decided);
  };
  return {
    update,
    find: (id) => store.find(id),
    list: (state) => store.list(state),
    claimNonce: (nonce, claim) => store.claimNonce(nonce, claim),
    claimKey: (keyFingerprint, device) => store.claimKey(keyFingerprint, device),
    giveChallenge: (nonce, expiresAt, now) => store.giveChallenge(nonce, expiresAt, now),
    useChallenge: (nonce, digest, now) => store.useChallenge(nonce, digest, now),
    forgetOtherAuthorities: (authority) => store.forgetOtherAuthorities(authority),
    close: () => store.close(),
  };
}
