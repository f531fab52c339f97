import { randomBytes } from 'node:crypto';
import { quoteWord } from '#protocol/config-file/tokenizer.ts';
import { messageOf } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import type { AuthorizationRequest, AuthorizationResponse } from '#protocol/osp/authorization.ts';
import { type Component, decodeMessage, encodeMessage, type OspMessage } from '#protocol/osp/message.ts';
import type { UsageIndication } from '#protocol/osp/usage.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { privateKeyPem } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import type { Gateway } from '#simulators/gateway/gateway.ts';
import { type RawRequest, sendRaw } from '#simulators/hostile/raw-client.ts';
import type { ClientIdentity } from '#simulators/hostile/raw-conversation.ts';
import type { Identity } from '../case/identity.ts';
import type { ServerNeeds } from '../subject/server.ts';
import type { ServerBench } from './server-bench.ts';
import { describeOutcome } from './server-reply.ts';

/** A device that enrolled at the server under test, and what it got. */
export interface Caller {
  readonly identity: Identity;
  readonly gateway: Gateway;
  readonly certificate: Certificate;
  readonly as: ClientIdentity;
}

/** One answer at `/osp`: as it came, and as the strict reader takes it. */
export interface OspReply {
  readonly http: HttpAnswer;
  /** Undefined when the body is no message; `problem` then says why. */
  readonly message: OspMessage | undefined;
  readonly problem: string | undefined;
}

export interface CallOptions extends Partial<Pick<RawRequest, 'method' | 'target' | 'headers' | 'as'>> {
  readonly transport?: 'tls' | 'cleartext';
}

/** The configuration file of a case: what it wants in it besides the usual, and what it wants otherwise. */
export interface CallPlan {
  /** Devices besides the caller, in the group `others`; two unless said. */
  readonly others?: number;
  /** Instead of the DNS name that the bench makes up. */
  readonly callerName?: string;
  /** What follows the word `route`; the caller is in the group `callers`. */
  readonly routes?: (others: readonly string[], caller: string) => readonly string[];
}

export interface FileChanges {
  /** Lines in the place of `routing enabled` and `cdrs enabled`. */
  readonly flags?: readonly string[];
  readonly disabled?: readonly Identity[];
  readonly without?: readonly Identity[];
}

const calledNumber = '14045550100';

/** The place where one server meets gateways that enrolled with it, and call. */
export class CallBench {
  readonly bench: ServerBench;
  readonly callerIdentity: Identity;
  readonly others: readonly Identity[];
  readonly #plan: CallPlan;

  constructor(bench: ServerBench, plan: CallPlan = {}) {
    const { others = 2, callerName } = plan;
    this.bench = bench;
    const identity = bench.makeIdentity(0);
    this.callerIdentity = callerName === undefined ? identity : { ...identity, deviceName: callerName };
    this.others = Array.from({ length: others }, (_, number) => bench.makeIdentity(1 + number));
    this.#plan = plan;
  }

  get names(): readonly string[] {
    return this.others.map(({ deviceName }) => deviceName);
  }

  /** Has the server set up with the devices and routes of the plan. */
  async deploy(needs: Partial<ServerNeeds> = {}): Promise<void> {
    const devices = [this.callerIdentity, ...this.others].map((identity) => ({ identity }));
    await this.bench.deploy({ devices, configuration: this.file(), ...needs });
  }

  /** Puts a changed file in the place of the one in force. Where that cannot be, the case is not applicable. */
  async reload(changes: FileChanges): Promise<void> {
    this.bench.recorder.did('The configuration file is changed.');
    await this.bench.administrator.reload(this.file(changes));
  }

  file({ flags = ['routing enabled', 'cdrs enabled'], disabled = [], without = [] }: FileChanges = {}): string {
    const { routes = ([first]) => [`callers "" ${first} 1`] } = this.#plan;
    const line = (identity: Identity, group: string): string[] => {
      const state = disabled.includes(identity) ? 'disabled' : 'enabled';
      return without.includes(identity) ? [] : [`device ${quoteWord(identity.deviceName)} ${group} ${state}`];
    };
    const devices = [...line(this.callerIdentity, 'callers'), ...this.others.flatMap((one) => line(one, 'others'))];
    const ways = routes(this.names, this.callerIdentity.deviceName).map((way) => `route ${way}`);
    return `${['enroll enabled', ...flags, 'group callers', 'group others', ...devices, ...ways].join('\n')}\n`;
  }

