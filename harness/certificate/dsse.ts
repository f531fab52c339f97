import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { MusterError, messageOf } from '#protocol/errors.ts';

/** Dead Simple Signing Envelope, version 1: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md */
export interface Envelope {
  readonly payloadType: string;
  /** Base64, padded. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export const inTotoPayload = 'application/vnd.in-toto+json';

/** The bytes that are signed: protocol.md of DSSE, «Signature Definition». */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The name of a key in an envelope: the SHA-256 of its SubjectPublicKeyInfo, in hexadecimal. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** Ed25519 hashes by itself (RFC 8032); ECDSA on P-256 goes over SHA-256, its signature is DER (RFC 3279 §2.2.3). */
const hashOf = (key: KeyObject): 'sha256' | null => (key.asymmetricKeyType === 'ed25519' ? null : 'sha256');

/** An envelope over these bytes with one more signature, or with a new one in the place of an earlier one by the same key. */
export function signed(payload: Uint8Array, key: KeyObject, earlier: Envelope['signatures'] = []): Envelope {
  const keyid = keyIdOf(key);
  const sig = sign(hashOf(key), preAuthEncoding(inTotoPayload, payload), key).toString('base64');
  return {
    payloadType: inTotoPayload,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [...earlier.filter((one) => one.keyid !== keyid), { keyid, sig }],
  };
}

/** The signatures that are good over these bytes with this key. */
export function goodSignatures({ payloadType, signatures }: Envelope, payload: Uint8Array, key: KeyObject) {
  const message = preAuthEncoding(payloadType, payload);
  return signatures.filter(({ sig }) => verify(hashOf(key), message, key, Buffer.from(sig, 'base64')));
}

export function envelopeText({ payloadType, payload, signatures }: Envelope): string {
  const inOrder = { payloadType, payload, signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })) };
  return `${JSON.stringify(inOrder, null, 2)}\n`;
}

/**
 * Reads an envelope, byte for byte as `envelopeText` writes it: nothing of it is outside the signature and could be changed
 * unseen, such as a blank or a bit of base64 that no decoder looks at. @throws MusterError attestation-malformed
 */
export function readEnvelope(text: string, path: string): Envelope {
  let envelope: Envelope;
  try {
    envelope = JSON.parse(text) as Envelope;
    const { payload, signatures } = envelope;
    const base64 = [payload, ...signatures.map(({ sig }) => sig)];
    const isPlain = base64.every((value) => Buffer.from(value, 'base64').toString('base64') === value);
    if (isPlain && envelopeText(envelope) === text) return envelope;
  } catch (cause) {
    throw new MusterError('attestation-malformed', `${path}: a DSSE envelope is expected; ${messageOf(cause)}.`, {
      cause,
    });
  }
  throw new MusterError(
    'attestation-malformed',
    `${path}: expected the bytes that muster report sign writes; these differ, where no signature may look.`,
  );
}
