import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** For tests: the body of a request that the deployed client sent (`vectors/`); its Content-Length must be its length. */
export function recordedBody(name: string): Buffer {
  const file = new URL(`../../vectors/deployed-client-${name}.hex`, import.meta.url);
  const bytes = Buffer.from(readFileSync(file, 'latin1').replace(/\s+/g, ''), 'hex');
  const headEnd = bytes.indexOf('\r\n\r\n');
  const body = bytes.subarray(headEnd + 4);
  assert.match(bytes.toString('latin1', 0, headEnd), new RegExp(`^Content-Length: ${body.length}\r?$`, 'm'));
  return body;
}
