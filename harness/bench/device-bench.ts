import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fingerprint, type KeyPair } from '#protocol/pki/keys.ts';
import { fromPem } from '#protocol/pki/pem.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import { decodePairs } from '#protocol/wire.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { elsewherePath, type Fault, falsify } from '#simulators/hostile/answer-fault.ts';
import { ObservedListener, type TlsContact } from '#simulators/hostile/observed-listener.ts';
import { forgeServerIdentity, type PkiFault, pkiFaults, type TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import { MalformedTls } from '#simulators/hostile/raw-tls/bytes.ts';
import { type ClientHello, clientHelloIn } from '#simulators/hostile/raw-tls/client-hello.ts';
import type { RawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';
import { RawTlsResponder } from '#simulators/hostile/raw-tls/responder.ts';
import type { TlsOutage } from '#simulators/hostile/tls-outages.ts';
import { createThirdPartyCa, type ThirdPartyCa } from '#simulators/third-party-ca.ts';
import { type Identity, makeIdentity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Stage } from '../evidence/repro.ts';
import { judgingProfile } from '../profile/statement.ts';
import type { Plan } from '../runner/plan.ts';
import type { DeviceEnvironment, DeviceState, DeviceUnderTest, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { hostFor, leafKeyOf, type Reach, type Variation, variationOf } from './variation.ts';

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
  readonly device: DeviceUnderTest;
  readonly plan: Plan;
  readonly caseId: string;
  readonly recorder: Recorder;
  readonly judge: Judge;
}

/** A password is checked at each exchange of a bench: its hash is made cheap. */
const benchPasswordCost = 256;

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
  readonly #device: DeviceUnderTest;
  readonly #plan: Plan;
  readonly #caseId: string;
  readonly #thirdParty: ThirdPartyCa;
  #clearinghouse!: ReferenceServer;
  #listener!: ObservedListener;
  #environment!: DeviceEnvironment;
  #goodIdentity!: TlsIdentity & { readonly key: KeyPair };
  readonly #variation: Variation;
  /** What the device is told of the server's identity. */
  #host: string;
  #lie: { fault: Fault; body?: string } | undefined;
  #cutNext = false;
  #hostile = false;

  private constructor(parts: DeviceBenchParts, thirdParty: ThirdPartyCa) {
    this.identity = makeIdentity(parts.plan.seed, parts.caseId);
    this.judge = parts.judge;
    this.recorder = parts.recorder;
    this.profile = judgingProfile(parts.plan.profile, parts.plan.statement);
    this.#device = parts.device;
    this.#plan = parts.plan;
    this.#caseId = parts.caseId;
    this.#thirdParty = thirdParty;
    this.#variation = variationOf(parts.caseId, this.profile);
    this.#host = parts.plan.network.name;
  }

  static async open(parts: DeviceBenchParts, options: Partial<ServerOptions> = {}): Promise<DeviceBench> {
    const bench = new DeviceBench(parts, await createThirdPartyCa({ profile: parts.plan.profile }));
    await bench.#prepare(options);
    return bench;
  }

  async close(): Promise<void> {
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
    for (const { transport, pieces } of this.#listener.wire.connections) {
      if (transport !== 'tls') continue;
      try {
        return clientHelloIn(Buffer.concat(pieces.filter(({ from }) => from === 'device').map(({ bytes }) => bytes)));
      } catch (thrown) {
        if (!(thrown instanceof MalformedTls)) throw thrown;
      }
    }
    return undefined;
  }

  /** From now on, TLS shows a chain with this fault. */
  async present(fault: PkiFault): Promise<void> {
    this.#hostile = !fault.good;
    const identity =
      fault.id === pkiFaults.none.id
        ? this.#goodIdentity
        : this.#varied(await forgeServerIdentity(fault, this.#forgeContext()));
    if (fault.id !== pkiFaults.none.id) {
      const what = fault.good ? 'the good chain' : 'a certificate with the fault';
      this.recorder.did(`The server shows ${what} “${fault.id}”: ${fault.explanation}`);
    }
    await this.#tellAnchor(identity.anchorPem ?? this.#thirdParty.anchorPem);
    const leaf = fromPem(identity.chainPem, 'CERTIFICATE')[0];
    if (leaf) this.recorder.certificate(`Server certificate (${fault.id})`, parseCertificate(leaf));
    this.#putOnStage(fault.id === pkiFaults.none.id ? undefined : fault, identity);
    this.#listener.present(identity, this.profile);
  }

  /** From now on, TLS is spoken by hand with the good certificate, and with this fault in the handshake. */
  async presentRaw(fault: RawTlsFault): Promise<void> {
    this.#hostile = Object.keys(fault.deviation).length > 0;
    this.recorder.did(`TLS by hand, “${fault.id}”: ${fault.explanation}`);
    this.#listener.presentRaw(await RawTlsResponder.create(fault, this.#goodIdentity));
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
    const { listen, name } = this.#plan.network;
    const other = otherNameOf(this.#plan.network);
    if (other === undefined) {
      this.judge.notApplicable(
        `The bench listens on ${listen} as ${name}, and a device knows it by no other name: give a DNS name with --name, and one address with --listen.`,
      );
    }
    this.#goodIdentity = await this.#makeGoodIdentity([this.#host, other]);
    await this.present(pkiFaults.none);
  }

  /** The device is told the server's identity in this way, and the good certificate is made out for it. */
  async reachAs(reach: Reach): Promise<void> {
    const found = hostFor(reach, this.#plan.network, this.#variation);
    if ('why' in found) return this.judge.notApplicable(found.why);
    const { host } = found;
    if (host === this.#host) return;
    this.#host = host;
    this.#goodIdentity = await this.#makeGoodIdentity();
    this.#listener.present(this.#goodIdentity, this.profile);
    const authority = isIP(host) === 6 ? `[${host}]` : host;
    this.#environment = { ...this.#environment, tlsUrl: `https://${authority}:${this.#listener.ports.tls}/tep` };
    this.recorder.did(`The device is told that the server is ${host}.`);
  }

  /** What the device was told of the server's identity, when it is a name that the bench made up (RFC 6761 §6.3). */
  get madeUpName(): string | undefined {
    return this.#host.endsWith('.localhost') && this.#host !== this.#plan.network.name ? this.#host : undefined;
  }

  /** From now on, answers inside good TLS bear this fault; undefined makes the server honest again. */
  async lie(fault: Fault | undefined): Promise<void> {
    this.#hostile = fault !== undefined && !fault.allowed;
    this.#lie = fault && { fault };
    this.#putOnStage(fault, this.#goodIdentity);
    this.#tellFingerprintOf(this.#clearinghouse.authority.certificate);
    if (!fault) return;
    this.recorder.did(
      `The server answers ${fault.allowed ? 'in the form' : 'with the fault'} “${fault.id}”: ${fault.explanation}`,
    );
    if (fault.operation !== 'getcacert' || 'answer' in fault) return;
    const honest = { status: 200, headers: { 'content-type': 'text/plain' }, body: new Uint8Array() };
    const answer = await falsify(fault, this.#answerContext(honest, new Uint8Array()));
    this.#lie = { fault, body: Buffer.from(answer.body).toString('latin1') };
    const given = decodePairs(answer.body).find(({ name }) => name === 'certificate');
    if (fault.fingerprintAgrees && given) {
      this.#tellFingerprintOf(parseCertificate(Buffer.from(Buffer.from(given.value).toString('latin1'), 'base64')));
    }
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

  /** The next request over TLS is answered by a cut connection. */
  cutNextAnswer(): void {
    this.recorder.did('The connection is cut before the answer to the request.');
    this.#cutNext = true;
  }

  async perform(verb: DeviceVerb): Promise<DeviceWord> {
    this.recorder.arrow('harness', 'device', verb);
    const began = performance.now();
    const word = await this.#device.perform(verb, this.#environment);
    this.recorder.deviceMs += performance.now() - began;
    this.recorder.output(`Device, ${verb}`, word.output);
    this.recorder.arrow('device', 'harness', word.kind, 'local', word.detail);
    if (word.kind === 'unsupported') this.judge.notApplicable(`The device does not support the verb "${verb}".`);
    return word;
  }

  async status(): Promise<DeviceState> {
    return this.#device.status(this.#environment);
  }

  /** Back to factory state; without it no case can begin. */
  async reset(): Promise<void> {
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
    const { network, workspace } = this.#plan;
    this.recorder.redaction.hide(this.identity.password);
    this.#goodIdentity = await this.#makeGoodIdentity();
    this.#clearinghouse = await this.#createClearinghouse(options);
    this.#listener = new ObservedListener((request) => this.#respond(request), this.#goodIdentity, this.profile);
    this.recorder.capture = this.#listener;
    await this.#listener.start(network.listen, { http: network.http, tls: network.tls });
    const stateFolder = join(workspace, this.#caseId, 'state');
    await mkdir(stateFolder, { recursive: true });
    const anchorFile = join(workspace, this.#caseId, 'anchor.pem');
    await writeFile(anchorFile, this.#thirdParty.anchorPem);
    const { leafKey, maxVersion } = this.#variation;
    this.recorder.did(`The server's key is ${leafKey}; TLS is ${maxVersion ? 'at most 1.2' : 'as the profile says'}.`);
    const { http, tls } = this.#listener.ports;
    this.#environment = {
      httpUrl: `http://${network.name}:${http}/tep`,
      tlsUrl: `https://${network.name}:${tls}/tep`,
      anchorPem: this.#thirdParty.anchorPem,
      anchorFile,
      caFingerprintSha256: '',
      caFingerprintSha1: '',
      ...this.identity,
      profile: this.#plan.profile,
      caseId: this.#caseId,
      stateFolder,
    };
    this.#tellFingerprintOf(this.#clearinghouse.authority.certificate);
  }

  async #createClearinghouse(options: Partial<ServerOptions>): Promise<ReferenceServer> {
    return ReferenceServer.create({
      profile: this.#plan.profile,
      name: this.#plan.network.name,
      configuration: { text: configurationOf(this.identity), fileName: 'bench.conf' },
      accounts: [{ ...this.identity, passwordHash: await hashPassword(this.identity.password, benchPasswordCost) }],
      tls: this.#goodIdentity,
      ...options,
    });
  }

  async #makeGoodIdentity(names = [this.#host]): Promise<TlsIdentity & { readonly key: KeyPair }> {
    const key = await leafKeyOf(this.#variation);
    const changes = {
      dnsNames: names.filter((name) => isIP(name) === 0),
      ipAddresses: names.filter((name) => isIP(name) !== 0),
    };
    const issued = await this.#thirdParty.issueServer({ host: this.#host, key, changes });
    return { ...this.#varied(issued), key };
  }

  #varied(identity: TlsIdentity): TlsIdentity {
    const { maxVersion } = this.#variation;
    return maxVersion ? { ...identity, maxVersion } : identity;
  }

  async #tellAnchor(anchorPem: string): Promise<void> {
    if (anchorPem === this.#environment.anchorPem) return;
    await writeFile(this.#environment.anchorFile, anchorPem);
    this.#environment = { ...this.#environment, anchorPem };
  }

  #tellFingerprintOf({ der }: Certificate): void {
    this.#environment = {
      ...this.#environment,
      caFingerprintSha256: fingerprint(der, 'sha256'),
      caFingerprintSha1: fingerprint(der, 'sha1'),
    };
  }

  #putOnStage(fault: Stage['fault'] | undefined, identity?: TlsIdentity): void {
    this.recorder.stage = fault && {
      fault,
      ...(identity === undefined ? {} : { identity }),
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
        cleartext: `http://${this.#plan.network.name}:${this.#listener.ports.http}${elsewherePath}`,
        otherHost: `https://${otherNameOf(this.#plan.network)}:${this.#listener.ports.tls}${elsewherePath}`,
      },
      patienceSeconds: this.patienceSeconds,
    };
  }

  async #respond(request: HttpRequest): Promise<HttpAnswer> {
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
    const answer = await this.#falsified(await this.#clearinghouse.respond(request), exchange);
    exchange.answer = answer;
    exchange.answeredAt = performance.now();
    this.recorder.answer(server, 'device', request, answer);
    return answer;
  }

  async #falsified(honest: HttpAnswer, { operation, request }: Exchange): Promise<HttpAnswer> {
    const lie = this.#lie;
    if (!lie || honest.status !== 200) return honest;
    if (lie.fault.operation === 'getcacert') {
      if (operation !== 'getcacert') return honest;
      if (lie.body === undefined) return falsify(lie.fault, this.#answerContext(honest, new Uint8Array()));
      const body = Buffer.from(lie.body, 'latin1');
      return { ...honest, headers: { ...honest.headers, 'content-length': String(body.length) }, body };
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
  return `enroll enabled\ngroup "bench"\ndevice ${deviceName} bench enabled\n`;
}

function operationOf({ body }: HttpRequest): string {
  return /(?:^|&)operation=([^&]*)/.exec(Buffer.from(body).toString('latin1'))?.[1] ?? '';
}

/** The PKCS#10 of a request that reached the bench. @throws MusterError when it holds none */
export function pkcs10Of({ body }: HttpRequest): ReturnType<typeof parsePkcs10> {
  const pair = decodePairs(body).find(({ name }) => name === 'request' || name === 'certreq');
  return parsePkcs10(Buffer.from(Buffer.from(pair?.value ?? new Uint8Array()).toString('latin1'), 'base64'));
}
