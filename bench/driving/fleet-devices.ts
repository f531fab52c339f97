import type { Tally } from '#harness/fleet/batch.ts';
import { fleetIdentity } from '#harness/fleet/identities.ts';
import { KeyPool } from '#harness/fleet/key-pool.ts';
import { moment } from '#harness/fleet/moment.ts';
import { fleetPersona } from '#harness/fleet/personas.ts';
import type { TargetAddress } from '#harness/fleet/plan.ts';
import { Simulator } from '#harness/fleet/simulator.ts';
import { systemClock } from '#protocol/clock.ts';
import { gatherMs, TurnBatch } from '#protocol/turn-batch.ts';

const seed = 20261128;

/** Simulators as a worker of a fleet has them. */
export class FleetDevices {
  readonly #address: TargetAddress;
  readonly #tally: Tally;
  readonly #keys = new KeyPool('p256');
  readonly #persona = fleetPersona('honest');
  /** As in a closed load. */
  readonly #turns = new TurnBatch(gatherMs);
  readonly #connections: 'new' | 'kept';

  constructor(address: TargetAddress, tally: Tally, connections: 'new' | 'kept' = 'new') {
    this.#address = address;
    this.#tally = tally;
    this.#connections = connections;
  }

  /** The device, once it is enrolled. */
  async enroll(index: number): Promise<Simulator> {
    const { tlsUrl, httpUrl, anchorPem, caFingerprint = '' } = this.#address;
    const settings = {
      ...fleetIdentity(seed, index),
      tlsUrl,
      httpUrl,
      anchorsPem: anchorPem,
      caFingerprint,
      caCertificateVia: 'cleartext',
      profile: 'modern',
      keyKind: 'p256',
      pollIntervalSeconds: 1,
      maximumPolls: 0,
      timeoutSeconds: 120,
      connections: this.#connections,
      renewBeforeSeconds: 0,
      clockSkewSeconds: 60,
    } as const;
    const simulator = new Simulator(index, settings, this.#persona, {
      tally: this.#tally,
      clock: systemClock,
      makeKey: () => this.#keys.take(),
      addressOf: () => '127.0.0.1',
      turns: this.#turns,
      isStopping: () => false,
      calledNumber: '',
      seed,
    });
    if (!(await simulator.attempt('enroll', moment(), moment, () => {}))) {
      throw new Error(`device ${index} is not enrolled: ${JSON.stringify(this.#tally.take(0, 0).failures)}`);
    }
    // A worker hands on what it counted now and then.
    if (index % 100 === 0) this.#tally.take(0, 0);
    return simulator;
  }
}
