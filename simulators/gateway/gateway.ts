import { type Clock, systemClock } from '#protocol/clock.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Destination } from '#protocol/osp/authorization.ts';
import type { UsageDetail } from '#protocol/osp/usage.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { fingerprint, generateKeyPair, type KeyKind, type KeyPair } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { atOnce, type Turns } from '#protocol/turn-batch.ts';
import { noCertificate } from './answer-quirks.ts';
import {
  type AuthorizedCall,
  type CallOutcome,
  Calls,
  type CallWishes,
  type Failure,
  failureOf,
  type UsageOutcome,
} from './calls.ts';
import type { DeviceStore, PendingRequest } from './device-store.ts';
import { type Device, Exchange, type Reply } from './exchange.ts';
import { type GatewayObserver, silentObserver } from './observer.ts';
import { Ended, type Outcome, refuseServer, Unanswered } from './outcome.ts';
import type { Persona } from './persona.ts';
import { honest } from './personas.ts';
import { restSeconds, secondsText, toldSeconds } from './rest.ts';
import { completeSettings, type GatewaySettings } from './settings.ts';
import { type Authority, forRetry, messageOf, newNonce, prepareRequest, resumableRequest } from './transaction.ts';
import { certificateFrom, judgeAuthority, judgeIssued } from './verification.ts';

export interface GatewayParts {
  readonly store: DeviceStore;
  readonly clock?: Clock;
  /** Default: the honest one. */
  readonly persona?: Persona;
  readonly observer?: GatewayObserver;
  /** Where new keys come from; made when they are needed unless given. */
  readonly makeKey?: (kind: KeyKind) => Promise<KeyPair>;
  /** Where the nonces of requests come from; random unless given. */
  readonly makeNonce?: () => Uint8Array;
  /** From 0 up to 1: what comes on top of a wait. */
  readonly chance?: () => number;
  /** The address of a host, so that a fleet does not look up the same name for each connection. */
  readonly addressOf?: (host: string) => string | undefined;
  /** When it goes on with a connection that has opened, and with an answer; at once unless given. */
  readonly turns?: Turns;
}

export interface GatewayStatus {
  /**
   * `enrolled` as long as there is a certificate, expired or not, and also while a renewal is pending. `pending` once the
   * server said so; a request that was made and never acknowledged is `none`, and the next attempt sends it again.
   */
  readonly state: 'none' | 'pending' | 'enrolled';
  /** PEM */
  readonly certificate?: string;
  /** PEM of the verified CA certificate: of the certificate, else of the pending request. */
  readonly cacert?: string;
}

