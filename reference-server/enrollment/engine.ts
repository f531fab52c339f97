import { hash as digestOf, randomUUID } from 'node:crypto';
import type { Clock } from '#protocol/clock.ts';
import { type Configuration, deviceKey } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Answer } from '#protocol/messages/answers.ts';
import type { EnrollmentMessage, RequestMessage } from '#protocol/messages/requests.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import { type Pkcs10, parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { shortRandom } from '#protocol/random.ts';
import type { Credentials } from '../accounts.ts';
import type { Audit } from '../audit.ts';
import type { LicensedPlaces, Place } from '../configuration/licensed-places.ts';
import { type Flaw, transitionsWith } from '../flaw.ts';
import { Budgets, PasswordGuard } from '../limits.ts';
import type { ServerSettings } from '../settings.ts';
import type { IssuedCertificate } from '../store/certificates.ts';
import type { Records, Store } from '../store/store.ts';
import type { Approval } from './approval-rules.ts';
import { CheckContext, judgeMessage, messageChecks, type Refusal, recordChecks } from './checks.ts';
import { counted, issueDeviceCertificate } from './issuer.ts';
import type { Transaction, TransactionState } from './states.ts';
import {
  type EnrollmentEvent,
  type Incoming,
  issued,
  type Step,
  type StepPolicy,
  step,
  withoutExpired,
} from './step.ts';

export interface EngineParts {
  readonly settings: ServerSettings;
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: Audit;
  /** How this server behaves towards a device; undefined: towards who does not say who it is. */
  readonly flawFor: (device: string | undefined | (() => string | undefined)) => Flaw;
  /** Asked anew for each message, since a reload may change them. */
  readonly configuration: () => Configuration;
  readonly authority: () => Authority;
  readonly credentials: () => Credentials;
  readonly places: LicensedPlaces;
  /** A device was told that it is enrolled. */
  readonly enrolled: (device: string) => void;
  /** Who approves the requests of a group; without a word on it, the settings say so. */
  readonly approvalOf: (group: string) => Approval | undefined | Promise<Approval | undefined>;
}

/** An answer; a refusal may say when to come again. */
export type EngineAnswer = Answer & { readonly retryAfterSeconds?: number };

