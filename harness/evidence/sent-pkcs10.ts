import type { HttpRequest } from '#protocol/http.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { decodePairs } from '#protocol/wire.ts';

/** The PKCS#10 of a request that reached the bench. @throws MusterError when it holds none */
export function pkcs10Of({ body }: HttpRequest): ReturnType<typeof parsePkcs10> {
  const pair = decodePairs(body).find(({ name }) => name === 'request' || name === 'certreq');
  return parsePkcs10(Buffer.from(Buffer.from(pair?.value ?? new Uint8Array()).toString('latin1'), 'base64'));
}
