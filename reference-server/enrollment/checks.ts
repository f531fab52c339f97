import type { Configuration } from '#protocol/config-file/configuration.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { judgeKey, judgeSignature } from '#protocol/pki/acceptance.ts';
import { type Pkcs10, parsePkcs10, verifyProofOfPossession } from '#protocol/pki/pkcs10.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { RefusalStatus } from '#protocol/status.ts';
import type { Account, Credentials } from '../accounts.ts';
import type { LicensedPlaces } from '../configuration/licensed-places.ts';
import type { Flaw } from '../flaw.ts';
import type { PasswordGuard, PasswordVerdict } from '../limits.ts';
import type { Records } from '../store/store.ts';

export type CheckId =
  | 'enrollment-enabled'
  | 'credentials'
  | 'account'
  | 'device-defined'
  | 'device-enabled'
  | 'license'
  | 'key-acceptable'
  | 'signature-acceptable'
  | 'proof-of-possession'
  | 'subject'
  | 'challenge'
  | 'nonce'
  | 'key-owner';

/** All that the checks may look at. Expensive parts are made when first asked for, and once. */
export class CheckContext {
  readonly message: EnrollmentMessage;
  readonly configuration: Configuration;
  readonly credentials: Credentials;
  readonly guard: PasswordGuard;
  readonly places: Pick<LicensedPlaces, 'refusal'>;
  /** Where the message came from, `address:port`. */
  readonly from: string;
  readonly profile: CryptoProfile;
  /** What a nonce is used within: empty, everything. */
  readonly nonceScope: string;
  /** The engine's PKCS#10 digest, hexadecimal. */
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly proofOfPossession: 'pkcs10' | 'challenge';
  readonly authorityKeyFingerprint: string;
  readonly #keyFingerprintOf: (request: Pkcs10) => string;
  #request: Pkcs10 | undefined;
  #keyFingerprint: string | undefined;
  /** Looked up once: whoever it is stays so while the message is judged. */
  #account: { readonly found: Account | undefined } | undefined;
  #deviceName: string | undefined;

  constructor(parts: CheckParts) {
    this.message = parts.message;
    this.configuration = parts.configuration;
    this.credentials = parts.credentials;
    this.guard = parts.guard;
    this.places = parts.places;
    this.from = parts.from;
    this.profile = parts.profile;
    this.nonceScope = parts.nonceScope;
    this.digest = parts.digest;
    this.now = parts.now;
    this.proofOfPossession = parts.proofOfPossession;
    this.authorityKeyFingerprint = parts.authorityKeyFingerprint;
    this.#keyFingerprintOf = parts.keyFingerprintOf;
  }

  /** The PKCS#10, parsed. @throws MusterError when it is none */
  get request(): Pkcs10 {
    this.#request ??= parsePkcs10(this.message.pkcs10);
    return this.#request;
  }

  /** SHA-256 of the public key in the PKCS#10. @throws MusterError when it is none */
  get keyFingerprint(): string {
    this.#keyFingerprint ??= this.#keyFingerprintOf(this.request);
    return this.#keyFingerprint;
  }

  get account(): Account | undefined {
    this.#account ??= { found: this.credentials.account(this.message.customer, this.message.device) };
    return this.#account.found;
  }

  get deviceName(): string {
    this.#deviceName ??= this.account?.deviceName.toLowerCase() ?? '';
    return this.#deviceName;
  }
}

type CheckParts = Omit<CheckContext, 'request' | 'keyFingerprint' | 'account' | 'deviceName'> & {
  readonly keyFingerprintOf: (request: Pkcs10) => string;
};

/** Undefined when it holds; else what is wrong, for the device's operator. It never repeats a secret. */
type Judgement = string | Wait | undefined;

/** The check was not made: the device has to come again. */
interface Wait {
  readonly error: string;
  readonly retryAfterSeconds: number;
}

export interface Check<Needs extends readonly unknown[] = []> {
  readonly id: CheckId;
  readonly citation: string;
  readonly status: RefusalStatus;
  judge(context: CheckContext, ...needs: Needs): Judgement | Promise<Judgement>;
}

/** A server that does not do what was asked tells the device so, as it tells a failure of its own: nothing was stored. */
const notDone = 12;

const decisions = (section: string) => `Muster protocol decisions, «${section}»`;

function refusalOf(verdict: PasswordVerdict): Judgement {
  if (verdict === 'right') return undefined;
  return verdict === 'wrong' ? 'wrong user name or password' : { error: 'too many wrong passwords', ...verdict };
}

