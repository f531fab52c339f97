import type { ReferenceServer } from '../server.ts';

/** Beyond this many they are counted and not read, so that some that have expired may be among them. */
const readAtMost = 500;

/** How many enrollments wait for somebody. */
export async function waitingCount({ store, engine }: ReferenceServer): Promise<number> {
  const { pending = 0 } = await store.count();
  return pending > readAtMost || pending === 0 ? pending : (await engine.list('pending')).length;
}
