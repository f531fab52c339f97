import type { HttpRequest } from '#protocol/http.ts';
import { type PolicyId, policyOf } from '#protocol/pki/policies.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { elsewherePath, type Fault } from '#simulators/hostile/answer-fault.ts';
import { ObservedListener, type TlsContact } from '#simulators/hostile/observed-listener.ts';
import { type PkiFault, pkiFaults, type TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import type { ClientHello } from '#simulators/hostile/raw-tls/client-hello.ts';
import type { RawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';
import { versionName } from '#simulators/hostile/raw-tls/numbers.ts';
import { RawTlsResponder } from '#simulators/hostile/raw-tls/responder.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import { createThirdPartyCa, type ThirdPartyCa } from '#simulators/third-party-ca.ts';
import type { WatchedDevice } from '../case/conduct.ts';
import type { FixedAxes } from '../case/details.ts';
import { type Identity, makeIdentity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Stage } from '../evidence/repro.ts';
import { recordChain } from '../evidence/shown-chain.ts';
import { judgingProfile } from '../profile/statement.ts';
import { isExternal, type Plan } from '../runner/plan.ts';
import type { DeviceEnvironment, DeviceState, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { DeviceAnswers, listPath } from './device-answers.ts';
import { DeviceExchanges, type Exchange, type Mark } from './device-exchanges.ts';
import { ShownIdentity } from './shown-identity.ts';
import { ToldEnvironment } from './told-environment.ts';
import { hostFor, type Phase, type Variation, variationOf } from './variation.ts';

export interface DeviceBenchParts {
  readonly device: WatchedDevice;
  readonly plan: Plan;
  readonly caseId: string;
  readonly fixes: FixedAxes;
  readonly recorder: Recorder;
  readonly judge: Judge;
  /** TLS asks the device for its certificate. */
  readonly asksForCertificate?: boolean;
}

/** What a device is told to call. */
export const calledNumber = '14045550100';

/** A password is checked at each exchange of a bench: its hash is made cheap. */
const benchPasswordCost = 256;

/**
 * The place where one device meets one clearinghouse: a third-party CA, the honest reference server behind a listener with
 * the wire in view, and the means to present one fault at a time.
 */
export class DeviceBench {
  readonly identity: Identity;
  readonly judge: Judge;
  readonly recorder: Recorder;
  readonly profile: CryptoProfile;
  /** This case saw the device enroll with the honest server, and nothing took that from it since. */
  isEnrolled = false;
  readonly #device: WatchedDevice;
  readonly plan: Plan;
  readonly #caseId: string;
  readonly #thirdParty: ThirdPartyCa;
  #clearinghouse!: ReferenceServer;
  #listener!: ObservedListener;
  #exchanges!: DeviceExchanges;
  #told!: ToldEnvironment;
  #shown!: ShownIdentity;
  readonly #fixes: FixedAxes;
  readonly #variation: Variation;
  readonly #asksForCertificate: boolean;
  #resets = 0;
  readonly #answers: DeviceAnswers;
  #hostile = false;

  private constructor(parts: DeviceBenchParts, thirdParty: ThirdPartyCa) {
    this.identity = makeIdentity(parts.plan.seed, parts.caseId);
    this.judge = parts.judge;
    this.recorder = parts.recorder;
    this.profile = judgingProfile(parts.plan.profile, parts.plan.statement);
    this.#device = parts.device;
    this.plan = parts.plan;
    this.#caseId = parts.caseId;
    this.#asksForCertificate = parts.asksForCertificate ?? false;
    this.#thirdParty = thirdParty;
    this.#fixes = parts.fixes;
    this.#variation = variationOf(parts.caseId, this.profile, parts.fixes);
    this.#answers = new DeviceAnswers({
      recorder: this.recorder,
      exchanges: () => this.#exchanges,
      clearinghouse: () => this.#clearinghouse,
      thirdParty,
      name: () => (this.#hostile ? 'hostile server' : 'server'),
      context: () => this.#answerContext(),
      profile: this.profile,
    });
  }

  static async open(parts: DeviceBenchParts, options: Partial<ServerOptions> = {}): Promise<DeviceBench> {
    const bench = new DeviceBench(parts, await createThirdPartyCa({ profile: parts.plan.profile }));
    await bench.#prepare(options);
    return bench;
  }

  async close(): Promise<void> {
    this.recorder.did(`Resets of the device: ${this.#resets}.`);
    await this.#listener.stop();
  }

  /** The clearinghouse behind the bench, for its administrator. */
  get clearinghouse(): ReferenceServer {
    return this.#clearinghouse;
  }

  get environment(): DeviceEnvironment {
    return this.#told.now;
  }

  /** How long the device may wait for an answer that does not end. */
  get patienceSeconds(): number {
    return this.#device.patienceSeconds;
  }

  /** How long the device was told to wait between two polls; undefined when nobody here knows. */
  get pollIntervalSeconds(): number | undefined {
    return this.#device.pollIntervalSeconds;
  }

  /** Is the device one of somebody else? */
  get isExternal(): boolean {
    return isExternal(this.plan, this.#caseId);
  }

  get exchanges(): readonly Exchange[] {
    return this.#exchanges.all;
  }

  mark(): Mark {
    return this.#exchanges.mark();
  }

  exchangesSince(mark: Mark): readonly Exchange[] {
    return this.#exchanges.since(mark);
  }

  restMs(before: Exchange, next: Exchange): number {
    return this.#exchanges.restMs(before, next);
  }

  contactsSince(mark: Mark): Promise<readonly TlsContact[]> {
    return this.#exchanges.contactsSince(mark);
  }

  challengeSince(mark: Mark): string | undefined {
    return this.#exchanges.challengeSince(mark);
  }

  /** Names of the secrets of this case that stand in what came since the mark, in all of it or in a part. */
  canariesSince(mark: Mark, isMeant?: (request: HttpRequest) => boolean): string[] {
    return this.#exchanges.canariesSince(mark, this.identity, isMeant);
  }

  /** What the device offered in the first TLS connection that can be read; undefined when there was none. */
  get clientHello(): ClientHello | undefined {
    return this.#listener.contacts.find(({ clientHello }) => clientHello)?.clientHello;
  }

  /** From now on, TLS shows a chain with this fault. */
  async present(fault: PkiFault): Promise<void> {
    this.#hostile = !fault.good;
    const now = new Date();
    const identity = fault.id === pkiFaults.none.id ? this.#shown.good : await this.#forged(fault, now);
    if (fault.id !== pkiFaults.none.id) {
      const what = fault.good ? 'the good chain' : 'a certificate with the fault';
      this.recorder.stimulus(`The server shows ${what} “${fault.id}”: ${fault.explanation}`);
    }
    const { anchorPem } = this.#thirdParty;
    await this.#told.anchor(identity.anchorPem ?? anchorPem);
    if (!this.recorder.isPaused) {
      const good = fault.good
        ? undefined
        : { anchorPem, ...(await this.#forged(fault.control ?? pkiFaults.none, now)) };
      recordChain(this.recorder, fault, { anchorPem, ...identity }, good);
    }
    this.#shown.show(identity);
    this.#putOnStage(fault.id === pkiFaults.none.id ? undefined : fault, this.#shown.now);
  }

  /** From now on, TLS is spoken by hand with the good certificate, and with this fault in the handshake. */
  async presentRaw(fault: RawTlsFault): Promise<void> {
    this.#hostile = Object.keys(fault.deviation).length > 0;
    // The version is that of the fault.
    this.#shown.version = undefined;
    const what = `TLS by hand, “${fault.id}”: ${fault.explanation}`;
    if (this.#hostile) this.recorder.stimulus(what);
    else this.recorder.did(what);
    const other = fault.deviation.renegotiates ? (await this.#forged(pkiFaults['unknown-ca'])).chainPem : undefined;
    this.#listener.presentRaw(await RawTlsResponder.create(fault, this.#shown.good, other));
    this.#putOnStage(fault);
  }

  /** From now on there is no TLS where it is due; undefined brings the good server back. */
  async withholdTls(outage: TlsOutage | undefined): Promise<void> {
    await this.present(pkiFaults.none);
    if (!outage) return;
    this.#hostile = true;
    this.recorder.stimulus(`TLS cannot be had, “${outage.id}”: ${outage.explanation}`);
    this.#listener.withholdTls(outage);
    this.#putOnStage(outage, this.#shown.good);
  }

  /** From now on the good certificate bears the other name of the bench too, so that a device gets in where redirects lead. */
  async bearOtherName(): Promise<void> {
    const { listen, name } = this.plan.network;
    const other = otherNameOf(this.plan.network);
    if (other === undefined) {
      this.judge.notApplicable(
        `The bench listens on ${listen} as ${name}, and a device knows it by no other name: give a DNS name with --name, and one address with --listen.`,
      );
    }
    await this.#shown.renew([this.#shown.host, other]);
    await this.present(pkiFaults.none);
  }

  /**
   * From now on the server is as the case has it: the device is told that identity, for which the good certificate is made
   * out, and TLS is of one version.
   */
  async vary(): Promise<void> {
    this.#shown.version = this.#variation.version;
    const found = hostFor(this.#variation.reach, this.plan.network);
    if ('why' in found && this.#fixes.reach) return this.judge.notApplicable(found.why);
    const { host } = 'host' in found ? found : this.#shown;
    if (host !== this.#shown.host) {
      this.#shown.host = host;
      await this.#shown.renew();
      this.#told.host(host, this.#listener.ports.tls);
    }
    this.#shown.show(this.#shown.good);
    this.recorder.did(
      `The device is told that the server is ${host}; TLS is ${this.#shown.version}, unless spoken by hand.`,
    );
  }

  /** In which phase of its life the device meets the fault of this case. */
  get phase(): Phase {
    return this.#variation.phase;
  }

  /** The case is about that phase, and not about any. */
  get isAboutPhase(): boolean {
    return this.#fixes.phase !== undefined;
  }

  /** The device said so when it was asked, or its vendor did. */
  lacks(phase: Phase): boolean {
    const declared = phase === 'enroll' ? undefined : this.plan.statement?.lines[phase];
    return this.#device.lacks(phase) || declared?.words.includes('no') === true;
  }

  /** From now on the server gives tickets, so that a device may ask for its session again. */
  offerSessions(): void {
    this.recorder.did('The server gives tickets: a device may ask for the session again.');
    this.#shown.offerSessions();
  }

  /** From now on the clock of the device says this, and goes on from there; undefined: its own again. */
  setClock(now: Date | undefined): void {
    this.recorder.did(`The clock of the device ${now ? `says ${now.toISOString()}` : 'is its own again'}.`);
    this.#told.clock(now);
  }

  /** Does the device say that it can do this? */
  async can(capability: string): Promise<boolean> {
    return (await this.#device.info()).capabilities.includes(capability);
  }

  /** The one TLS version of this case is given up; false when it was already. */
  speaksAnyVersion(because: string): boolean {
    const { version } = this.#shown;
    if (version === undefined) return false;
    this.recorder.did(`The device was shown ${version} alone, and ${because}: TLS is as the profile says.`);
    this.#shown.speakAnyVersion();
    return true;
  }

  /** What the device was told of the server's identity, when it is a name that the bench made up (RFC 6761 §6.3). */
  get madeUpName(): string | undefined {
    const { host } = this.#shown;
    return host.endsWith('.localhost') && host !== this.plan.network.name ? host : undefined;
  }

  /** From now on, answers inside good TLS bear this fault; undefined makes the server honest again. */
  async lie(fault: Fault | undefined): Promise<void> {
    this.#hostile = fault !== undefined && !fault.allowed;
    this.#putOnStage(fault, this.#shown.now);
    if (fault) {
      const how = fault.allowed ? 'in the form' : 'with the fault';
      this.recorder.stimulus(`The server answers ${how} “${fault.id}”: ${fault.explanation}`);
    }
    const given = await this.#answers.lie(fault);
    this.#told.fingerprintOf(fault?.fingerprintAgrees && given ? given : this.#authorityDer);
  }

  /** From now on the device is told the fingerprint of the CA certificate out of band, or it is not. */
  tellFingerprint(told: boolean): void {
    this.recorder.did(`The device is told ${told ? 'the' : 'no'} fingerprint of the CA certificate.`);
    this.#told.fingerprintOf(this.#authorityDer, told);
  }

  /** From now on the same clearinghouse demands a challenge (protocol decisions, «Proof of possession»). */
  async demandChallenge(): Promise<void> {
    this.recorder.did('The server demands a challenge: its getcacert answer bears a nonce.');
    this.#clearinghouse = await this.#createClearinghouse({ proofOfPossession: 'challenge' });
    this.#told.fingerprintOf(this.#authorityDer);
  }

  /** From now on base64 stands escaped in every honest answer, or raw. */
  escapeBase64(escapes: boolean): void {
    this.recorder.did(`In its answers the server ${escapes ? 'escapes base64' : 'leaves base64 raw'}.`);
    this.#answers.escapesBase64 = escapes;
  }

  /** The next request over TLS is answered by a cut connection. */
  cutNextAnswer(): void {
    this.recorder.did('The connection is cut before the answer to the request.');
    this.#answers.cutsNext = true;
  }

  /** @throws CaseEnded not-applicable when the device does not support the verb */
  async perform(verb: DeviceVerb): Promise<DeviceWord> {
    const word = await this.attempt(verb);
    if (word.kind === 'unsupported') this.judge.notApplicable(`The device does not support the verb "${verb}".`);
    return word;
  }

  async attempt(verb: DeviceVerb): Promise<DeviceWord> {
    this.recorder.arrow('harness', 'device', verb);
    const began = performance.now();
    const environment = verb === 'call' ? { ...this.environment, calledNumber } : this.environment;
    const word = await this.#device.perform(verb, environment);
    this.recorder.deviceMs += performance.now() - began;
    this.recorder.output(`Device, ${verb}`, word.output);
    this.recorder.arrow('device', 'harness', word.kind, 'local', word.detail);
    return word;
  }

  async status(): Promise<DeviceState> {
    return this.#device.status(this.environment);
  }

  /** The profile decides so, and the case has nothing to judge: names the line. */
  leftToProfile(policy: PolicyId): never {
    const { line, choice } = policyOf(this.profile, policy);
    const name = this.plan.statement?.file ?? this.profile.id;
    const profileLine = `The profile ${name}, line “${line}”: ${choice}`;
    this.judge.notApplicable(`${profileLine}.`, profileLine);
  }

  /** To factory state, unless it is known to be there; without it no case can begin. */
  async reset(): Promise<void> {
    this.isEnrolled = false;
    if (this.#device.isAtFactory) return;
    this.#resets += 1;
    const word = await this.perform('reset');
    if (word.kind !== 'done') this.judge.broken(`The device could not be reset: ${word.detail}`);
  }

  async #prepare(options: Partial<ServerOptions>): Promise<void> {
    const { network } = this.plan;
    this.recorder.redaction.hide(this.identity.password);
    const [thirdParty, variation, profile] = [this.#thirdParty, this.#variation, this.profile];
    this.#shown = await ShownIdentity.create({ host: network.name, thirdParty, variation, profile });
    this.#clearinghouse = await this.#createClearinghouse(options);
    const respond = (request: HttpRequest) => this.#answers.respond(request);
    this.#listener = new ObservedListener(respond, this.#shown.good, this.profile, this.#asksForCertificate);
    this.#exchanges = new DeviceExchanges(this.#listener);
    this.#shown.showAt(this.#listener);
    this.#listener.onOffer = ({ versions }) => {
      if (!versions.map(versionName).includes(this.#shown.version ?? '')) this.speaksAnyVersion('does not offer it');
    };
    this.recorder.capture = this.#listener;
    await this.#listener.start(network.listen, { http: network.http, tls: network.tls });
    this.recorder.did(`The server's key is ${this.#variation.leafKey}.`);
    const { anchorPem } = this.#thirdParty;
    this.#told = await ToldEnvironment.create(this.plan, this.#caseId, this.identity, anchorPem, this.#listener.ports);
    this.#told.fingerprintOf(this.#authorityDer);
  }

  get #authorityDer(): Uint8Array {
    return this.#clearinghouse.authority.certificate.der;
  }

  async #createClearinghouse(options: Partial<ServerOptions>): Promise<ReferenceServer> {
    return ReferenceServer.create({
      profile: this.plan.profile,
      name: this.plan.network.name,
      configuration: { text: configurationOf(this.identity), fileName: 'bench.conf' },
      accounts: [{ ...this.identity, passwordHash: await hashPassword(this.identity.password, benchPasswordCost) }],
      tls: this.#shown.good,
      ...options,
    });
  }

  #putOnStage(fault: Stage['fault'] | undefined, identity?: TlsIdentity): void {
    this.recorder.stage = fault && {
      fault,
      ...(identity === undefined ? {} : { identity }),
      authority: this.#clearinghouse.authority,
      environment: () => this.environment,
      exchanges: this.exchanges,
    };
  }

  #forged(fault: PkiFault, now?: Date): Promise<TlsIdentity> {
    const listUrl = `http://${this.plan.network.name}:${this.#listener.ports.http}${listPath}`;
    return this.#shown.forge(fault, this.#clearinghouse.authority, listUrl, now);
  }

  #answerContext() {
    const { network } = this.plan;
    const { http, tls } = this.#listener.ports;
    return {
      deviceName: this.identity.deviceName,
      elsewhere: {
        cleartext: `http://${network.name}:${http}${elsewherePath}`,
        otherHost: `https://${otherNameOf(network)}:${tls}${elsewherePath}`,
      },
      patienceSeconds: this.patienceSeconds,
    };
  }
}

/**
 * The address itself in the place of the name, or a second name: a device that is sent there was sent to another host.
 * Undefined where the device would not reach the bench by it.
 */
function otherNameOf({ listen, name }: Plan['network']): string | undefined {
  if (listen !== name) return listen === '0.0.0.0' || listen === '::' ? undefined : listen;
  return listen === '127.0.0.1' ? 'localhost' : undefined;
}

function configurationOf({ deviceName }: Identity): string {
  return `enroll enabled
routing enabled
cdrs enabled
group "bench"
device ${deviceName} bench enabled
route bench "${calledNumber}" ${deviceName} 1
`;
}