/** What a request or retrieve must pass, in this order. The first that fails is the answer. */
export const messageChecks: readonly Check[] = [
  {
    // "If this parameter is not present, device enrollment will be disabled."
    id: 'enrollment-enabled',
    citation: 'WO 01/47232, Table 8, enroll',
    status: 6,
    judge: ({ configuration }) => (configuration.enroll ? undefined : 'enrollment is disabled at this server'),
  },
  {
    // Unknown user and wrong password are refused alike.
    id: 'credentials',
    citation: decisions('Who is who'),
    status: 3,
    judge: ({ message, credentials, guard, from }) => {
      const verdict = guard.verify(credentials, message, from);
      return verdict instanceof Promise ? verdict.then(refusalOf) : refusalOf(verdict);
    },
  },
  {
    // One customer's user may enroll that customer's devices only.
    id: 'account',
    citation: decisions('Who is who'),
    status: 2,
    judge: ({ account, message }) =>
      account?.username === message.username ? undefined : 'no such device for this user and customer',
  },
  {
    // "initiated in response to a user, typically an assistant administrator, defining a source device to be enrolled"
    id: 'device-defined',
    citation: 'WO 01/47232, Fig. 3A',
    status: 2,
    judge: ({ configuration, deviceName }) =>
      configuration.devices.has(deviceName) ? undefined : 'the device is not defined in the configuration file',
  },
  {
    id: 'device-enabled',
    citation: 'WO 01/47232, Table 8, device',
    status: 7,
    judge: ({ configuration, deviceName }) =>
      configuration.devices.get(deviceName)?.enabled === false ? 'the device is disabled' : undefined,
  },
  {
    // "… the underlying software supporting operations of the clearinghouse server will revert to a trial version."
    id: 'license',
    citation: 'WO 01/47232, license; Muster protocol decisions, «Refusals: 6»',
    status: 6,
    judge: ({ places, deviceName }) => places.refusal(deviceName),
  },
  {
    id: 'key-acceptable',
    citation: decisions('Certificates and keys'),
    status: 11,
    judge: ({ request, profile }) => judgeKey(request.publicKey, profile),
  },
  {
    id: 'signature-acceptable',
    citation: decisions('Certificates and keys'),
    status: 11,
    judge: ({ request, profile }) => judgeSignature(request.signatureAlgorithm, request.publicKey, profile),
  },
  {
    // "Then the device can prove that it possesses the private key that corresponds to the public key."
    id: 'proof-of-possession',
    citation: 'WO 01/47232, Summary; RFC 2986 §3',
    status: 5,
    judge: ({ request }) =>
      verifyProofOfPossession(request) ? undefined : 'the PKCS#10 is not signed by the key that it holds',
  },
  {
    // The common name must be the device's configured name, case aside.
    id: 'subject',
    citation: decisions('Who is who'),
    status: 2,
    judge: ({ request, deviceName }) =>
      request.commonNames.length === 1 && request.commonNames[0]?.toLowerCase() === deviceName
        ? undefined
        : 'the common name of the PKCS#10 is not the name of this device',
  },
];

/** What it must pass after those, against what the server remembers, in one change with the engine's step. */
export const recordChecks: readonly Check<[Records]>[] = [
  {
    // "This can be done by taking information provided by the clearinghouse enrollment server"
    id: 'challenge',
    citation: 'WO 01/47232, Summary; Muster protocol decisions, «Proof of possession»',
    status: 5,
    judge: async ({ request, proofOfPossession, digest, now }, records) => {
      if (proofOfPossession === 'pkcs10') return undefined;
      if (request.challengePassword === undefined) return 'the PKCS#10 holds no challengePassword';
      const use = await records.useChallenge(request.challengePassword, digest, now);
      return use === 'accepted' ? undefined : `the challengePassword is no nonce that may be used: ${use}`;
    },
  },
  {
    // The same nonce with another PKCS#10, or from another device, is a replay.
    id: 'nonce',
    citation: decisions('Messages: nonce'),
    status: 10,
    judge: async ({ message, deviceName, digest, nonceScope }, records) => {
      if (message.operation !== 'request') return undefined;
      const claim = { device: deviceName, digest };
      const first = await records.claimNonce(nonceScope + Buffer.from(message.nonce).toString('hex'), claim);
      return first.device === deviceName && first.digest === digest ? undefined : 'this nonce was used before';
    },
  },
  {
    // A key already certified for another device, or the authority's own.
    id: 'key-owner',
    citation: decisions('Refusals: 11'),
    status: 11,
    judge: async ({ keyFingerprint: key, deviceName, authorityKeyFingerprint }, records) => {
      if (key === authorityKeyFingerprint) return 'this public key is not acceptable';
      return (await records.claimKey(key, deviceName)) === deviceName ? undefined : 'this public key is not acceptable';
    },
  },
];

export interface Refusal {
  readonly status: RefusalStatus;
  readonly error: string;
  readonly check: CheckId | 'pkcs10';
  readonly retryAfterSeconds?: number;
}

/** Runs checks in their order; undefined when all hold. A PKCS#10 that cannot be read is status 4. */
export async function judgeMessage<Needs extends readonly unknown[]>(
  checks: readonly Check<Needs>[],
  context: CheckContext,
  { omits, waives = {}, presumes = {} }: Pick<Flaw, 'omits' | 'waives' | 'presumes'>,
  ...needs: Needs
): Promise<Refusal | undefined> {
  for (const check of checks) {
    if (omits.has(check.id)) continue;
    try {
      if (waives[check.id]?.(context)) continue;
      const judged = presumes[check.id]?.(context) ?? check.judge(context, ...needs);
      // Requests of one turn go from check to check side by side (TurnBatch): the wait between two checks pays for itself.
      const wrong = await judged;
      if (typeof wrong === 'string') return { status: check.status, error: wrong, check: check.id };
      if (wrong) return { ...wrong, status: notDone, check: check.id };
    } catch (thrown) {
      if (!(thrown instanceof MusterError) || thrown.fault !== 'peer') throw thrown;
      const status = thrown.code === 'key-unsupported' ? 11 : 4;
      return { status, error: messageOf(thrown), check: 'pkcs10' };
    }
  }
  return undefined;
}
