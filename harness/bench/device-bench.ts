import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fingerprint, type KeyPair } from '#protocol/pki/keys.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import { type PolicyId, policyOf } from '#protocol/pki/policies.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { decodePairs, scanPairs } from '#protocol/wire.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { elsewherePath, type Fault, falsify } from '#simulators/hostile/answer-fault.ts';
import { withEscapedBase64 } from '#simulators/hostile/answer-forms.ts';
import { ObservedListener, type TlsContact } from '#simulators/hostile/observed-listener.ts';
import { forgeServerIdentity, type PkiFault, pkiFaults, type TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import type { ClientHello } from '#simulators/hostile/raw-tls/client-hello.ts';
import type { RawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';
import { versionName } from '#simulators/hostile/raw-tls/numbers.ts';
import { RawTlsResponder } from '#simulators/hostile/raw-tls/responder.ts';
import { createRevocationList, revokedSerial } from '#simulators/hostile/revocation-list.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import { createThirdPartyCa, type ThirdPartyCa } from '#simulators/third-party-ca.ts';
import type { WatchedDevice } from '../case/conduct.ts';
import type { FixedAxes } from '../case/details.ts';
import { type Identity, makeIdentity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Stage } from '../evidence/repro.ts';
import { pkcs10Of } from '../evidence/sent-pkcs10.ts';
import { judgingProfile, takesFingerprint } from '../profile/statement.ts';
import { isExternal, type Plan } from '../runner/plan.ts';
import type { DeviceEnvironment, DeviceState, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { hostFor, leafKeyOf, type Phase, type Variation, variationOf } from './variation.ts';

/** One message that reached the bench, and what was answered; undefined while there is none, or when it was cut off. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly operation: string;
  /** Of performance.now(): when the request was there, and when it was answered. */
  readonly at: number;
  answer?: HttpAnswer;
  answeredAt?: number;
}

/** A mark in what the bench has seen, so that a case can ask what came after it. */
export interface Mark {
  readonly exchanges: number;
  readonly contacts: number;
}

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

/** Where the third-party CA lists what it revoked. */
const listPath = '/third-party.crl';

/** What a device is told to call. */
export const calledNumber = '14045550100';

/** A password is checked at each exchange of a bench: its hash is made cheap. */
const benchPasswordCost = 256;

/** What a lie is made of that needs no honest answer. */
const plainAnswer: HttpAnswer = { status: 200, headers: { 'content-type': 'text/plain' }, body: new Uint8Array() };

/** How long a device that has ended its verb may keep a connection open before it counts as open. */
const longestGoodbyeSeconds = 1;

/**
 * The place where one device meets one clearinghouse: a third-party CA, the honest reference server behind a listener with
 * the wire in view, and the means to present one fault at a time.
 */
export class DeviceBench {
  readonly identity: Identity;
  readonly judge: Judge;
  readonly recorder: Recorder;
  readonly profile: CryptoProfile;
  readonly exchanges: Exchange[] = [];
  /** This case saw the device enroll with the honest server, and nothing took that from it since. */
  isEnrolled = false;
  readonly #device: WatchedDevice;
  readonly plan: Plan;
  readonly #caseId: string;
  readonly #thirdParty: ThirdPartyCa;
  #clearinghouse!: ReferenceServer;
  #listener!: ObservedListener;
  #environment!: DeviceEnvironment;
  #goodIdentity!: TlsIdentity & { readonly key: KeyPair };
  readonly #fixes: FixedAxes;
  readonly #variation: Variation;
  readonly #asksForCertificate: boolean;
  /** The one TLS version that is spoken; undefined while any of the profile is. */
  #version: SecureVersion | undefined;
  /** What TLS shows now. */
  #shown!: TlsIdentity;
  #resets = 0;
  /** What the device is told of the server's identity. */
  #host: string;
  /** `fixed`: the answer, where it is the same each time. */
  #lie: { fault: Fault; fixed?: HttpAnswer } | undefined;
  #cutNext = false;
  #escapesBase64 = false;
  #tellsFingerprint = true;
  #givesTickets = false;
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
    this.#host = parts.plan.network.name;
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
    return this.#environment;
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

  mark(): Mark {
    return { exchanges: this.exchanges.length, contacts: this.#listener.contacts.length };
  }

  exchangesSince(mark: Mark): readonly Exchange[] {
    return this.exchanges.slice(mark.exchanges);
  }

  /** How long the device rested between an answer and its next message: until it connected again, or sent it. */
  restMs({ answeredAt = 0 }: Exchange, next: Exchange): number {
    const connection = this.#listener.contacts.find(({ id }) => id.startsWith(`${next.request.from}/`));
    const began = connection && connection.openedAt > answeredAt ? connection.openedAt : next.at;
    return began - answeredAt;
  }

  /** The TLS connections since the mark, once they are over. */
  async contactsSince(mark: Mark): Promise<readonly TlsContact[]> {
    const contacts = this.#listener.contacts.slice(mark.contacts);
    await this.#listener.settled(contacts, longestGoodbyeSeconds);
    return contacts;
  }

  /** What the device offered in the first TLS connection that can be read; undefined when there was none. */
  get clientHello(): ClientHello | undefined {
    return this.#listener.contacts.find(({ clientHello }) => clientHello)?.clientHello;
  }

  /** From now on, TLS shows a chain with this fault. */
  async present(fault: PkiFault): Promise<void> {
    this.#hostile = !fault.good;
    const identity =
      fault.id === pkiFaults.none.id ? this.#goodIdentity : await forgeServerIdentity(fault, this.#forgeContext());
    if (fault.id !== pkiFaults.none.id) {
      const what = fault.good ? 'the good chain' : 'a certificate with the fault';
      this.recorder.did(`The server shows ${what} “${fault.id}”: ${fault.explanation}`);
    }
    await this.#tellAnchor(identity.anchorPem ?? this.#thirdParty.anchorPem);
    const leaf = fromPem(identity.chainPem, 'CERTIFICATE')[0];
    if (leaf) this.recorder.certificate(`Server certificate (${fault.id})`, parseCertificate(leaf));
    this.#show(identity);
    this.#putOnStage(fault.id === pkiFaults.none.id ? undefined : fault, this.#shown);
  }

  /** From now on, TLS is spoken by hand with the good certificate, and with this fault in the handshake. */
  async presentRaw(fault: RawTlsFault): Promise<void> {
    this.#hostile = Object.keys(fault.deviation).length > 0;
    // The version is that of the fault.
    this.#version = undefined;
    this.recorder.did(`TLS by hand, “${fault.id}”: ${fault.explanation}`);
    const other = fault.deviation.renegotiates
      ? (await forgeServerIdentity(pkiFaults['unknown-ca'], this.#forgeContext())).chainPem
      : undefined;
    this.#listener.presentRaw(await RawTlsResponder.create(fault, this.#goodIdentity, other));
    this.#putOnStage(fault);
  }

  /** From now on there is no TLS where it is due; undefined brings the good server back. */
  async withholdTls(outage: TlsOutage | undefined): Promise<void> {
    await this.present(pkiFaults.none);
    if (!outage) return;
    this.#hostile = true;
    this.recorder.did(`TLS cannot be had, “${outage.id}”: ${outage.explanation}`);
    this.#listener.withholdTls(outage);
    this.#putOnStage(outage, this.#goodIdentity);
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
    this.#goodIdentity = await this.#makeGoodIdentity([this.#host, other]);
    await this.present(pkiFaults.none);
  }

  /**
   * From now on the server is as the case has it: the device is told that identity, for which the good certificate is made
   * out, and TLS is of one version.
   */
  async vary(): Promise<void> {
    this.#version = this.#variation.version;
    const found = hostFor(this.#variation.reach, this.plan.network);
    if ('why' in found && this.#fixes.reach) return this.judge.notApplicable(found.why);
    const { host } = 'host' in found ? found : { host: this.#host };
    if (host !== this.#host) {
      this.#host = host;
      this.#goodIdentity = await this.#makeGoodIdentity();
      const authority = isIP(host) === 6 ? `[${host}]` : host;
      this.#environment = { ...this.#environment, tlsUrl: `https://${authority}:${this.#listener.ports.tls}/tep` };
    }
    this.#show(this.#goodIdentity);
    this.recorder.did(`The device is told that the server is ${host}; TLS is ${this.#version}, unless spoken by hand.`);
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
    this.#givesTickets = true;
    this.#show(this.#shown);
  }

  /** From now on the clock of the device says this, and goes on from there; undefined: its own again. */
  setClock(now: Date | undefined): void {
    this.recorder.did(`The clock of the device ${now ? `says ${now.toISOString()}` : 'is its own again'}.`);
    this.#environment = { ...this.#environment, clock: now?.toISOString() ?? '' };
  }

  /** Does the device say that it can do this? */
  async can(capability: string): Promise<boolean> {
    return (await this.#device.info()).capabilities.includes(capability);
  }

  /** The one TLS version of this case is given up; false when it was already. */
  speaksAnyVersion(because: string): boolean {
    if (this.#version === undefined) return false;
    this.recorder.did(`The device was shown ${this.#version} alone, and ${because}: TLS is as the profile says.`);
    this.#version = undefined;
    this.#show(this.#shown);
    return true;
  }

  /** What the device was told of the server's identity, when it is a name that the bench made up (RFC 6761 §6.3). */
  get madeUpName(): string | undefined {
    return this.#host.endsWith('.localhost') && this.#host !== this.plan.network.name ? this.#host : undefined;
  }

  /** From now on, answers inside good TLS bear this fault; undefined makes the server honest again. */
  async lie(fault: Fault | undefined): Promise<void> {
    this.#hostile = fault !== undefined && !fault.allowed;
    this.#lie = fault && { fault };
    this.#putOnStage(fault, this.#shown);
    this.#tellFingerprintOf(this.#clearinghouse.authority.certificate);
    if (!fault) return;
    this.recorder.did(
      `The server answers ${fault.allowed ? 'in the form' : 'with the fault'} “${fault.id}”: ${fault.explanation}`,
    );
    if (fault.operation !== 'getcacert' || ('answer' in fault && !fault.fingerprintAgrees)) return;
    const fixed = await falsify(fault, this.#answerContext(plainAnswer, new Uint8Array()));
    this.#lie = { fault, fixed };
    const given = scanPairs(fixed.body, () => {}).find(({ name }) => name === 'certificate' || name === 'cacert');
    if (fault.fingerprintAgrees && given)
      this.#tellFingerprintOf({ der: Buffer.from(Buffer.from(given.value).toString('latin1'), 'base64') });
  }

  /** From now on the device is told the fingerprint of the CA certificate out of band, or it is not. */
  tellFingerprint(told: boolean): void {
    this.#tellsFingerprint = told;
    this.recorder.did(`The device is told ${told ? 'the' : 'no'} fingerprint of the CA certificate.`);
    this.#tellFingerprintOf(this.#clearinghouse.authority.certificate);
  }

  /** From now on the same clearinghouse demands a challenge (protocol decisions, «Proof of possession»). */
  async demandChallenge(): Promise<void> {
    this.recorder.did('The server demands a challenge: its getcacert answer bears a nonce.');
    this.#clearinghouse = await this.#createClearinghouse({ proofOfPossession: 'challenge' });
    this.#tellFingerprintOf(this.#clearinghouse.authority.certificate);
  }

  /** The nonce of the last getcacert answer since the mark. */
  challengeSince(mark: Mark): string | undefined {
    const answers = this.exchangesSince(mark).filter(({ operation, answer }) => operation === 'getcacert' && answer);
    const pairs = decodePairs(answers.at(-1)?.answer?.body ?? new Uint8Array());
    const nonce = pairs.find(({ name }) => name === 'nonce');
    return nonce && Buffer.from(nonce.value).toString('latin1');
  }

  /** From now on base64 stands escaped in every honest answer, or raw. */
  escapeBase64(escapes: boolean): void {
    this.recorder.did(`In its answers the server ${escapes ? 'escapes base64' : 'leaves base64 raw'}.`);
    this.#escapesBase64 = escapes;
  }

  /** The next request over TLS is answered by a cut connection. */
  cutNextAnswer(): void {
    this.recorder.did('The connection is cut before the answer to the request.');
    this.#cutNext = true;
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
    const environment = verb === 'call' ? { ...this.#environment, calledNumber } : this.#environment;
    const word = await this.#device.perform(verb, environment);
    this.recorder.deviceMs += performance.now() - began;
    this.recorder.output(`Device, ${verb}`, word.output);
    this.recorder.arrow('device', 'harness', word.kind, 'local', word.detail);
    return word;
  }

  async status(): Promise<DeviceState> {
    return this.#device.status(this.#environment);
  }

  /** The profile decides so, and the case has nothing to judge: names the line. */
  leftToProfile(policy: PolicyId): never {
    const { line, choice } = policyOf(this.profile, policy);
    const name = this.plan.statement?.file ?? this.profile.id;
    this.judge.notApplicable(`The profile ${name}, line “${line}”: ${choice}.`);
  }

  /** To factory state, unless it is known to be there; without it no case can begin. */
  async reset(): Promise<void> {
    this.isEnrolled = false;
    if (this.#device.isAtFactory) return;
    this.#resets += 1;
    const word = await this.perform('reset');
    if (word.kind !== 'done') this.judge.broken(`The device could not be reset: ${word.detail}`);
  }

  /** Names of the secrets of this case that stand in what the bench received since the mark, in all of it or in a part. */
  canariesSince(mark: Mark, isMeant: (request: HttpRequest) => boolean = () => true): string[] {
    const bodies = this.exchangesSince(mark)
      .filter(({ request }) => isMeant(request))
      .map(({ request }) => Buffer.from(request.body).toString('latin1').replace(/%2D/gi, '-'));
    const canaries: [string, string][] = [
      ['password', this.identity.password],
      ['user name', this.identity.username],
      ['PKCS#10', 'request=M'],
    ];
    return canaries.filter(([, secret]) => bodies.some((body) => body.includes(secret))).map(([name]) => name);
  }

  async #prepare(options: Partial<ServerOptions>): Promise<void> {
    const { network, workspace } = this.plan;
    this.recorder.redaction.hide(this.identity.password);
    this.#goodIdentity = await this.#makeGoodIdentity();
    this.#clearinghouse = await this.#createClearinghouse(options);
    const respond = (request: HttpRequest) => this.#respond(request);
    this.#listener = new ObservedListener(respond, this.#goodIdentity, this.profile, this.#asksForCertificate);
    this.#show(this.#goodIdentity);
    this.#listener.onOffer = ({ versions }) => {
      if (!versions.map(versionName).includes(this.#version ?? '')) this.speaksAnyVersion('does not offer it');
    };
    this.recorder.capture = this.#listener;
    await this.#listener.start(network.listen, { http: network.http, tls: network.tls });
    const stateFolder = join(workspace, this.#caseId, 'state');
    await mkdir(stateFolder, { recursive: true });
    const anchorFile = join(workspace, this.#caseId, 'anchor.pem');
    await writeFile(anchorFile, this.#thirdParty.anchorPem);
    this.recorder.did(`The server's key is ${this.#variation.leafKey}.`);
    const { http, tls } = this.#listener.ports;
    this.#environment = {
      httpUrl: `http://${network.name}:${http}/tep`,
      tlsUrl: `https://${network.name}:${tls}/tep`,
      anchorPem: this.#thirdParty.anchorPem,
      anchorFile,
      caFingerprintSha256: '',
      caFingerprintSha1: '',
      clock: '',
      calledNumber: '',
      ...this.identity,
      profile: this.plan.profile,
      caseId: this.#caseId,
      stateFolder,
    };
    this.#tellFingerprintOf(this.#clearinghouse.authority.certificate);
  }

  async #createClearinghouse(options: Partial<ServerOptions>): Promise<ReferenceServer> {
    return ReferenceServer.create({
      profile: this.plan.profile,
      name: this.plan.network.name,
      configuration: { text: configurationOf(this.identity), fileName: 'bench.conf' },
      accounts: [{ ...this.identity, passwordHash: await hashPassword(this.identity.password, benchPasswordCost) }],
      tls: this.#goodIdentity,
      ...options,
    });
  }

  async #makeGoodIdentity(names = [this.#host]): Promise<TlsIdentity & { readonly key: KeyPair }> {
    const key = await leafKeyOf(this.#variation, this.profile);
    const changes = {
      dnsNames: names.filter((name) => isIP(name) === 0),
      ipAddresses: names.filter((name) => isIP(name) !== 0),
    };
    return { ...(await this.#thirdParty.issueServer({ host: this.#host, key, changes })), key };
  }

  #show(identity: TlsIdentity): void {
    const { version: _any, ...others } = identity;
    this.#shown = {
      ...others,
      ...(this.#version === undefined ? {} : { version: this.#version }),
      ...(this.#givesTickets ? { givesTickets: true } : {}),
    };
    this.#listener.present(this.#shown, this.profile);
  }

  async #tellAnchor(anchorPem: string): Promise<void> {
    if (anchorPem === this.#environment.anchorPem) return;
    await writeFile(this.#environment.anchorFile, anchorPem);
    this.#environment = { ...this.#environment, anchorPem };
  }

  #tellFingerprintOf({ der }: Pick<Certificate, 'der'>): void {
    const { statement } = this.plan;
    const told = (hash: 'sha256' | 'sha1'): string =>
      this.#tellsFingerprint && takesFingerprint(statement, hash) ? fingerprint(der, hash) : '';
    this.#environment = {
      ...this.#environment,
      caFingerprintSha256: told('sha256'),
      caFingerprintSha1: told('sha1'),
    };
  }

  #putOnStage(fault: Stage['fault'] | undefined, identity?: TlsIdentity): void {
    this.recorder.stage = fault && {
      fault,
      ...(identity === undefined ? {} : { identity }),
      authority: this.#clearinghouse.authority,
      environment: () => this.#environment,
      exchanges: this.exchanges,
    };
  }

  #forgeContext() {
    const { authority } = this.#clearinghouse;
    return {
      thirdParty: this.#thirdParty.root,
      clearinghouse: authority,
      host: this.#host,
      key: this.#goodIdentity.key,
      profile: this.profile,
      now: new Date(),
      listUrl: `http://${this.plan.network.name}:${this.#listener.ports.http}${listPath}`,
    };
  }

  #answerContext(honest: HttpAnswer, spki: Uint8Array) {
    const { deviceName } = this.identity;
    return {
      honest,
      clearinghouse: this.#clearinghouse.authority,
      deviceName,
      spki,
      profile: this.profile,
      now: new Date(),
      elsewhere: {
        cleartext: `http://${this.plan.network.name}:${this.#listener.ports.http}${elsewherePath}`,
        otherHost: `https://${otherNameOf(this.plan.network)}:${this.#listener.ports.tls}${elsewherePath}`,
      },
      patienceSeconds: this.patienceSeconds,
    };
  }

  async #respond(request: HttpRequest): Promise<HttpAnswer> {
    if (request.path === listPath) {
      this.recorder.saw('The device asked for the list of revoked certificates.');
      const body = createRevocationList(this.#thirdParty.root, [revokedSerial], new Date());
      return {
        status: 200,
        headers: { 'content-type': 'application/pkix-crl', 'content-length': `${body.length}` },
        body,
      };
    }
    const server = this.#hostile ? 'hostile server' : 'server';
    const exchange: Exchange = { request, operation: operationOf(request), at: performance.now() };
    this.exchanges.push(exchange);
    this.recorder.request('device', server, request);
    if (this.#cutNext && exchange.operation === 'request') {
      this.#cutNext = false;
      this.recorder.arrow(server, 'device', 'connection cut', request.secure ? 'tls' : 'cleartext');
      await this.#clearinghouse.respond(request);
      throw new Error('the connection is cut on purpose');
    }
    const given = this.#needsHonest(exchange) ? await this.#clearinghouse.respond(request) : plainAnswer;
    const honest = this.#escapesBase64 ? withEscapedBase64(given) : given;
    const answer = await this.#falsified(honest, exchange);
    exchange.answer = answer;
    exchange.answeredAt = performance.now();
    this.recorder.answer(server, 'device', request, answer);
    return answer;
  }

  /** Is the honest answer sent, or what a lie is made of? */
  #needsHonest({ operation }: Exchange): boolean {
    const fault = this.#lie?.fault;
    const isMeant = fault !== undefined && (operation === 'getcacert') === (fault.operation === 'getcacert');
    return !(isMeant && 'answer' in fault && fault.alone);
  }

  async #falsified(honest: HttpAnswer, { operation, request }: Exchange): Promise<HttpAnswer> {
    const lie = this.#lie;
    if (!lie || honest.status !== 200) return honest;
    if (lie.fault.operation === 'getcacert') {
      if (operation !== 'getcacert' || (lie.fault.inCleartext && request.secure)) return honest;
      return lie.fixed ?? falsify(lie.fault, this.#answerContext(honest, new Uint8Array()));
    }
    if (operation === 'getcacert') return honest;
    return falsify(lie.fault, this.#answerContext(honest, pkcs10Of(request).spki));
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

function operationOf({ body }: HttpRequest): string {
  if (body[0] === 0x3c) return 'call';
  return /(?:^|&)operation=([^&]*)/.exec(Buffer.from(body).toString('latin1'))?.[1] ?? '';
}
