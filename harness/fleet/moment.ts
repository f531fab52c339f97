/** Milliseconds since 1970 that never go back, the same in every thread of a process. */
export function moment(): number {
  return performance.timeOrigin + performance.now();
}
