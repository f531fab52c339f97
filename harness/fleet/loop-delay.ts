import { moment } from './moment.ts';

const everyMs = 20;

/** Watches how late the event loop of this thread is: a generator that is late itself measures itself. Returns how to end it. */
export function watchLoop(onDelay: (milliseconds: number) => void): () => void {
  let dueMs = moment() + everyMs;
  const timer = setInterval(() => {
    const now = moment();
    onDelay(Math.max(0, now - dueMs));
    dueMs = now + everyMs;
  }, everyMs);
  return () => clearInterval(timer);
}