/** Refusals after which the same request can never succeed; any other leaves it, to be asked for again. */
const finalRefusals: Readonly<Record<'request' | 'retrieve', ReadonlySet<number>>> = {
  request: new Set([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
  retrieve: new Set([4, 5, 8, 9, 10, 11]),
};
/** Refusals of a request resumed from an earlier start that say no more than that the server does not know it. */
const outdated: ReadonlySet<number> = new Set([5, 9, 10]);

/**
 * One device: the exchange of WO 01/47232, Figs. 3A and 3B, from its side. Whatever the peer does becomes an outcome;
 * only a mistake of the caller (settings, a damaged store) throws MusterError. Not for concurrent calls.
 */
export class Gateway {
  readonly #device: Device;
  readonly #exchange: Exchange;
  readonly #calls: Calls;

  /** @throws MusterError settings-invalid */
  constructor(settings: GatewaySettings, parts: GatewayParts) {
    this.#device = {
      settings: completeSettings(settings),
      persona: parts.persona ?? honest,
      observer: parts.observer ?? silentObserver,
      clock: parts.clock ?? systemClock,
      store: parts.store,
      makeKey: parts.makeKey ?? generateKeyPair,
      makeNonce: parts.makeNonce ?? newNonce,
      chance: parts.chance ?? Math.random,
      addressOf: parts.addressOf ?? (() => undefined),
      turns: parts.turns ?? atOnce,
    };
    this.#exchange = new Exchange(this.#device);
    this.#calls = new Calls(this.#device);
  }

  /** From getcacert to a verified certificate. A request that is still under way is resumed with the same bytes. */
  enroll(): Promise<Outcome> {
    return this.#attempt(async () => {
      const { settings, observer } = this.#device;
      observer.step({ name: 'identity', detail: `the server is to be ${settings.host} at ${settings.tlsUrl.host}` });
      const authority = await this.#getCaCertificate();
      const resumed = await resumableRequest(this.#device, authority);
      if (resumed !== undefined) {
        observer.step({ name: 'resume', detail: 'a request is under way already' });
        const outcome = await this.#pursue(resumed, authority);
        if (outcome.kind !== 'refused-by-server' || !outdated.has(outcome.status)) return outcome;
      }
      return this.#pursue(await prepareRequest(this.#device, authority), authority);
    });
  }

  /**
   * One poll for the pending request. With nothing pending, an enrolled device stays what it is.
   * @throws MusterError not-found when there is neither
   */
  retrieve(): Promise<Outcome> {
    return this.#attempt(async () => {
      const { store } = this.#device;
      const pending = await store.readPending();
      if (pending !== undefined) return this.#conclude(pending, 'retrieve', await this.#poll(pending));
      const identity = await store.readIdentity();
      if (identity !== undefined) return { kind: 'enrolled', certificate: identity.certificate };
      throw new MusterError('not-found', 'Nothing is pending and there is no certificate: enroll first.');
    });
  }

  /** Re-enrolls with a new key, due or not; the old identity stays until the new certificate is verified. */
  async renew(): Promise<Outcome> {
    const { persona, store, observer } = this.#device;
    const identity = await store.readIdentity();
    if (identity === undefined) return this.enroll();
    if (persona.quirks.has('keeps-expired')) return { kind: 'enrolled', certificate: identity.certificate };
    if (persona.quirks.has('forgets-old-identity')) await store.removeIdentity();
    observer.step({ name: 'renew', detail: 'with a new key; the old certificate stays until then' });
    if (!persona.quirks.has('same-key-on-renew')) return this.enroll();
    return this.#attempt(async () => {
      const authority = await this.#getCaCertificate();
      return this.#pursue(await prepareRequest(this.#device, authority, identity.key), authority);
    });
  }

  /** True when the certificate is within `renewBeforeSeconds` of its end, or past it. */
  async isRenewalDue(): Promise<boolean> {
    const { settings, clock, store } = this.#device;
    const identity = await store.readIdentity();
    if (identity === undefined) return false;
    const endMs = parseCertificate(identity.certificate).notAfter.getTime();
    return clock.now().getTime() >= endMs - settings.renewBeforeSeconds * 1000;
  }

  /** Renews when it is due, else does nothing. */
  async renewWhenDue(): Promise<Outcome | undefined> {
    return (await this.isRenewalDue()) ? this.renew() : undefined;
  }

  async status(): Promise<GatewayStatus> {
    const identity = await this.#device.store.readIdentity();
    if (identity !== undefined) {
      const { certificate, caCertificate } = identity;
      return { state: 'enrolled', certificate: certificatePem(certificate), cacert: certificatePem(caCertificate) };
    }
    const pending = await this.#device.store.readPending();
    if (!pending?.acknowledged) return { state: 'none' };
    return { state: 'pending', cacert: certificatePem(pending.caCertificate) };
  }

  /** Where may this call go? @throws MusterError not-found when the device is not enrolled */
  call(wishes: CallWishes): Promise<CallOutcome> {
    return ended(() => this.#calls.authorize(wishes));
  }

  /** What became of the call at that destination. @throws MusterError not-found when the device is not enrolled */
  report(call: AuthorizedCall, destination: Destination, detail: UsageDetail): Promise<UsageOutcome> {
    return ended(() => this.#calls.report(call, destination, detail));
  }

  /** Is there an open connection for the next message? Never, unless the device keeps them. */
  get isConnected(): boolean {
    return this.#exchange.isConnected;
  }

  /** Ends the connection that a device keeps between messages, if it does. */
  hangUp(): void {
    this.#exchange.hangUp();
  }

  /** Back to factory state. */
  async reset(): Promise<void> {
    await this.#device.store.removePending();
    await this.#device.store.removeIdentity();
  }

  /** The one place where what ended an attempt becomes its outcome. */
  async #attempt(work: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Ended) return error.outcome;
      throw error;
    }
  }

  /** Steps 335 to 345: the CA certificate, verified, or the attempt ends here. */
  async #getCaCertificate(): Promise<Authority> {
    const { observer, store } = this.#device;
    const reply = await this.#exchange.sendUntilAnswered(async () => ({ operation: 'getcacert' }));
    if (reply.kind === 'refused') throw new Ended(refusalOf(reply));
    if (reply.kind !== 'cacert') throw refuseServer('answer', `the answer to getcacert is «${reply.kind}»`);
    const certificate = certificateFrom(reply.certificate, 'ca.form');
    observer.certificate?.({ title: 'clearinghouse CA', der: certificate.der });
    judgeAuthority(this.#device, certificate, (await store.readIdentity()) !== undefined);
    observer.step({
      name: 'ca-verified',
      get detail() {
        return `${certificate.subjectText}, SHA-256 ${fingerprint(certificate.der, 'sha256')}`;
      },
    });
    return { certificate, nonce: reply.nonce };
  }

  /** Sends the request (or, if it is known to the server, a retrieve), then polls while it is pending. */
  async #pursue(request: PendingRequest, authority: Authority): Promise<Outcome> {
    const { settings, persona, observer, clock } = this.#device;
    let pending = request;
    let operation: 'request' | 'retrieve' = pending.acknowledged ? 'retrieve' : 'request';
    let reply: Reply | Unanswered = await this.#exchange.sendUntilAnswered(async (attempt) => {
      if (attempt > 0) pending = await forRetry(this.#device, pending);
      return messageOf(this.#device, pending, operation);
    });
    const mostPolls = persona.quirks.has('polls-for-ever') ? Number.POSITIVE_INFINITY : settings.maximumPolls;
    let silences = 0;
    for (let polls = 0; polls < mostPolls && this.#goesOn(reply); polls++) {
      silences = reply instanceof Unanswered ? silences + 1 : 0;
      if (!(reply instanceof Unanswered) && reply.kind === 'pending') {
        pending = await this.#acknowledge(pending);
        operation = 'retrieve';
      }
      const told = toldSeconds(settings.pollIntervalSeconds, reply.retryAfterSeconds, silences);
      const rest = restSeconds(this.#device, told);
      const poll = `poll ${polls + 1} of ${settings.maximumPolls}`;
      observer.step({ name: 'pending', detail: `${poll} in ${secondsText(rest)}`, toldSeconds: told });
      await clock.sleep(rest);
      if (persona.quirks.has('gives-up-on-pending')) {
        pending = await prepareRequest(this.#device, authority);
        operation = 'request';
      }
      if (persona.quirks.has('ignores-rejection')) operation = 'retrieve';
      reply = await this.#exchange
        .send(messageOf(this.#device, pending, operation))
        .catch((error: unknown) => asPatience(error));
    }
    if (reply instanceof Unanswered) throw reply;
    return this.#conclude(pending, operation, reply);
  }

  /** Does the device wait and ask again? It does while pending, and when the server asks for patience. */
  #goesOn(reply: Reply | Unanswered): boolean {
    if (reply instanceof Unanswered || reply.kind === 'pending') return true;
    if (reply.kind !== 'refused') return false;
    return reply.retryAfterSeconds !== undefined || this.#device.persona.quirks.has('ignores-rejection');
  }

  #poll(pending: PendingRequest): Promise<Reply> {
    return this.#exchange.sendUntilAnswered(async () => messageOf(this.#device, pending, 'retrieve'));
  }

  async #acknowledge(pending: PendingRequest): Promise<PendingRequest> {
    if (pending.acknowledged) return pending;
    const acknowledged = { ...pending, acknowledged: true };
    await this.#device.store.writePending(acknowledged);
    return acknowledged;
  }

  /** What the last answer makes of the request. */
  async #conclude(pending: PendingRequest, operation: 'request' | 'retrieve', reply: Reply): Promise<Outcome> {
    const { store, persona, observer } = this.#device;
    switch (reply.kind) {
      case 'issued':
        return this.#install(pending, reply.certificate);
      case 'pending':
        await this.#acknowledge(pending);
        return { kind: 'pending' };
      case 'refused': {
        observer.step({ name: 'refused', detail: `status ${reply.status}` });
        if (persona.quirks.has('ignores-rejection')) return { kind: 'pending' };
        if (finalRefusals[operation].has(reply.status)) await store.removePending();
        return refusalOf(reply);
      }
      case 'cacert':
        throw refuseServer('answer', `the answer to ${operation} is that of getcacert`);
    }
  }

  /** Only a certificate that passed every check takes the place of the old identity. */
  async #install(pending: PendingRequest, der: Uint8Array): Promise<Outcome> {
    const { store, persona, observer } = this.#device;
    const { key, caCertificate } = pending;
    const identity = { key, certificate: der, caCertificate };
    if (persona.quirks.has('stores-before-verifying') || persona.quirks.has('half-stored-certificate'))
      await store.writeIdentity(identity);
    if (persona.quirks.has('status-alone-enrolls') && Buffer.compare(der, noCertificate) === 0)
      return { kind: 'enrolled', certificate: (await store.readIdentity())?.certificate ?? der };
    const certificate = certificateFrom(der, 'issued.form');
    observer.certificate?.({ title: 'issued certificate', der });
    judgeIssued(this.#device, pending, certificate);
    await store.writeIdentity(identity);
    await store.removePending();
    const until = certificate.notAfter.toISOString();
    observer.step({ name: 'enrolled', detail: `${certificate.subjectText}, until ${until}` });
    return { kind: 'enrolled', certificate: der };
  }
}

async function ended<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Ended) return failureOf(error);
    throw error;
  }
}

function refusalOf(reply: Reply & { kind: 'refused' }): Outcome {
  return { kind: 'refused-by-server', status: reply.status, error: reply.error ?? '' };
}

/** A poll without an answer is not the end: the next poll asks again. */
function asPatience(error: unknown): Unanswered {
  if (error instanceof Unanswered) return error;
  throw error;
}

function certificatePem(der: Uint8Array): string {
  return toPem('CERTIFICATE', der);
}
