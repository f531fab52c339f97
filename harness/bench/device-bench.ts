import { type PolicyId, policyOf } from '#protocol/pki/policies.ts';
import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import type { WatchedDevice } from '../case/conduct.ts';
import type { FixedAxes } from '../case/details.ts';
import { type Identity, makeIdentity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import { judgingProfile } from '../profile/statement.ts';
import { isExternal, type Plan } from '../runner/plan.ts';
import type { DeviceEnvironment, DeviceState, DeviceVerb, DeviceWord } from '../subject/device.ts';
import { calledNumber } from './bench-clearinghouse.ts';
import type { DeviceExchanges } from './device-exchanges.ts';
import { createPeer, type DevicePeer } from './device-peer.ts';
import { PeerAnswers } from './peer-answers.ts';
import { PeerTls } from './peer-tls.ts';
import type { Phase } from './variation.ts';

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

/** The place where one device meets one clearinghouse, which presents one fault at a time. */
export class DeviceBench {
  readonly identity: Identity;
  readonly judge: Judge;
  readonly recorder: Recorder;
  readonly profile: CryptoProfile;
  readonly plan: Plan;
  /** What the device meets. */
  readonly tls: PeerTls;
  readonly answers: PeerAnswers;
  /** What came of it. */
  readonly seen: DeviceExchanges;
  /** This case saw the device enroll with the honest server, and nothing took that from it since. */
  isEnrolled = false;
  readonly #device: WatchedDevice;
  readonly #peer: DevicePeer;
  #resets = 0;

  private constructor(device: WatchedDevice, peer: DevicePeer) {
    this.identity = peer.identity;
    this.judge = peer.judge;
    this.recorder = peer.recorder;
    this.profile = peer.profile;
    this.plan = peer.plan;
    this.tls = new PeerTls(peer);
    this.answers = new PeerAnswers(peer);
    this.seen = peer.exchanges;
    this.#device = device;
    this.#peer = peer;
  }

  static async open(
    { device, asksForCertificate = false, ...parts }: DeviceBenchParts,
    options: Partial<ServerOptions> = {},
  ): Promise<DeviceBench> {
    const { plan, caseId, recorder } = parts;
    const identity = makeIdentity(plan.seed, caseId);
    recorder.redaction.hide(identity.password);
    const profile = judgingProfile(plan.profile, plan.statement);
    const { patienceSeconds } = device;
    const peer = await createPeer({ ...parts, asksForCertificate, identity, profile, patienceSeconds }, options);
    const bench = new DeviceBench(device, peer);
    recorder.capture = peer.listener;
    const { listen, http, tls } = plan.network;
    await peer.listener.start(listen, { http, tls });
    peer.told.ports(peer.listener.ports);
    recorder.did(`The server's key is ${peer.variation.leafKey}.`);
    return bench;
  }

  async close(): Promise<void> {
    this.recorder.did(`Resets of the device: ${this.#resets}.`);
    await this.#peer.listener.stop();
  }

  /** The clearinghouse behind the bench, for its administrator. */
  get clearinghouse(): ReferenceServer {
    return this.#peer.answers.clearinghouse;
  }

  get environment(): DeviceEnvironment {
    return this.#peer.told.now;
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
    return isExternal(this.plan, this.#peer.caseId);
  }

  /** In which phase of its life the device meets the fault of this case. */
  get phase(): Phase {
    return this.#peer.variation.phase;
  }

  /** The case is about that phase, and not about any. */
  get isAboutPhase(): boolean {
    return this.#peer.fixes.phase !== undefined;
  }

  /** The device said so when it was asked, or its vendor did. */
  lacks(phase: Phase): boolean {
    const declared = phase === 'enroll' ? undefined : this.plan.statement?.lines[phase];
    return this.#device.lacks(phase) || declared?.words.includes('no') === true;
  }

  /** Does the device say that it can do this? */
  async can(capability: string): Promise<boolean> {
    return (await this.#device.info()).capabilities.includes(capability);
  }

  /** From now on the clock of the device says this, and goes on from there; undefined: its own again. */
  setClock(now: Date | undefined): void {
    this.recorder.did(`The clock of the device ${now ? `says ${now.toISOString()}` : 'is its own again'}.`);
    this.#peer.told.clock(now);
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
}
