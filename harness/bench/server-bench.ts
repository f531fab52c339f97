import { randomBytes } from 'node:crypto';
import { systemClock } from '#protocol/clock.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import { type CryptoProfile, profiles } from '#protocol/pki/profiles.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';
import type { WireEvent } from '#simulators/gateway/observer.ts';
import type { Outcome } from '#simulators/gateway/outcome.ts';
import { goodPkcs10 } from '#simulators/hostile/pkcs10-forge.ts';
import { type Identity, makeIdentity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import { answerOf, recordingObserver } from '../evidence/gateway-observer.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Plan } from '../runner/plan.ts';
import type { Deployment, ServerNeeds, ServerUnderTest } from '../subject/server.ts';
import { deviceOf, senderOf } from './deployed-devices.ts';
import { IssuedAnswers } from './issued-answers.ts';
import { ServerAdministrator, unlessImpossible } from './server-administrator.ts';
import { askedToWait, describeOutcome, type Reply } from './server-reply.ts';
import { type SendOptions, ServerWire } from './server-wire.ts';

interface ServerBenchParts {
  readonly server: ServerUnderTest;
  readonly plan: Plan;
  readonly caseId: string;
  readonly recorder: Recorder;
  readonly judge: Judge;
}

/** The place where one server meets honest and hostile gateways. */
export class ServerBench {
  readonly judge: Judge;
  readonly recorder: Recorder;
  readonly profile: CryptoProfile;
  readonly plan: Plan;
  /** Where hostile devices send from. */
  readonly wire: ServerWire;
  readonly administrator: ServerAdministrator;
  readonly #server: ServerUnderTest;
  readonly #caseId: string;
  #deployment: Deployment | undefined;
  #issued = new IssuedAnswers();
  /** What the last answer to an honest gateway asked for. */
  #waitSeconds: number | undefined;

  constructor({ server, plan, caseId, recorder, judge }: ServerBenchParts) {
    this.judge = judge;
    this.recorder = recorder;
    this.profile = profiles[plan.profile];
    this.plan = plan;
    this.#server = server;
    this.#caseId = caseId;
    const deployment = () => this.deployment;
    this.wire = new ServerWire({ deployment, profile: this.profile, recorder, judge });
    this.administrator = new ServerAdministrator({ deployment, wire: this.wire, recorder, judge });
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
      return unlessImpossible(this.judge, thrown);
    }
    const own = new Set(devices.map(({ identity }) => identity));
    for (const identity of this.#deployment.identities) {
      if (!own.has(identity)) this.recorder.redaction.hide(identity.password);
    }
    return this.#deployment;
  }

  async stop(): Promise<void> {
    this.wire.hangUp();
    this.wire.forgetAuthority();
    await this.#deployment?.stop();
    this.#deployment = undefined;
    this.#issued = new IssuedAnswers();
  }

  /** The name that the configuration file has in the server's messages. */
  configurationFile(): Promise<string> {
    return this.#server.configurationFile();
  }

  get deployment(): Deployment {
    if (!this.#deployment) throw new Error('The case has no server yet: deploy one.');
    return this.#deployment;
  }

  /** A device of the deployment; the first unless a number is given. */
  identity(number = 0): Identity {
    return deviceOf(this.deployment, number);
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
      await this.wire.wait(this.#waitSeconds);
      outcome = await gateway.enroll();
    }
    if (outcome.kind !== 'pending') return outcome;
    await this.administrator.approve(identity);
    return gateway.retrieve();
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

  /** A message of a hostile device. What is issued for it is judged as every certificate is. */
  async send(message: EnrollmentMessage, options: SendOptions = {}): Promise<Reply> {
    const reply = await this.wire.sendBody(encodeRequest(message), message.operation, options);
    if (reply.answer?.kind === 'issued') {
      const authority = await this.wire.authority();
      const sender = senderOf(this.deployment, message);
      this.#issued.judge(this.judge, message, reply.answer.certificate, authority, sender);
    }
    return reply;
  }
}
