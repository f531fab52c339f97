import type { SecureContext } from 'node:tls';
import type { Clock } from '#protocol/clock.ts';
import { messageOf } from '#protocol/errors.ts';
import { type Answer, decodeAnswer } from '#protocol/messages/answers.ts';
import { encodeRequest, type Operation, type RequestMessage } from '#protocol/messages/requests.ts';
import type { KeyKind, KeyPair } from '#protocol/pki/keys.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import type { Turns } from '#protocol/turn-batch.ts';
import { readCarelessly } from './answer-quirks.ts';
import { postCarelessly, postsCarelessly } from './careless-post.ts';
import { clientContext, type Dial, dialCleartext, dialTls, type Resumption, type SecurePeer } from './connection.ts';
import type { DeviceStore } from './device-store.ts';
import { dialFlawed } from './flawed-tls.ts';
import { type HttpReply, post } from './http-post.ts';
import { KeptConnection } from './kept-connection.ts';
import { decodeLeniently, readsLeniently } from './lenient-answers.ts';
import type { GatewayObserver } from './observer.ts';
import { refuseServer, Unanswered } from './outcome.ts';
import type { Persona } from './persona.ts';
import { restSeconds, secondsText } from './rest.ts';
import type { CompleteSettings } from './settings.ts';
import { judgeServer } from './verification.ts';

/** What the parts of one device share. */
export interface Device {
  readonly settings: CompleteSettings;
  readonly persona: Persona;
  readonly observer: GatewayObserver;
  readonly clock: Clock;
  readonly store: DeviceStore;
  readonly makeKey: (kind: KeyKind) => Promise<KeyPair>;
  readonly makeNonce: () => Uint8Array;
  /** From 0 up to 1: what comes on top of a wait. */
  readonly chance: () => number;
  /** The address of a host that was looked up already, if it was. */
  readonly addressOf: (host: string) => string | undefined;
  /** When it goes on with a connection that has opened, and with an answer. */
  readonly turns: Turns;
}

/** A decoded answer, and how long the server asks to wait before the next message. */
export type Reply = Answer & { readonly retryAfterSeconds?: number };

/** Table 4 gives `text/html` to request and retrieve; the deployed client sends it. */
const contentTypes: Readonly<Record<Operation, string>> = {
  getcacert: 'text/plain',
  request: 'text/html',
  retrieve: 'text/html',
};

/** Sends messages, each on a connection of its own unless the settings say otherwise, each TLS connection verified. */
export class Exchange {
  readonly #device: Device;
  readonly #kept: KeptConnection | undefined;
  #session: { readonly session: Buffer; readonly chain: readonly Uint8Array[] } | undefined;

  constructor(device: Device) {
    this.#device = device;
    this.#kept = device.settings.connections === 'kept' ? new KeptConnection() : undefined;
  }

  /** Is there a connection for the next message? */
  get isConnected(): boolean {
    return this.#kept?.isOpen ?? false;
  }

  /** Ends the connection that is kept for the next message. */
  hangUp(): void {
    this.#kept?.close();
  }

  /** One message, one answer. @throws Ended refused-server, Unanswered */
  async send(message: RequestMessage): Promise<Reply> {
    const { operation } = message;
    const { settings, persona, observer } = this.#device;
    const body = encodeRequest(message);
    const first = this.#usesTls(operation)
      ? await this.#postOverTls(operation, body).catch((error: unknown) => this.#fallBack(error, operation, body))
      : await this.#postInClear(settings.httpUrl, operation, body);
    const reply = await this.#followed(first, operation, body);
    observer.step({ name: 'answer', detail: `HTTP ${reply.status}, ${reply.body.length} bytes` });
    const answer = judgeReply(operation, reply, persona);
    // A refusal in HTTP 200 is final, whatever its headers say.
    const { retryAfterSeconds } = reply;
    if (retryAfterSeconds === undefined || (reply.status === 200 && answer.kind === 'refused')) return answer;
    return { ...answer, retryAfterSeconds };
  }

  /** The same, repeated a bounded number of times while answers are lost. The message is made anew for each attempt. */
  sendUntilAnswered(message: (attempt: number) => Promise<RequestMessage>): Promise<Reply> {
    return untilAnswered(this.#device, async (attempt) => this.send(await message(attempt)));
  }

  /** WO 01/47232, Fig. 3B step 350: request and retrieve never go in cleartext; getcacert may (Table 2). */
  #usesTls(operation: Operation): boolean {
    const { settings, persona } = this.#device;
    if (operation === 'getcacert')
      return settings.caCertificateVia === 'tls' && !persona.quirks.has('trusts-cleartext-authority');
    return !persona.quirks.has('credentials-over-cleartext');
  }