/** The clearinghouse engine (WO 01/47232, Fig. 2, 220): turns messages and the administrator's words into answers. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #policies = new WeakMap<Flaw, StepPolicy>();
  readonly #guard: PasswordGuard;
  readonly #polls: Budgets;
  readonly #firstAuthority: Authority;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#firstAuthority = parts.authority();
    const { clock, settings } = parts;
    this.#guard = new PasswordGuard(clock, settings);
    this.#polls = new Budgets(clock, settings.pendingPolls, settings.pendingPollSeconds);
  }

  #policyOf(flaw: Flaw): StepPolicy {
    const { pendingLifetimeSeconds, profile } = this.#parts.settings;
    const known = this.#policies.get(flaw);
    if (known) return known;
    const retrieveNonce = flaw.retrieveNonce ?? profile.retrieveNonce;
    const policy = { pendingLifetimeSeconds, retrieveNonce, transitions: transitionsWith(flaw) };
    this.#policies.set(flaw, policy);
    return policy;
  }

  /** How this server behaves towards who sent the message. */
  flawFor(message: RequestMessage): Flaw {
    const { credentials, flawFor } = this.#parts;
    if (message.operation === 'getcacert') return flawFor(undefined);
    return flawFor(() => credentials().account(message.customer, message.device)?.deviceName);
  }

  /** Answers a well-formed message. `flaw` is what `flawFor` says of it. */
  answer(message: RequestMessage, from: string, flaw: Flaw = this.flawFor(message)): Promise<EngineAnswer> {
    return message.operation === 'getcacert' ? this.#giveCaCertificate(from, flaw) : this.#enroll(message, from, flaw);
  }

  /**
   * The administrator's word; `by` says whose. @throws MusterError not-found, or settings-invalid when it comes too late,
   * or may not count
   */
  async decide(
    id: string,
    decision: { kind: 'approve' } | { kind: 'reject'; reason: string },
    by?: string,
  ): Promise<Transaction> {
    const found = await this.#parts.store.find(id);
    if (!found) throw new MusterError('not-found', `No enrollment has the id "${id}".`);
    if (decision.kind === 'approve') this.#expectMayEnroll(found);
    const { device } = found;
    const flaw = this.#parts.flawFor(device);
    const place = this.#placeFor(device, flaw);
    if (typeof place === 'string' && decision.kind === 'approve') {
      throw new MusterError('settings-invalid', `Enrollment "${id}" cannot be approved: ${place}.`);
    }
    const taken = await keptIfIssued(place, () =>
      this.#parts.store.atomically(async (records) =>
        this.#advance(records, flaw, device, await records.transactionOf(device), { ...decision, id }),
      ),
    );
    this.#tellIssued(taken);
    const { next, effect } = taken;
    if (effect.kind === 'conflict' || !next) {
      const state = next?.id === id ? next.state : 'replaced or expired';
      throw new MusterError('settings-invalid', `Enrollment "${id}" waits for no decision: it is ${state}.`);
    }
    const detail = decision.kind === 'reject' && decision.reason !== '' ? { detail: decision.reason } : {};
    this.#parts.audit({ event: decision.kind === 'approve' ? 'approved' : 'rejected', device, ...detail }, by);
    return next;
  }

  /** Between its request and its approval a device may have been taken out of the configuration. */
  #expectMayEnroll({ id, device }: Transaction): void {
    const configured = this.#parts.configuration().devices.get(deviceKey(device));
    if (configured?.enabled || this.#parts.flawFor(device).omits.has('device-enabled')) return;
    const why = configured ? 'disabled' : 'not defined';
    throw new MusterError('settings-invalid', `Enrollment "${id}" cannot be approved: ${device} is ${why} by now.`);
  }

  #placeFor(device: string, flaw: Flaw): Place | string {
    return flaw.omits.has('license') ? { release: () => {} } : this.#parts.places.take(device);
  }

  /** Undefined when there is none, or it was pending and has expired. */
  async find(id: string): Promise<Transaction | undefined> {
    return withoutExpired(
      await this.#parts.store.find(id),
      this.#policyOf(this.#parts.flawFor(undefined)),
      this.#parts.clock.now().getTime(),
    );
  }

  /** Every transaction, or those of a state; pending ones that have expired are left out. */
  async list(state?: TransactionState): Promise<readonly Transaction[]> {
    const now = this.#parts.clock.now().getTime();
    const policy = this.#policyOf(this.#parts.flawFor(undefined));
    const all = await this.#parts.store.list(state);
    return all.filter((transaction) => withoutExpired(transaction, policy, now));
  }

  async #giveCaCertificate(from: string, flaw: Flaw): Promise<Answer> {
    const { settings, store, clock, audit } = this.#parts;
    audit({ event: 'getcacert', from });
    const authority = flaw.givesFirstAuthority ? this.#firstAuthority : this.#parts.authority();
    const certificate = authority.certificate.der;
    if (settings.proofOfPossession === 'pkcs10') return { kind: 'cacert', certificate };
    const nonce = (flaw.nonceCounts ? counted() : shortRandom(16).toString('hex')).toUpperCase();
    const now = clock.now().getTime();
    await store.giveChallenge(nonce, now + settings.challengeLifetimeSeconds * 1000, now);
    return { kind: 'cacert', certificate, nonce: Buffer.from(nonce) };
  }

  async #enroll(message: EnrollmentMessage, from: string, flaw: Flaw): Promise<EngineAnswer> {
    const { settings, store, clock, audit } = this.#parts;
    const digest = digestOf('sha256', message.pkcs10, 'hex');
    let authority = this.#parts.authority();
    const context = new CheckContext({
      message,
      configuration: this.#parts.configuration(),
      credentials: this.#parts.credentials(),
      guard: this.#guard,
      places: this.#parts.places,
      from,
      profile: settings.profile,
      nonceScope: flaw.nonceScope === 'device' ? `${message.device}/` : '',
      digest,
      now: clock.now().getTime(),
      proofOfPossession: settings.proofOfPossession,
      authorityKeyFingerprint: keyFingerprintOf(authority),
      keyFingerprintOf: (request) => fingerprint(request.spki, 'sha256'),
    });
    const early = await judgeMessage(messageChecks, context, flaw);
    if (early) return this.#refuse(early, context, flaw);
    const device = context.deviceName;
    const incoming: Incoming = {
      operation: message.operation,
      id: randomUUID(),
      device,
      nonce: Buffer.from(message.nonce).toString('hex'),
      digest,
      pkcs10: message.pkcs10,
      keyFingerprint: context.keyFingerprint,
      from,
    };
    const atOnce = message.operation === 'request' && (await this.#approvesAtOnce(device, flaw));
    const place = this.#placeFor(device, flaw);
    if (typeof place === 'string') return this.#refuse({ status: 6, error: place, check: 'license' }, context, flaw);
    const change = async (records: Records): Promise<Taken | Refusal> => {
      const refusal = await judgeMessage(recordChecks, context, flaw, records);
      if (refusal) return refusal;
      const current = await records.transactionOf(device);
      const spent = await records.isSpent(digest);
      const event = { kind: 'message', incoming, spent } as const;
      const taken = await this.#advance(records, flaw, device, current, event, atOnce ? context.request : undefined);
      authority = this.#parts.authority();
      return taken;
    };
    const outcome = await keptIfIssued(place, () => store.atomically(change));
    if ('check' in outcome) return this.#refuse(outcome, context, flaw);
    this.#tellIssued(outcome);
    const answer = answerOf(outcome);
    const seen = { operation: message.operation, device, from };
    if (answer.kind === 'pending') return this.#stillPending(message.operation, seen);
    if (answer.kind === 'issued') {
      // Under a CA that took its place meanwhile it is not.
      if (this.#parts.authority() === authority) this.#parts.enrolled(device);
      audit({ event: 'handed-over', ...seen, status: 0 });
    } else if (answer.kind === 'refused') {
      audit({ event: 'refused', ...seen, status: answer.status, detail: answer.error ?? '' });
    }
    return answer;
  }

  #refuse(refusal: Refusal, { message, deviceName, from }: CheckContext, flaw: Flaw): EngineAnswer {
    const { audit } = this.#parts;
    const { status, error, check, retryAfterSeconds } = refusal;
    audit({ event: 'refused', operation: message.operation, device: deviceName, from, status, detail: error });
    if (check === 'pkcs10' && flaw.crashesOn === 'pkcs10') throw new Error('the PKCS#10 cannot be read');
    const refused = { kind: 'refused', status, error: flaw.errorText?.(refusal, message) ?? error } as const;
    return retryAfterSeconds === undefined ? refused : { ...refused, retryAfterSeconds };
  }

  /** Muster protocol decisions, «Messages: limits»: a device that asks too often is told when to come again. */
  #stillPending(operation: string, seen: { readonly device: string; readonly from: string }): EngineAnswer {
    const { audit } = this.#parts;
    const retryAfterSeconds = operation === 'retrieve' ? this.#polls.waitSeconds(seen.device) : 0;
    if (retryAfterSeconds > 0) {
      audit({ event: 'refused', operation, ...seen, status: 12, detail: 'polls too often' });
      return { kind: 'refused', status: 12, error: 'still pending, and asked too often', retryAfterSeconds };
    }
    if (operation === 'retrieve') this.#polls.spend(seen.device);
    audit({ event: 'pending', operation, ...seen, status: 1 });
    return { kind: 'pending' };
  }

  #approvesAtOnce(device: string, flaw: Flaw): boolean | Promise<boolean> {
    const { approvalOf, configuration, settings } = this.#parts;
    const group = configuration().devices.get(deviceKey(device))?.group;
    const rule = group === undefined || flaw.settings?.approval ? undefined : approvalOf(group);
    const isAuto = (said: Approval | undefined): boolean => (said ?? settings.approval) === 'auto';
    return rule instanceof Promise ? rule.then(isAuto) : isAuto(rule);
  }

  /**
   * Steps the device's transaction, and signs where the step asks for it, within one change of the store. `approvedAtOnce`:
   * the PKCS#10 of the message, which waits for nobody should it open a transaction.
   */
  async #advance(
    records: Records,
    flaw: Flaw,
    device: string,
    current: Transaction | undefined,
    event: EnrollmentEvent,
    approvedAtOnce?: Pkcs10,
  ): Promise<Taken> {
    const now = this.#parts.clock.now();
    let taken: Taken = step(current, event, this.#policyOf(flaw), now.getTime());
    if (taken.effect.kind === 'opened' && approvedAtOnce) {
      taken = { next: taken.next, effect: { kind: 'issue' } };
    }
    if (taken.effect.kind === 'issue' && taken.next) {
      const { pkcs10 } = taken.next;
      taken = this.#issue(taken.next, approvedAtOnce?.der === pkcs10 ? approvedAtOnce : parsePkcs10(pkcs10), flaw, now);
    }
    // A flawed issuer gives a serial number again, which the store would not have.
    const registered = flaw.issuer?.serialNumber ? undefined : taken.issued;
    if (taken.next !== current) await records.keep(device, taken.next, registered);
    return taken;
  }

  #issue(pending: Transaction, request: Pkcs10, flaw: Flaw, now: Date): Taken {
    const { settings } = this.#parts;
    const authority = this.#parts.authority();
    const certificate = issueDeviceCertificate(
      authority,
      pending.device,
      request,
      settings.validitySeconds,
      now,
      flaw.issuer,
    );
    const { der, serialNumber: serial } = certificate;
    const [notBefore, notAfter] = [certificate.notBefore.getTime(), certificate.notAfter.getTime()];
    return {
      next: issued(pending, der, notAfter),
      effect: { kind: 'answer', answer: { kind: 'issued', certificate: der } },
      issued: {
        serial,
        device: pending.device,
        der,
        keyFingerprint: pending.keyFingerprint,
        authority: keyFingerprintOf(authority),
        notBefore,
        notAfter,
        issuedAt: now.getTime(),
      },
    };
  }

  /** Once it is kept: a change that failed issued nothing. */
  #tellIssued({ issued: certificate }: Taken): void {
    if (!certificate) return;
    const { device, serial } = certificate;
    this.#parts.audit({ event: 'issued', device, detail: `serial ${serial}` });
  }
}

const keyFingerprints = new WeakMap<Authority, string>();

/** SHA-256 of the CA's public key, worked out once. */
function keyFingerprintOf(authority: Authority): string {
  const known = keyFingerprints.get(authority) ?? fingerprint(authority.certificate.spki, 'sha256');
  keyFingerprints.set(authority, known);
  return known;
}

/** A step, and the certificate that it made. */
interface Taken extends Step {
  readonly issued?: IssuedCertificate;
}

/** Two devices that come at once for the last place do not both get it: a place is taken first, and given back when nothing was issued. */
async function keptIfIssued<T extends Taken | Refusal>(place: Place | string, work: () => Promise<T>): Promise<T> {
  let issued = false;
  try {
    const outcome = await work();
    issued = 'issued' in outcome && outcome.issued !== undefined;
    return outcome;
  } finally {
    if (!issued && typeof place !== 'string') place.release();
  }
}

function answerOf({ effect }: Step): Answer {
  if (effect.kind === 'answer') return effect.answer;
  if (effect.kind === 'opened') return { kind: 'pending' };
  throw new MusterError('internal', `A message led to the effect "${effect.kind}".`);
}
