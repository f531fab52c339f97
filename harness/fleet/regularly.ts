import { moment } from './moment.ts';

/**
 * Calls back after each `everyMs` since `startedMs`, with the moment at which that stretch ended: what is counted in one stretch is
 * told under no other, however late the call. Returns how to end it, with a last call for a stretch that is over.
 */
export function regularly(startedMs: number, everyMs: number, onOver: (atMs: number) => void): () => void {
  let timer: NodeJS.Timeout;
  let told = 0;
  const tell = (): number => {
    const passed = Math.floor((moment() - startedMs) / everyMs);
    if (passed > told) {
      told = passed;
      onOver(startedMs + passed * everyMs);
    }
    return passed;
  };
  const next = (): void => {
    const dueMs = startedMs + (tell() + 1) * everyMs;
    timer = setTimeout(next, Math.max(1, dueMs - moment()));
  };
  next();
  return () => {
    tell();
    clearTimeout(timer);
  };
}