  async #postOverTls(operation: Operation, body: Uint8Array): Promise<HttpReply> {
    const { settings, persona, addressOf, turns } = this.#device;
    const { tlsUrl } = settings;
    const dial = (verify: (peer: SecurePeer) => void): Dial =>
      dialFlawed(tlsUrl, settings.profile, persona, verify) ??
      dialTls(tlsUrl, contextOf(settings.profile), verify, {
        address: addressOf(settings.host),
        turns,
        resumption: this.#resumption(),
      });
    if (!persona.quirks.has('sends-before-verification')) {
      const trusting = persona.quirks.has('verifies-first-connection-only') && (await this.#isLater(operation));
      const verify = (peer: SecurePeer): void => judgeServer(this.#device, peer, trusting);
      return this.#post(tlsUrl, 'tls', dial(verify), operation, body);
    }
    let seen: SecurePeer | undefined;
    const remember = (peer: SecurePeer): void => {
      seen = peer;
    };
    try {
      return await this.#post(tlsUrl, 'tls', dial(remember), operation, body);
    } finally {
      if (seen !== undefined) judgeServer(this.#device, seen, false);
    }
  }

  /** Decision point: what was verified is resumed, and is verified again whenever it is. */
  #resumption(): Resumption | undefined {
    if (this.#device.settings.connections !== 'resumed') return undefined;
    return {
      session: this.#session?.session,
      chain: this.#session?.chain,
      keep: (session, chain) => {
        this.#session = { session, chain };
      },
    };
  }

  #postInClear(url: URL, operation: Operation, body: Uint8Array): Promise<HttpReply> {
    const { addressOf, turns } = this.#device;
    const dial = dialCleartext(url, { address: addressOf(url.hostname), turns });
    return this.#post(url, 'cleartext', dial, operation, body);
  }

  /** Decision point: no redirect is followed, for what stands at its end was never verified. */
  #followed(reply: HttpReply, operation: Operation, body: Uint8Array): Promise<HttpReply> | HttpReply {
    const { settings, persona } = this.#device;
    if (reply.location === undefined || !persona.quirks.has('follows-redirects')) return reply;
    const url = new URL(reply.location, settings.tlsUrl);
    if (url.protocol === 'http:') return this.#postInClear(url, operation, body);
    const dial = dialTls(url, contextOf(settings.profile), () => {});
    return this.#post(url, 'tls', dial, operation, body);
  }

  /** Decision point: without TLS there is no answer. */
  #fallBack(error: unknown, operation: Operation, body: Uint8Array): Promise<HttpReply> {
    const { settings, persona } = this.#device;
    if (!persona.quirks.has('falls-back-to-cleartext')) throw error;
    return this.#postInClear(new URL(settings.tlsUrl.href.replace('https:', 'http:')), operation, body);
  }

  async #isLater(operation: Operation): Promise<boolean> {
    return operation === 'retrieve' || (await this.#device.store.readIdentity()) !== undefined;
  }

  #post(
    url: URL,
    transport: 'cleartext' | 'tls',
    dial: ReturnType<typeof dialCleartext>,
    operation: Operation,
    body: Uint8Array,
  ): Promise<HttpReply> {
    const { settings, persona, observer, clock, turns } = this.#device;
    observer.step({ name: operation, detail: `${transport === 'tls' ? 'over TLS' : 'in cleartext'} to ${url.href}` });
    const { timeoutSeconds } = settings;
    const options = {
      url,
      transport,
      dial,
      contentType: contentTypes[operation],
      body,
      timeoutSeconds,
      observer,
      clock,
      turns,
      kept: url === settings.tlsUrl ? this.#kept : undefined,
      knowsRetryDates: !persona.quirks.has('knows-no-retry-dates'),
    };
    return postsCarelessly(persona) ? postCarelessly(options, persona) : post(options);
  }
}

/** Sends, a bounded number of times, until there is an answer. @throws what `send` throws */
export async function untilAnswered<T>(device: Device, send: (attempt: number) => Promise<T>): Promise<T> {
  const { settings, observer, clock } = device;
  for (let attempt = 0; ; attempt++) {
    try {
      return await send(attempt);
    } catch (error) {
      if (!(error instanceof Unanswered && error.mayRetry && attempt < settings.retries)) throw error;
      const toldSeconds = Math.max(settings.retryDelaySeconds, error.retryAfterSeconds);
      const rest = restSeconds(device, toldSeconds);
      observer.step({ name: 'retry', detail: `no answer; the same again in ${secondsText(rest)}`, toldSeconds });
      await clock.sleep(rest);
    }
  }
}

const contexts = new Map<CryptoProfile, SecureContext>();

/** One for all devices of a profile. */
function contextOf(profile: CryptoProfile): SecureContext {
  const known = contexts.get(profile) ?? clientContext(tlsOptions(profile));
  contexts.set(profile, known);
  return known;
}

/** @throws Ended refused-server (`answer`, `answer.http`), Unanswered */
function judgeReply(operation: Operation, reply: HttpReply, persona: Persona): Answer {
  const { status } = reply;
  // Protocol refusals travel in HTTP 200, as 0 and 1 do.
  if (status === 200 || persona.quirks.has('ignores-http-status')) {
    try {
      return decode(operation, reply.body, persona);
    } catch (error) {
      throw refuseServer('answer', `the answer to ${operation} is no message of the protocol: ${messageOf(error)}`);
    }
  }
  // Under another HTTP status, an answer may explain a refusal, and nothing else.
  const refusal = refusalIn(operation, reply.body, persona);
  if (refusal) return refusal;
  const { retryAfterSeconds } = reply;
  // RFC 9110 §15.5.9: 408 says that the request did not come in time; it may be repeated.
  const isRequestLate = status === 408;
  if (status >= 500 || status === 429 || isRequestLate) {
    throw new Unanswered(`the server answered HTTP ${status}`, {
      mayRetry: retryAfterSeconds !== undefined || isRequestLate,
      retryAfterSeconds: retryAfterSeconds ?? 0,
    });
  }
  const redirect = status >= 300 && status < 400 ? ': redirects are not followed' : '';
  throw refuseServer('answer.http', `the server answered HTTP ${status}, expected 200${redirect}`);
}

function refusalIn(operation: Operation, body: Uint8Array, persona: Persona): Answer | undefined {
  try {
    const answer = decode(operation, body, persona);
    return answer.kind === 'refused' ? answer : undefined;
  } catch {
    return undefined;
  }
}

function decode(operation: Operation, body: Uint8Array, persona: Persona): Answer {
  const lenient = readsLeniently(persona) ? decodeLeniently(operation, body, persona) : undefined;
  return lenient ?? decodeAnswer(operation, readCarelessly(operation, body, persona.quirks));
}
