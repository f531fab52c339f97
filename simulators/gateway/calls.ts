import { randomBytes } from 'node:crypto';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { AuthorizationRequest, Destination } from '#protocol/osp/authorization.ts';
import { type Component, decodeMessage, encodeMessage, type OspMessage } from '#protocol/osp/message.ts';
import type { UsageDetail } from '#protocol/osp/usage.ts';
import { privateKeyPem } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { callChecks } from './call-checks.ts';
import { judge, makeChecks } from './checks.ts';
import { clientContext, dialTls } from './connection.ts';
import type { DeviceIdentity } from './device-store.ts';
import { type Device, untilAnswered } from './exchange.ts';
import { post } from './http-post.ts';
import { type Ended, type Outcome, refuseServer, Unanswered } from './outcome.ts';
import { judgeServer } from './verification.ts';

export interface CallWishes {
  readonly calledNumber: string;
  readonly callingNumber?: string;
  /** Default 5. */
  readonly maximumDestinations?: number;
}

/** A call that the clearinghouse lets through. */
export interface AuthorizedCall extends CallWishes {
  readonly transactionId: string;
  /** In the order in which they are to be tried. */
  readonly destinations: readonly Destination[];
}

export type Failure = Extract<Outcome, { kind: 'refused-server' | 'unreachable' }>;
export type CallRefused = { readonly kind: 'call-refused'; readonly status: number; readonly description: string };
export type CallOutcome = { readonly kind: 'authorized'; readonly call: AuthorizedCall } | CallRefused | Failure;
export type UsageOutcome = { readonly kind: 'reported' } | CallRefused | Failure;

/**
 * What an enrolled device does (WO 01/47232, Fig. 1): asks the clearinghouse where a call may go, and reports what became of
 * it. Each message goes on a connection of its own, to a server that is verified as for the enrollment, and the device shows
 * the certificate that it enrolled for.
 */
export class Calls {
  readonly #device: Device;

  constructor(device: Device) {
    this.#device = device;
  }

  /** @throws MusterError not-found when the device is not enrolled; Ended refused-server, Unanswered */
  async authorize(wishes: CallWishes): Promise<CallOutcome> {
    const { settings, persona, observer, clock } = this.#device;
    const { calledNumber, callingNumber, maximumDestinations = 5 } = wishes;
    const anonymous = persona.quirks.has('calls-without-identifier');
    const request: AuthorizationRequest = {
      kind: 'AuthorizationRequest',
      componentId: newNumber(),
      timestamp: clock.now(),
      callIds: anonymous ? [] : Array.from({ length: maximumDestinations }, () => randomBytes(16)),
      ...(callingNumber === undefined ? {} : { sourceInfo: { type: 'e164', value: callingNumber } }),
      sourceAlternates: [],
      calledNumber: persona.quirks.has('calls-without-number') ? '' : calledNumber,
      destinationAlternates: [],
      maximumDestinations,
      customerId: settings.customer,
      deviceId: settings.device,
    };
    const { asked, answered } = await this.#exchange('authorization', request);
    const [response, ...more] = answered.components;
    if (response?.kind === 'Status') return refused(response.status);
    if (response?.kind !== 'AuthorizationResponse' || more.length > 0)
      throw refuseServer('answer', 'the answer is not that of an authorization request');
    const { clockSkewSeconds } = settings;
    const subject = { asked, request, answered, response, at: clock.now(), clockSkewSeconds };
    judge(makeChecks(callChecks, subject), persona, observer);
    const { status, transactionId = '', destinations } = response;
    if (status.code !== 200) return refused(status);
    observer.step({ name: 'authorized', detail: destinations.map(({ signalAddress }) => signalAddress).join(', ') });
    return { kind: 'authorized', call: { ...wishes, transactionId, destinations } };
  }

  /** Of one attempt at one destination. @throws as `authorize` */
  async report(
    call: AuthorizedCall,
    { callId, signalAddress }: Destination,
    detail: UsageDetail,
  ): Promise<UsageOutcome> {
    const { settings, persona, clock } = this.#device;
    const { answered } = await this.#exchange('usage', {
      kind: 'UsageIndication',
      componentId: newNumber(),
      timestamp: clock.now(),
      role: 'source',
      transactionId: persona.quirks.has('forgets-transaction') ? newNumber() : call.transactionId,
      callId,
      ...(call.callingNumber === undefined ? {} : { sourceInfo: { type: 'e164', value: call.callingNumber } }),
      sourceAlternates: [],
      calledNumber: call.calledNumber,
      destinationAlternates: [{ type: 'transport', value: signalAddress }],
      detail,
      customerId: settings.customer,
      deviceId: settings.device,
    });
    const [confirmation] = answered.components;
    if (confirmation?.kind !== 'UsageConfirmation' && confirmation?.kind !== 'Status')
      throw refuseServer('answer', 'the answer is not that of an indication of usage');
    return confirmation.status.code === 201 ? { kind: 'reported' } : refused(confirmation.status);
  }

  /** The same bytes again while answers are lost: the clearinghouse counts a report once. */
  async #exchange(step: string, component: Component): Promise<{ asked: OspMessage; answered: OspMessage }> {
    const identity = await this.#device.store.readIdentity();
    if (!identity) throw new MusterError('not-found', 'There is no certificate to call with: enroll first.');
    const asked = { messageId: newNumber(), random: newNumber(), components: [component] };
    const body = encodeMessage(asked);
    const { status, body: bytes } = await untilAnswered(this.#device, () => this.#post(step, body, identity));
    if (status >= 500) throw new Unanswered(`the server answered HTTP ${status}`, { mayRetry: false });
    try {
      return { asked, answered: decodeMessage(bytes) };
    } catch (thrown) {
      throw refuseServer('answer', `the answer, HTTP ${status}, is no message of the protocol: ${messageOf(thrown)}`);
    }
  }

  #post(step: string, body: Uint8Array, { key, certificate }: DeviceIdentity) {
    const { settings, persona, observer, clock, turns } = this.#device;
    const url = new URL(persona.quirks.has('calls-at-tep') ? settings.tlsUrl : new URL('/osp', settings.tlsUrl));
    const shown = persona.quirks.has('calls-anonymously')
      ? {}
      : { cert: toPem('CERTIFICATE', certificate), key: privateKeyPem(key) };
    const context = clientContext({ ...tlsOptions(settings.profile), ...shown });
    const trusting = persona.quirks.has('calls-anybody');
    observer.step({ name: step, detail: `over TLS to ${url.href}` });
    return post({
      url,
      transport: 'tls',
      dial: dialTls(url, context, (peer) => judgeServer(this.#device, peer, trusting), { turns }),
      contentType: 'text/plain',
      body,
      timeoutSeconds: settings.timeoutSeconds,
      observer,
      clock,
      turns,
    });
  }
}

function refused({ code, description }: { readonly code: number; readonly description: string }): CallRefused {
  return { kind: 'call-refused', status: code, description };
}

/** The end of a call as its outcome. An enrollment’s other ends do not come up here. */
export function failureOf({ outcome }: Ended): Failure {
  if (outcome.kind === 'refused-server' || outcome.kind === 'unreachable') return outcome;
  throw new MusterError('internal', `A call ended as "${outcome.kind}".`);
}

function newNumber(): string {
  return String(randomBytes(6).readUIntBE(0, 6));
}
