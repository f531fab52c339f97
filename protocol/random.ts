import { randomFillSync } from 'node:crypto';

/** Asking the operating system's generator costs as much for 16 bytes as for a few thousand. */
const pool = Buffer.alloc(4096);
let used = pool.length;

/** So many random bytes (at most 256), fit for nonces and serial numbers. Each byte of the pool is given out once, and forgotten. */
export function shortRandom(length: number): Buffer {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + length));
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}
