import type { Responder } from '#protocol/http.ts';

/** Turns away, without a word of when to come again, what comes while so many are being answered. For flawed servers alone. */
export function sheddingLoad(respond: Responder, most: number): Responder {
  let atOnce = 0;
  return async (request) => {
    if (atOnce >= most) return { status: 503, headers: { 'content-length': '0' }, body: new Uint8Array() };
    atOnce++;
    return respond(request).finally(() => atOnce--);
  };
}
