import { systemClock } from '#protocol/clock.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { decodeRequest, encodeRequest, type Operation } from '#protocol/messages/requests.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { RawChannel, type RawRequest, sendRaw } from '#simulators/hostile/raw-client.ts';
import { type Conversation, type ConversationOptions, converse } from '#simulators/hostile/raw-conversation.ts';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import { type Deployment, WordRefused } from '../subject/server.ts';
import { deviceOf, senderOf } from './deployed-devices.ts';
import { askedToWait, type Reply, readReply } from './server-reply.ts';

export type SendOptions = Partial<Omit<RawRequest, 'url' | 'body' | 'profile'>> & {
  readonly transport?: 'tls' | 'cleartext';
  /** Does not wait and come again, though the server asks for it. */
  readonly impatient?: boolean;
};

type ConverseOptions = Omit<ConversationOptions, 'url' | 'profile' | 'patienceSeconds'> & {
  readonly transport?: 'tls' | 'cleartext';
  readonly patienceSeconds?: number;
};

interface WireParts {
  readonly deployment: () => Deployment;
  readonly profile: CryptoProfile;
  readonly recorder: Recorder;
  readonly judge: Judge;
}

/** Of a body, as evidence. */
const mostRecordedBytes = 8192;

/** What goes to the server under test as bytes of a device that may be hostile, and what comes back. */
export class ServerWire {
  readonly #parts: WireParts;
  readonly #idle: RawChannel[] = [];
  #authority: Certificate | undefined;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  /** The server is gone, or its connections are. */
  hangUp(): void {
    for (const channel of this.#idle.splice(0)) channel.close();
  }

  /** The server has another clearinghouse CA from now on. */
  forgetAuthority(): void {
    this.#authority = undefined;
  }

  /** The certificate of the clearinghouse CA, as getcacert gives it. */
  async authority(): Promise<Certificate> {
    if (this.#authority) return this.#authority;
    const body = encodeRequest({ operation: 'getcacert' });
    const { answer } = readReply(await this.#exchange({ body }), 'getcacert');
    if (answer?.kind !== 'cacert') return this.#parts.judge.violation('getcacert is not answered with a certificate.');
    this.#authority = parseCertificate(answer.certificate);
    return this.#authority;
  }

  getCaCertificate(options: SendOptions = {}): Promise<Reply> {
    return this.sendBody(encodeRequest({ operation: 'getcacert' }), 'getcacert', options);
  }

  /** Sends one of many generated bodies: not judged here, and not kept in the evidence. */
  async probe(body: Uint8Array | string): Promise<Reply> {
    return readReply(await this.#exchange({ body }), 'request');
  }

  /**
   * Sends a body as it is, and once more when the server asks for that later. `operation` only says how the answer is read.
   */
  async sendBody(body: Uint8Array | string, operation: Operation, options: SendOptions = {}): Promise<Reply> {
    const { impatient = false, ...patient } = options;
    const reply = await this.#sendOnce(body, operation, patient);
    const seconds = impatient ? undefined : askedToWait(reply.http);
    if (seconds === undefined) return reply;
    await this.wait(seconds);
    return this.#sendOnce(body, operation, patient);
  }

  async wait(seconds: number): Promise<void> {
    this.#parts.recorder.did(`The server asks to wait; the same again in ${seconds} s.`);
    await systemClock.sleep(seconds);
  }

  /** One connection with bytes as they are, to its end; what went out is told in words by the case. */
  async converse({ transport = 'tls', patienceSeconds = 3, ...options }: ConverseOptions): Promise<Conversation> {
    const { profile, recorder } = this.#parts;
    const conversation = await converse({ ...options, url: this.#url(transport), patienceSeconds, profile });
    const { received, closed, durationMs } = conversation;
    const end = closed ? 'closed by the server' : 'still open';
    recorder.output(`The server’s bytes; after ${Math.round(durationMs)} ms ${end}`, received.slice(0, 2000));
    this.#expectNoPassword(received);
    return conversation;
  }

  async #sendOnce(
    body: Uint8Array | string,
    operation: Operation,
    options: Omit<SendOptions, 'impatient'>,
  ): Promise<Reply> {
    const { profile, recorder } = this.#parts;
    const { approvesFirst, operator } = this.#parts.deployment();
    const { transport = 'tls', ...raw } = options;
    const url = this.#url(transport);
    const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
    const request = {
      method: raw.method ?? 'POST',
      path: raw.target ?? new URL(url).pathname,
      headers: {},
      body: bytes.subarray(0, mostRecordedBytes),
      secure: transport === 'tls',
      from: 'device',
    };
    recorder.request('hostile device', 'server', request);
    if (bytes.length > mostRecordedBytes) {
      recorder.did(`Its body has ${bytes.length} bytes, of which the first ${mostRecordedBytes} are kept here.`);
    }
    const http = await (transport === 'tls'
      ? this.#exchange({ ...raw, body: bytes })
      : sendRaw({ ...raw, url, body: bytes, profile }));
    recorder.answer('server', 'hostile device', request, http);
    const reply = this.#read(http, operation);
    if (reply.answer?.kind !== 'pending' || !approvesFirst) return reply;
    recorder.arrow('operator', 'server', 'approve');
    await operator?.approve(this.#senderOf(bytes)).catch(unlessDecided);
    // The same message again is answered by what became of it.
    return this.#sendOnce(body, operation, options);
  }

  /** On a connection to the TLS listener that is idle, or a new one. */
  async #exchange(request: Omit<RawRequest, 'url' | 'profile'>): Promise<HttpAnswer> {
    const channel = this.#idle.pop() ?? new RawChannel(this.#url('tls'), this.#parts.profile);
    const answer = await channel.exchange(request);
    this.#idle.push(channel);
    return answer;
  }

  #url(transport: 'tls' | 'cleartext'): string {
    const { tlsUrl, httpUrl } = this.#parts.deployment();
    return transport === 'tls' ? tlsUrl : httpUrl;
  }

  #read(http: HttpAnswer, operation: Operation): Reply {
    const text = Buffer.from(http.body).toString('latin1');
    if (http.status >= 500)
      this.#parts.judge.violation(`The server answered HTTP ${http.status}: ${text.slice(0, 200)}`);
    this.#expectNoPassword(text);
    return readReply(http, operation);
  }

  #expectNoPassword(text: string): void {
    const { deployment, judge } = this.#parts;
    for (const { password } of deployment().identities) {
      if (text.includes(password)) judge.violation('The server’s answer repeats a password.');
    }
  }

  /** Of a body that the server took for a request: the device’s name. */
  #senderOf(body: Uint8Array): string {
    const message = decodeRequest(body);
    const deployment = this.#parts.deployment();
    const name = message.operation === 'getcacert' ? undefined : senderOf(deployment, message);
    return name ?? deviceOf(deployment).deviceName;
  }
}

/** Of the same message twice at once, the other one was the first to be approved. */
function unlessDecided(thrown: unknown): void {
  if (!(thrown instanceof WordRefused)) throw thrown;
}
