import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAnswer } from '#protocol/http.ts';

/** What is written on a connection in the place of an HTTP answer: plain data, so that any program can play it again. */
export interface WireScript {
  readonly steps: readonly WireStep[];
  /** `keep` leaves the connection open, as after an answer of HTTP/1.1. */
  readonly end: 'close' | 'reset' | 'keep';
}

export type WireStep =
  | { readonly waitMs: number }
  /** Latin-1; `times` and `everyMs` repeat it. */
  | { readonly write: string; readonly times?: number; readonly everyMs?: number };

/** How far a script came: `device` when the device ended the connection before the script was over. */
export interface Delivery {
  readonly endedBy: 'device' | 'server';
  readonly bytes: number;
  readonly seconds: number;
}

export interface ScriptedAnswer extends HttpAnswer {
  readonly script: WireScript;
  /** Once the script was played to its end, or the connection was over. */
  readonly delivery: Promise<Delivery>;
}

/** An answer whose bytes are the script's. `shown` is what people read of it. */
export function scripted(shown: Pick<HttpAnswer, 'headers' | 'body'>, script: WireScript): ScriptedAnswer {
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  const takeOver = async (connection: Duplex): Promise<void> => resolve(await play(script, connection));
  return { status: 200, ...shown, script, takeOver, delivery: promise };
}

/** The script of an answer, if it has one. */
export function scriptOf(answer: HttpAnswer | undefined): ScriptedAnswer | undefined {
  return answer && 'script' in answer ? (answer as ScriptedAnswer) : undefined;
}

/** Writes no more than the connection takes, and stops where the device ends it. */
async function play({ steps, end }: WireScript, connection: Duplex): Promise<Delivery> {
  const beganAt = performance.now();
  const over = new AbortController();
  let bytes = 0;
  connection.once('close', () => over.abort());
  connection.on('error', () => over.abort());
  if (connection.destroyed) over.abort();
  try {
    for (const step of steps) {
      if ('waitMs' in step) {
        await sleep(step.waitMs, undefined, { signal: over.signal });
        continue;
      }
      const piece = Buffer.from(step.write, 'latin1');
      for (let time = 0; time < (step.times ?? 1); time++) {
        if (time > 0 && step.everyMs) await sleep(step.everyMs, undefined, { signal: over.signal });
        await write(connection, piece, over.signal);
        bytes += piece.length;
      }
    }
    over.signal.throwIfAborted();
  } catch {
    return { endedBy: 'device', bytes, seconds: (performance.now() - beganAt) / 1000 };
  }
  if (end === 'close') connection.end();
  if (end === 'reset') reset(connection);
  return { endedBy: 'server', bytes, seconds: (performance.now() - beganAt) / 1000 };
}

/** Resolves once the bytes have left for the connection; a step that follows them never overtakes them. */
function write(connection: Duplex, piece: Uint8Array, over: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    over.throwIfAborted();
    over.addEventListener('abort', reject, { once: true });
    connection.write(piece, (error) => {
      over.removeEventListener('abort', reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** RFC 9293 §3.10.7: whoever gets the RST has lost what was on its way, and knows it. */
function reset(connection: Duplex): void {
  if ('resetAndDestroy' in connection && typeof connection.resetAndDestroy === 'function') connection.resetAndDestroy();
  else connection.destroy();
}
