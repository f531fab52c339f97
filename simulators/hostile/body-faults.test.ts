import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { decodeRequest, encodeRequest } from '#protocol/messages/requests.ts';
import { bodyFaults } from './body-faults.ts';

/** A request whose base64 has a plus, a slash and padding. */
const good = {
  operation: 'request',
  nonce: Buffer.from('once-a'),
  username: 'user-a',
  password: 'pass-a',
  device: '17',
  customer: '4711',
  pkcs10: Buffer.from('fbf0fbffbe00', 'hex').subarray(0, 5),
} as const;
const text = Buffer.from(encodeRequest(good)).toString('latin1');
const all = Object.entries(bodyFaults).flatMap(([group, faults]) => faults.map((fault) => ({ group, ...fault })));

test('each fault has an id of its own and an explanation', () => {
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  for (const { id, explanation } of all) {
    assert.match(id, /^[a-z0-9]+(-[a-zA-Z0-9]+)*$/);
    assert.match(explanation, /^[A-Z].*\.$/);
  }
  assert.ok(all.length > 150, `${all.length}`);
});

test('each fault changes the body', () => {
  for (const { id, body } of all) assert.notEqual(body({ text }), text, id);
});

/** Those whose message is well-formed: what is wrong is what they say. */
const wellFormed: ReadonlySet<string> = new Set(['escaped-twice', 'almost-right', 'injection']);

test('a strict reader takes none of the others, and of those a message with other values', () => {
  for (const { id, group, body } of all) {
    const bytes = Buffer.from(body({ text }), 'latin1');
    // What is base64 of something is well-formed, whatever it is.
    if (wellFormed.has(group) || /^request-of-(256|4)/.test(id)) {
      const read = readOf(bytes);
      if (read) assert.notDeepEqual(read, decodeRequest(Buffer.from(text)), id);
    } else {
      assert.equal(readOf(bytes), undefined, id);
    }
  }
});

function readOf(bytes: Uint8Array) {
  try {
    return decodeRequest(bytes);
  } catch (thrown) {
    assert.ok(thrown instanceof MusterError && thrown.fault === 'peer');
    return undefined;
  }
}
