import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';
import { fingerprint, type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { signatureFor } from '#protocol/pki/profiles.ts';
import { shortRandom } from '#protocol/random.ts';
import type { PendingRequest } from './device-store.ts';
import type { Device } from './exchange.ts';
import type { CompleteSettings } from './settings.ts';

/** What the getcacert answer gave. */
export interface Authority {
  readonly certificate: Certificate;
  /** The server's challenge, when it sent one. */
  readonly nonce: Uint8Array | undefined;
}

/** WO 01/47232, Tables 4 and 5, show hexadecimal digits. 16 bytes are beyond guessing and collision. */
export function newNonce(): Uint8Array {
  return Buffer.from(shortRandom(16).toString('hex').toUpperCase());
}

/** Makes a key (unless given one) and a request for it, and stores both before anything of them is sent. */
export async function prepareRequest(device: Device, authority: Authority, oldKey?: KeyPair): Promise<PendingRequest> {
  const { settings, observer, store } = device;
  const key = oldKey ?? (await device.makeKey(settings.keyKind));
  observer.step({
    name: 'key',
    get detail() {
      return `${settings.keyKind}, SHA-256 ${fingerprint(spkiOf(key.publicKey), 'sha256')}`;
    },
  });
  const pending: PendingRequest = {
    key,
    // Both are parts of larger buffers, which would stay as long as the device waits.
    nonce: new Uint8Array(device.makeNonce()),
    pkcs10: new Uint8Array(makePkcs10(device, key, authority.nonce)),
    caCertificate: authority.certificate.der,
    owner: ownerOf(settings),
    acknowledged: false,
  };
  await store.writePending(pending);
  return pending;
}

/** WO 01/47232, Summary: the private key is applied to what the server provided, here as the challengePassword. */
function makePkcs10({ settings, persona }: Device, key: KeyPair, challenge: Uint8Array | undefined): Uint8Array {
  const { deviceName, profile, proofOfPossession } = settings;
  const applied =
    challenge !== undefined && proofOfPossession === 'challenge' && !persona.quirks.has('ignores-challenge');
  const pkcs10 = createPkcs10({
    key,
    subject: [{ type: 'CN', value: deviceName }],
    signature: signatureFor(key.publicKey, profile),
    ...(applied ? { challengePassword: Buffer.from(challenge).toString('latin1') } : {}),
  });
  return persona.quirks.has('breaks-proof-of-possession') ? lastBitAltered(pkcs10) : pkcs10;
}

/** The signature is the last value of a PKCS#10 (RFC 2986 §4.2). */
function lastBitAltered(der: Uint8Array): Uint8Array {
  return der.with(-1, (der.at(-1) ?? 0) ^ 1);
}

/** The stored request, if it is of these settings and of this authority. */
export async function resumableRequest(device: Device, authority: Authority): Promise<PendingRequest | undefined> {
  const pending = await device.store.readPending();
  if (pending === undefined || pending.owner !== ownerOf(device.settings)) return undefined;
  return Buffer.compare(pending.caCertificate, authority.certificate.der) === 0 ? pending : undefined;
}

/** WO 01/47232, Message Formats: retrieve has the parameters and values of the request; only `operation` differs. */
export function messageOf(
  device: Device,
  pending: PendingRequest,
  operation: 'request' | 'retrieve',
): EnrollmentMessage {
  const { settings, persona } = device;
  const { username, password, customer } = settings;
  const another = operation === 'retrieve' && persona.quirks.has('new-nonce-on-retrieve');
  return {
    operation,
    nonce: another ? device.makeNonce() : pending.nonce,
    username,
    password,
    device: settings.device,
    customer,
    pkcs10: pending.pkcs10,
  };
}

/** Decision point: a retry after a lost answer sends the same nonce and PKCS#10, so that it is safe. */
export async function forRetry(device: Device, pending: PendingRequest): Promise<PendingRequest> {
  const { settings, persona, store } = device;
  if (!persona.quirks.has('new-pkcs10-on-retry')) return pending;
  const key = await device.makeKey(settings.keyKind);
  const changed = { ...pending, key, pkcs10: makePkcs10(device, key, undefined) };
  await store.writePending(changed);
  return changed;
}

function ownerOf({ customer, device, username, deviceName }: CompleteSettings): string {
  return JSON.stringify([customer, device, username, deviceName]);
}
