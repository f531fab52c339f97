import { randomBytes } from 'node:crypto';
import { systemClock } from '#protocol/clock.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { decodeRequest, type EnrollmentMessage, encodeRequest, type Operation } from '#protocol/messages/requests.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import { type CryptoProfile, profiles } from '#protocol/pki/profiles.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';
import type { WireEvent } from '#simulators/gateway/observer.ts';
import type { Outcome } from '#simulators/gateway/outcome.ts';
import { goodPkcs10, type Pkcs10Fault } from '#simulators/hostile/pkcs10-forge.ts';
import { RawChannel, type RawRequest, sendRaw } from '#simulators/hostile/raw-client.ts';
import { type Conversation, type ConversationOptions, converse } from '#simulators/hostile/raw-conversation.ts';
import { type Identity, makeIdentity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import { answerOf, recordingObserver } from '../evidence/gateway-observer.ts';
import { pkcs10Fields } from '../evidence/message-view.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../runner/plan.ts';
import {
  CannotDeploy,
  type Deployment,
  type DeviceDefinition,
  type ServerNeeds,
  type ServerUnderTest,
  WordRefused,
} from '../subject/server.ts';
import { IssuedAnswers } from './issued-answers.ts';
import { askedToWait, describeOutcome, type Reply, readReply } from './server-reply.ts';

export type SendOptions = Partial<Omit<RawRequest, 'url' | 'body' | 'profile'>> & {
  readonly transport?: 'tls' | 'cleartext';
  /** Does not wait and come again, though the server asks for it. */
  readonly impatient?: boolean;
};

export type ConverseOptions = Omit<ConversationOptions, 'url' | 'profile' | 'patienceSeconds'> & {
  readonly transport?: 'tls' | 'cleartext';
  readonly patienceSeconds?: number;
};

export interface ServerBenchParts {
  readonly server: ServerUnderTest;
  readonly plan: Plan;
  readonly caseId: string;
  readonly recorder: Recorder;
  readonly judge: Judge;
}

/** Of a body, as evidence. */
const mostRecordedBytes = 8192;

/** The place where one server meets honest and hostile gateways. */
export class ServerBench {
  readonly judge: Judge;
  readonly recorder: Recorder;
  readonly profile: CryptoProfile;
  readonly plan: Plan;
  readonly #server: ServerUnderTest;
  readonly #caseId: string;
  #deployment: Deployment | undefined;
  readonly #idle: RawChannel[] = [];
  #issued = new IssuedAnswers();
  /** What the last answer to an honest gateway asked for. */
  #waitSeconds: number | undefined;
  #authority: Certificate | undefined;

  constructor({ server, plan, caseId, recorder, judge }: ServerBenchParts) {
    this.judge = judge;
    this.recorder = recorder;
    this.profile = profiles[plan.profile];
    this.plan = plan;
    this.#server = server;
    this.#caseId = caseId;
  }

  /** A device of this case; the same number is the same device, in each life of the case that has a name of its own. */
  makeIdentity(number = 0, life = ''): Identity {
    const identity = makeIdentity(this.plan.seed, `${this.#caseId}${life}`, number);
    this.recorder.redaction.hide(identity.password);
    return identity;
  }

  /** Has the server set up for the case. One that cannot be is not applicable. @throws FileRefused */
  async deploy(needs: Partial<ServerNeeds> = {}): Promise<Deployment> {
    await this.stop();
    const devices = needs.devices ?? [{ identity: this.makeIdentity() }];
    try {
      this.#deployment = await this.#server.deploy({ ...needs, devices });
    } catch (thrown) {
      return this.#cannot(thrown);
    }
    const own = new Set(devices.map(({ identity }) => identity));
    for (const identity of this.#deployment.identities) {
      if (!own.has(identity)) this.recorder.redaction.hide(identity.password);
    }
    return this.#deployment;
  }

  async stop(): Promise<void> {
    this.#dropConnections();
    await this.#deployment?.stop();
    this.#deployment = undefined;
    this.#issued = new IssuedAnswers();
    this.#authority = undefined;
  }

  #cannot(thrown: unknown): never {
    if (thrown instanceof CannotDeploy) this.judge.notApplicable(thrown.message);
    throw thrown;
  }

  /** The name that the configuration file has in the server's messages. */
  configurationFile(): Promise<string> {
    return this.#server.configurationFile();
  }

  /** Has the server read another configuration file. Where that cannot be, the case is not applicable. @throws FileRefused */
  async reload(configuration: string): Promise<void> {
    const { reload } = this.deployment;
    if (!reload) return this.judge.notApplicable('This server’s configuration file cannot be set.');
    await reload(configuration).catch((thrown: unknown) => this.#cannot(thrown));
  }

  /** Has the server killed and started again. Where that cannot be, the case is not applicable. */
  async kill(): Promise<void> {
    const { kill } = this.deployment;
    if (!kill) return this.judge.notApplicable('This server cannot be killed from here.');
    this.recorder.did('The server is killed, and starts again.');
    this.#dropConnections();
    await kill();
  }

  /** Gives the server another clearinghouse CA. Where that cannot be, the case is not applicable. */
  async rotate(): Promise<void> {
    const { control } = this.deployment;
    if (!control) return this.judge.notApplicable('This server cannot be given another CA from here.');
    this.recorder.did('The server gets another CA.');
    await control.rotate();
    this.#authority = undefined;
  }

  /** Has the administrator make a device of the case something else. Where that cannot be, the case is not applicable. */
  async change(device: DeviceDefinition): Promise<void> {
    const { change } = this.deployment;
    if (!change) return this.judge.notApplicable('This server’s devices cannot be changed.');
    this.recorder.arrow('operator', 'server', `${device.identity.deviceName} is ${stateOf(device)}`);
    await change(device).catch((thrown: unknown) => this.#cannot(thrown));
  }

  #dropConnections(): void {
    for (const channel of this.#idle.splice(0)) channel.close();
  }

  get deployment(): Deployment {
    if (!this.#deployment) throw new Error('The case has no server yet: deploy one.');
    return this.#deployment;
  }

  /** A device of the deployment; the first unless a number is given. */
  identity(number = 0): Identity {
    const identity = this.deployment.identities[number];
    if (!identity) throw new Error(`The deployment has no device number ${number}.`);
    return identity;
  }

  /** An honest simulated gateway with a memory of its own. */
  gateway(identity: Identity, store = new MemoryStore()): Gateway {
    const { httpUrl, tlsUrl, anchorPem, caFingerprint } = this.deployment;
    const observer = recordingObserver(this.recorder);
    const wire = (event: WireEvent): void => {
      observer.wire(event);
      if (event.direction === 'received') this.#waitSeconds = askedToWait(answerOf(event));
    };
    return new Gateway(
      {
        ...identity,
        httpUrl,
        tlsUrl,
        anchorsPem: anchorPem,
        ...(caFingerprint === undefined ? {} : { caFingerprint }),
        profile: this.profile.id,
        caCertificateVia: caFingerprint === undefined ? 'tls' : 'cleartext',
        pollIntervalSeconds: 0.05,
        maximumPolls: 0,
        timeoutSeconds: 10,
        renewBeforeSeconds: 0,
        clockSkewSeconds: 1,
        retryDelaySeconds: 0.05,
      },
      { store, clock: systemClock, observer: { ...observer, wire } },
    );
  }

  /** An honest enrollment to its end, approved by the operator where the server waits for that. */
  async enroll(identity: Identity = this.identity(), store = new MemoryStore()): Promise<Outcome> {
    const gateway = this.gateway(identity, store);
    let outcome = await gateway.enroll();
    if (this.#waitSeconds !== undefined && outcome.kind === 'refused-by-server') {
      await this.#wait(this.#waitSeconds);
      outcome = await gateway.enroll();
    }
    if (outcome.kind !== 'pending') return outcome;
    await this.approve(identity);
    return gateway.retrieve();
  }

  /** The administrator approves what waits of this device. Without an administrator the case is not applicable. */
  async approve(identity: Identity = this.identity()): Promise<void> {
    const { operator } = this.deployment;
    if (!operator)
      return this.judge.notApplicable('The server waits for approval, and there is no operator for it (--operator).');
    this.recorder.arrow('operator', 'server', 'approve');
    await operator.approve(identity.deviceName);
  }

  /** The control: an honest device enrolls. Red, it makes the case an error. */
  async control(identity: Identity = this.identity()): Promise<Certificate> {
    this.recorder.control('Control: an honest device enrolls.');
    const outcome = await this.enroll(identity);
    if (outcome.kind !== 'enrolled') this.judge.broken(`The control is red: ${describeOutcome(outcome)}`);
    return parseCertificate(outcome.certificate);
  }

  newKey(): Promise<KeyPair> {
    return generateKeyPair(this.profile.deviceKey);
  }

  /** A server elsewhere remembers nonces from run to run: none is used twice. */
  newNonce(): Uint8Array {
    return randomBytes(8);
  }

  /** A well-formed request of this device, with a new key and nonce unless given. */
  async request(
    identity: Identity = this.identity(),
    differs: Partial<EnrollmentMessage> = {},
  ): Promise<EnrollmentMessage> {
    const { deviceName, username, password, device, customer } = identity;
    const pkcs10 = differs.pkcs10 ?? goodPkcs10({ deviceName, key: await this.newKey(), profile: this.profile });
    return { operation: 'request', nonce: this.newNonce(), username, password, device, customer, ...differs, pkcs10 };
  }

  /** A request whose PKCS#10 holds the challenge that the server gives for it. */
  async challengedRequest(): Promise<EnrollmentMessage> {
    const { answer } = await this.getCaCertificate();
    const nonce = answer?.kind === 'cacert' ? answer.nonce : undefined;
    if (!nonce) return this.judge.violation('The getcacert answer bears no nonce, though a challenge is demanded.');
    const challengePassword = Buffer.from(nonce).toString('latin1');
    const { deviceName } = this.identity();
    const pkcs10 = goodPkcs10({ deviceName, key: await this.newKey(), profile: this.profile, challengePassword });
    return this.request(this.identity(), { pkcs10 });
  }

  /** A request whose PKCS#10 has this fault, and nothing else. */
  async faultyRequest(fault: Pkcs10Fault, identity: Identity = this.identity()): Promise<EnrollmentMessage> {
    this.recorder.did(`A gateway makes a PKCS#10 with the fault “${fault.id}”: ${fault.explanation}`);
    const key = await this.newKey();
    // One fault is to send the private key itself: it stays out of the evidence, too.
    this.recorder.redaction.hide(key.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'));
    const authority = await this.authority();
    const forge = { deviceName: identity.deviceName, key, profile: this.profile, authority };
    const pkcs10 = await fault.make(forge);
    this.recorder.marks.know(pkcs10, fault, pkcs10Fields(goodPkcs10(forge)));
    return this.request(identity, { pkcs10 });
  }

  async send(message: EnrollmentMessage, options: SendOptions = {}): Promise<Reply> {
    const reply = await this.sendBody(encodeRequest(message), message.operation, options);
    if (reply.answer?.kind === 'issued') {
      this.#issued.judge(this.judge, message, reply.answer.certificate, await this.authority(), this.#nameOf(message));
    }
    return reply;
  }

  /** The certificate of the clearinghouse CA, as getcacert gives it. */
  async authority(): Promise<Certificate> {
    if (this.#authority) return this.#authority;
    const body = encodeRequest({ operation: 'getcacert' });
    const { answer } = readReply(await this.#exchange({ body }), 'getcacert');
    if (answer?.kind !== 'cacert') return this.judge.violation('getcacert is not answered with a certificate.');
    this.#authority = parseCertificate(answer.certificate);
    return this.#authority;
  }

  /** Of a body that the server took for a request: the device’s name. */
  #senderOf(body: Uint8Array): string {
    const message = decodeRequest(body);
    const name = message.operation === 'getcacert' ? undefined : this.#nameOf(message);
    return name ?? this.identity().deviceName;
  }

  #nameOf({ device, customer }: EnrollmentMessage): string | undefined {
    const { identities } = this.deployment;
    return identities.find((one) => one.device === device && one.customer === customer)?.deviceName;
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
    await this.#wait(seconds);
    return this.#sendOnce(body, operation, patient);
  }

  async #sendOnce(
    body: Uint8Array | string,
    operation: Operation,
    options: Omit<SendOptions, 'impatient'>,
  ): Promise<Reply> {
    const { transport = 'tls', ...raw } = options;
    const url = transport === 'tls' ? this.deployment.tlsUrl : this.deployment.httpUrl;
    const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
    const request = {
      method: raw.method ?? 'POST',
      path: raw.target ?? new URL(url).pathname,
      headers: {},
      body: bytes.subarray(0, mostRecordedBytes),
      secure: transport === 'tls',
      from: 'device',
    };
    this.recorder.request('hostile device', 'server', request);
    if (bytes.length > mostRecordedBytes) {
      this.recorder.did(`Its body has ${bytes.length} bytes, of which the first ${mostRecordedBytes} are kept here.`);
    }
    const http = await (transport === 'tls'
      ? this.#exchange({ ...raw, body: bytes })
      : sendRaw({ ...raw, url, body: bytes, profile: this.profile }));
    this.recorder.answer('server', 'hostile device', request, http);
    const reply = this.#read(http, operation);
    if (reply.answer?.kind !== 'pending' || !this.deployment.approvesFirst) return reply;
    this.recorder.arrow('operator', 'server', 'approve');
    await this.deployment.operator?.approve(this.#senderOf(bytes)).catch(unlessDecided);
    // The same message again is answered by what became of it.
    return this.#sendOnce(body, operation, options);
  }

  async #wait(seconds: number): Promise<void> {
    this.recorder.did(`The server asks to wait; the same again in ${seconds} s.`);
    await systemClock.sleep(seconds);
  }

  /** On a connection to the TLS listener that is idle, or a new one. */
  async #exchange(request: Omit<RawRequest, 'url' | 'profile'>): Promise<HttpAnswer> {
    const channel = this.#idle.pop() ?? new RawChannel(this.deployment.tlsUrl, this.profile);
    const answer = await channel.exchange(request);
    this.#idle.push(channel);
    return answer;
  }

  /** One connection with bytes as they are, to its end; what went out is told in words by the case. */
  async converse({ transport = 'tls', patienceSeconds = 3, ...options }: ConverseOptions): Promise<Conversation> {
    const url = transport === 'tls' ? this.deployment.tlsUrl : this.deployment.httpUrl;
    const conversation = await converse({ ...options, url, patienceSeconds, profile: this.profile });
    const { received, closed, durationMs } = conversation;
    const end = closed ? 'closed by the server' : 'still open';
    this.recorder.output(`The server’s bytes; after ${Math.round(durationMs)} ms ${end}`, received.slice(0, 2000));
    for (const { password } of this.deployment.identities) {
      if (received.includes(password)) this.judge.violation('The server’s answer repeats a password.');
    }
    return conversation;
  }

  #read(http: HttpAnswer, operation: Operation): Reply {
    const text = Buffer.from(http.body).toString('latin1');
    if (http.status >= 500) this.judge.violation(`The server answered HTTP ${http.status}: ${text.slice(0, 200)}`);
    for (const { password } of this.deployment.identities) {
      if (text.includes(password)) this.judge.violation('The server’s answer repeats a password.');
    }
    return readReply(http, operation);
  }
}

/** Of the same message twice at once, the other one was the first to be approved. */
function unlessDecided(thrown: unknown): void {
  if (!(thrown instanceof WordRefused)) throw thrown;
}

function stateOf({ enabled = true, defined = true }: DeviceDefinition): string {
  return defined ? (enabled ? 'enabled' : 'disabled') : 'removed';
}