  /** The control: an honest device enrolls. Red, it makes the case an error. */
  async enroll(identity: Identity = this.callerIdentity): Promise<Caller> {
    const { bench } = this;
    const store = new MemoryStore();
    bench.recorder.control('Control: the device enrolls.');
    const outcome = await bench.enroll(identity, store);
    const held = await store.readIdentity();
    if (outcome.kind !== 'enrolled' || !held)
      return bench.judge.broken(`The control is red: ${describeOutcome(outcome)}`);
    const certificate = parseCertificate(held.certificate);
    const as = { cert: toPem('CERTIFICATE', held.certificate), key: privateKeyPem(held.key) };
    return { identity, gateway: bench.gateway(identity, store), certificate, as };
  }

  /** The control: the enrolled device is let through by the very server. */
  async control(caller: Caller, number = calledNumber): Promise<void> {
    const outcome = await caller.gateway.call({ calledNumber: number });
    if (outcome.kind === 'authorized') return;
    this.bench.judge.broken(`The control is red: an honest call ends as ${JSON.stringify(outcome)}.`);
  }

  /** The server is set up, and a device has enrolled and called. */
  async ready(needs: Partial<ServerNeeds> = {}): Promise<Caller> {
    await this.deploy(needs);
    const caller = await this.enroll();
    await this.control(caller);
    return caller;
  }

  /** Sends a message, or bytes as they are, on a connection of its own. */
  async send(body: OspMessage | string | Uint8Array, options: CallOptions = {}): Promise<OspReply> {
    const { deployment, profile, recorder, judge } = this.bench;
    const { transport = 'tls', target = '/osp', headers, ...rest } = options;
    const bytes = typeof body === 'string' ? Buffer.from(body) : 'messageId' in body ? encodeMessage(body) : body;
    const url = transport === 'tls' ? deployment.tlsUrl : deployment.httpUrl;
    const head = headers ?? [
      `Host: ${new URL(url).host}`,
      'content-type: text/plain',
      `Content-Length: ${bytes.length}`,
    ];
    const request = {
      method: options.method ?? 'POST',
      path: target,
      headers: {},
      body: bytes,
      secure: transport === 'tls',
      from: 'device',
    };
    recorder.request('device', 'server', request);
    const http = await sendRaw({ ...rest, url, target, headers: head, body: bytes, profile });
    recorder.answer('server', 'device', request, http);
    if (http.status >= 500) judge.violation(`The server answered HTTP ${http.status}.`);
    try {
      return { http, message: decodeMessage(http.body), problem: undefined };
    } catch (thrown) {
      return { http, message: undefined, problem: messageOf(thrown) };
    }
  }

  /** One component in a message of its own, and its answer. */
  async ask(component: Component, options: CallOptions): Promise<OspReply> {
    return this.send({ messageId: newNumber(), random: newNumber(), components: [component] }, options);
  }

  request(differs: Partial<AuthorizationRequest> = {}): AuthorizationRequest {
    const { customer, device } = this.callerIdentity;
    return {
      kind: 'AuthorizationRequest',
      componentId: newNumber(),
      timestamp: new Date(),
      callIds: [randomBytes(16), randomBytes(16), randomBytes(16)],
      sourceInfo: { type: 'e164', value: '14048724799' },
      sourceAlternates: [],
      calledNumber,
      destinationAlternates: [],
      maximumDestinations: 8,
      customerId: customer,
      deviceId: device,
      ...differs,
    };
  }

  usage(differs: Partial<UsageIndication> = {}): UsageIndication {
    const { customer, device } = this.callerIdentity;
    return {
      kind: 'UsageIndication',
      componentId: newNumber(),
      timestamp: new Date(),
      role: 'source',
      // A server that knows every transaction that it gave may not know this one: it is another's.
      transactionId: newNumber(),
      callId: randomBytes(16),
      sourceInfo: { type: 'e164', value: '14048724799' },
      sourceAlternates: [],
      calledNumber,
      destinationAlternates: [{ type: 'transport', value: '[192.0.2.1]' }],
      detail: { amount: 30, terminationCause: 16 },
      customerId: customer,
      deviceId: device,
      ...differs,
    };
  }

  /** Where an honest call goes, and under which transaction; refused, it makes the case an error. */
  async authorized(caller: Caller, differs: Partial<AuthorizationRequest> = {}): Promise<AuthorizationResponse> {
    const { message, problem, http } = await this.ask(this.request(differs), { as: caller.as });
    const [response] = message?.components ?? [];
    if (response?.kind === 'AuthorizationResponse' && response.status.code === 200) return response;
    const seen = problem ?? JSON.stringify(response);
    return this.bench.judge.violation(`Expected: an honest call is let through. Seen: HTTP ${http.status}, ${seen}.`);
  }
}

export function newNumber(): string {
  return String(randomBytes(6).readUIntBE(0, 6));
}
