import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#protocol/clock.ts';
import { messageOf } from '#protocol/errors.ts';
import { type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { describeStatus } from '#protocol/status.ts';
import type { Turns } from '#protocol/turn-batch.ts';
import { MemoryStore } from '#simulators/gateway/device-store.ts';
import { Gateway } from '#simulators/gateway/gateway.ts';
import type { Outcome } from '#simulators/gateway/outcome.ts';
import type { GatewaySettings } from '#simulators/gateway/settings.ts';
import type { Tally } from './batch.ts';
import { type Ending, placeCall, unanswered } from './call.ts';
import { drawn } from './identities.ts';
import type { FleetPersona } from './personas.ts';
import { serialOf } from './serial.ts';
import { Stopwatch } from './stopwatch.ts';

export type AttemptKind = 'enroll' | 'renew' | 'call';

/** What the simulators of a worker share. */
export interface Surroundings {
  readonly tally: Tally;
  readonly clock: Clock;
  readonly makeKey: () => Promise<KeyPair>;
  readonly calledNumber: string;
  readonly seed: number;
  readonly addressOf: (host: string) => string | undefined;
  readonly turns: Turns;
  /** The run is being stopped: what ends now says nothing about the server. */
  readonly isStopping: () => boolean;
}

/** One device of the fleet: the same gateway as in certification, with what it keeps from one attempt to the next. */
export class Simulator {
  readonly index: number;
  readonly #settings: GatewaySettings;
  readonly #persona: FleetPersona;
  readonly #store = new MemoryStore();
  readonly #around: Surroundings;
  /** Between attempts only when it has a connection or a session to keep: what a device must keep is in its store. */
  #gateway: Gateway | undefined;
  /** The attempt that is under way. */
  #watch: Stopwatch | undefined;
  #nonce: Uint8Array | undefined;
  #rests = 0;
  /** An attempt of it is due or under way. */
  isBusy = false;
  hasCertificate = false;

  constructor(index: number, settings: GatewaySettings, persona: FleetPersona, around: Surroundings) {
    this.index = index;
    this.#settings = settings;
    this.#persona = persona;
    this.#around = around;
  }

  get isConnected(): boolean {
    return this.#gateway?.isConnected ?? false;
  }

  /** Ends the connection that it keeps, if it does. */
  hangUp(): void {
    this.#gateway?.hangUp();
  }

  /** DER of the certificate that it has, if any. */
  async certificate(): Promise<Uint8Array | undefined> {
    return (await this.#store.readIdentity())?.certificate;
  }

  /** From its start to its end, which is tallied. `onPending`: it was told to wait. True when it has a certificate now. */
  async attempt(kind: AttemptKind, intendedMs: number, now: () => number, onPending: () => void): Promise<boolean> {
    const { tally, isStopping } = this.#around;
    const watch = new Stopwatch(tally, onPending);
    this.#watch = watch;
    this.#gateway ??= this.#makeGateway();
    const ending = await this.#run(this.#gateway, kind).catch((thrown: unknown): Ending => {
      return { end: 'unexpected', kind: `the simulator broke: ${messageOf(thrown)}` };
    });
    this.#watch = undefined;
    if (this.#settings.connections !== 'resumed' && !this.isConnected) this.#gateway = undefined;
    if (isStopping() && ending.kind !== undefined) return false;
    const { end } = ending;
    tally.ended(end);
    if (end === 'enrolled') tally.took('enroll', now() - intendedMs);
    if (end === 'renewed') tally.took('renew', now() - intendedMs);
    if (end === 'called') tally.took('call', now() - intendedMs);
    if (ending.kind === undefined) return end !== 'expected';
    const { deviceName, password } = this.#settings;
    if (watch.isPending) tally.leftPending(this.index);
    tally.failed(ending.kind, end, deviceName, () => watch.transcript(password));
    // A call that failed says nothing against the certificate.
    return kind === 'call';
  }

  #makeGateway(): Gateway {
    const { clock, makeKey, addressOf, turns, seed } = this.#around;
    return new Gateway(this.#settings, {
      store: this.#store,
      persona: this.#persona.gateway,
      clock,
      makeKey,
      addressOf,
      turns,
      chance: () => drawn(seed, this.index, `rest ${this.#rests++}`),
      ...(this.#persona.replays ? { makeNonce: () => this.#replayedNonce() } : {}),
      observer: {
        step: (event) => this.#watch?.step(event),
        wire: (event) => this.#watch?.wire(event),
        check: (result) => this.#watch?.check(result),
      },
    });
  }

  async #run(gateway: Gateway, kind: AttemptKind): Promise<Ending> {
    if (kind === 'call') return placeCall(gateway, this.#around.calledNumber);
    const { expected, replays } = this.#persona;
    const outcome = await (kind === 'renew' ? gateway.renew() : gateway.enroll());
    await this.#note(outcome);
    if (!replays) return endingOf(outcome, expected, kind);
    if (outcome.kind !== 'enrolled') return endingOf(outcome, 'enrolled', kind);
    await gateway.reset();
    this.hasCertificate = false;
    const again = await gateway.enroll();
    await this.#note(again);
    return endingOf(again, expected, kind);
  }

  /** The same for all of its life. */
  #replayedNonce(): Uint8Array {
    this.#nonce ??= Buffer.from(randomBytes(16).toString('hex').toUpperCase());
    return this.#nonce;
  }

  /** For the ledger: what the device verified and keeps, read from the certificate itself. */
  async #note(outcome: Outcome): Promise<void> {
    if (outcome.kind !== 'enrolled') return;
    this.hasCertificate = true;
    const key = (await this.#store.readIdentity())?.key;
    const fingerprint = key ? createHash('sha256').update(spkiOf(key.publicKey)).digest('hex') : '';
    this.#around.tally.issued([this.index, serialOf(outcome.certificate), fingerprint]);
  }
}

/** What the outcome of an attempt means for this persona. */
function endingOf(outcome: Outcome, expected: FleetPersona['expected'], kind: AttemptKind): Ending {
  switch (outcome.kind) {
    case 'enrolled':
      if (expected === 'enrolled') return { end: kind === 'renew' ? 'renewed' : 'enrolled' };
      return { end: 'unexpected', kind: `a hostile device was enrolled, expected status ${expected}` };
    case 'refused-by-server': {
      if (outcome.status === expected) return { end: 'expected' };
      return { end: 'refused', kind: `the server refused: status ${describeStatus(outcome.status)}` };
    }
    case 'refused-server':
      return { end: 'unexpected', kind: `the device refused the server: ${outcome.check}` };
    case 'pending':
      return { end: 'pending', kind: 'still pending after the last poll' };
    case 'unreachable':
      return unanswered(outcome.reason);
  }
}
