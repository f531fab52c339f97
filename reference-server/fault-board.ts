import { randomUUID } from 'node:crypto';
import type { Clock } from '#protocol/clock.ts';
import { deviceKey } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Audit } from './audit.ts';
import type { Flaw } from './flaw.ts';
import { flaws } from './flaws.ts';

/** The flaws that an administrator may switch on while the server runs: they show in what a device is answered. */
const offeredIds: readonly string[] = [
  'pending-forever',
  'rejection-ignored',
  'first-request-stays',
  'retry-is-replay',
  'no-re-enrollment',
  'issues-twice',
  'retrieve-without-request',
  'wrong-status',
  'ca-certificates',
  'other-name',
  'expired-certificates',
  'serial-always-one',
  'answers-html',
  'closes-connections',
  'no-proof-of-possession',
  'any-signature',
  'any-key',
  'any-subject',
  'shared-key',
  'nonce-ignored',
];

export const offeredFaults: readonly Flaw[] = offeredIds.map((id) => {
  const found = flaws.find((flaw) => flaw.id === id);
  if (!found) throw new MusterError('internal', `There is no flaw ${id}.`);
  return found;
});

export const faultSeconds = { least: 1, most: 24 * 3600 } as const;

/** This server misbehaves: for one device or for all, until a moment, because somebody wants to see what a device does then. */
export interface Fault {
  readonly id: string;
  readonly flaw: Flaw;
  /** By `deviceKey`; undefined: for every device. */
  readonly device: string | undefined;
  readonly begunBy: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** What is switched on at this process. It ends by itself, at the latest with the process. */
export class FaultBoard {
  readonly #clock: Clock;
  readonly #audit: Audit;
  readonly #own: Flaw;
  readonly #faults = new Map<string, Fault>();

  /** `own` is the flaw of a server that is flawed from the beginning: it has no other. */
  constructor(clock: Clock, audit: Audit, own: Flaw) {
    this.#clock = clock;
    this.#audit = audit;
    this.#own = own;
  }

  list(): readonly Fault[] {
    this.#forget();
    return [...this.#faults.values()];
  }

  /** One at a time for a device, and one for all. @throws MusterError not-found, settings-invalid */
  begin(flawId: string, device: string | undefined, seconds: number, by: string): Fault {
    const flaw = offeredFaults.find(({ id }) => id === flawId);
    if (!flaw) throw new MusterError('not-found', `There is no fault ${flawId}.`);
    const { least, most } = faultSeconds;
    if (!Number.isFinite(seconds) || seconds < least || seconds > most) {
      throw new MusterError('settings-invalid', `The duration: ${least} to ${most} seconds are expected.`);
    }
    const key = device === undefined ? undefined : deviceKey(device);
    if (this.list().some((fault) => fault.device === key)) {
      throw new MusterError('settings-invalid', `There is a fault for ${key ?? 'every device'} already: end it first.`);
    }
    const until = this.#clock.now().getTime() + seconds * 1000;
    const fault: Fault = { id: randomUUID(), flaw, device: key, begunBy: by, until };
    this.#faults.set(fault.id, fault);
    this.#tell('fault-begun', fault, `${flaw.id}, for ${seconds} s`, by);
    setTimeout(() => this.#forget(), seconds * 1000).unref();
    return fault;
  }

  /** @throws MusterError not-found */
  end(id: string, by: string): void {
    const fault = this.#faults.get(id);
    if (!fault) throw new MusterError('not-found', 'This fault has ended already.');
    this.#faults.delete(id);
    this.#tell('fault-ended', fault, fault.flaw.id, by);
  }

  /** How this server behaves towards a device; undefined: towards whoever asks without saying who it is. */
  flawFor(who: string | undefined | (() => string | undefined)): Flaw {
    if (this.#faults.size === 0) return this.#own;
    this.#forget();
    const device = typeof who === 'function' ? who() : who;
    const all = [...this.#faults.values()];
    const ofDevice = device === undefined ? undefined : all.find((fault) => fault.device === deviceKey(device));
    return (ofDevice ?? all.find((fault) => fault.device === undefined))?.flaw ?? this.#own;
  }

  #forget(): void {
    const now = this.#clock.now().getTime();
    for (const fault of [...this.#faults.values()]) {
      if (now < fault.until) continue;
      this.#faults.delete(fault.id);
      this.#tell('fault-ended', fault, `${fault.flaw.id}: its time is over`);
    }
  }

  #tell(event: 'fault-begun' | 'fault-ended', { device }: Fault, detail: string, by?: string): void {
    this.#audit({ event, detail, ...(device === undefined ? {} : { device }) }, by);
  }
}
