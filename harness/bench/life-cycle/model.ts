import { createHash } from 'node:crypto';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';

/** What must be answered. */
export type Expected = 'pending' | 'issued' | { readonly status: 2 | 7 | 8 | 9 | 10 };

/** A request of a device, known by its PKCS#10. */
export interface SentRequest {
  readonly message: EnrollmentMessage;
  readonly digest: string;
}

interface Transaction {
  readonly request: SentRequest;
  readonly state: 'pending' | 'issued' | 'rejected';
  /** Seconds of the model's clock. */
  readonly requestedAt: number;
  readonly issuedAt?: number;
}

interface DeviceModel {
  readonly defined: boolean;
  readonly enabled: boolean;
  readonly transaction?: Transaction;
  /** The first is the oldest. */
  readonly requests: readonly SentRequest[];
}

const unknown: DeviceModel = { defined: false, enabled: false, requests: [] };

/** Lifetimes that the server under test is given, and steps of time that are clearly beyond each. */
export const lifetimes = { validitySeconds: 3600, pendingLifetimeSeconds: 86_400 } as const;

export function sent(message: EnrollmentMessage): SentRequest {
  return { message, digest: createHash('sha256').update(message.pkcs10).digest('hex') };
}

/**
 * The clearinghouse as it should be (docs/protocol-decisions.md, the life of a request): one transaction for each device, no
 * signatures, no sockets. It says what must be answered; everything that is known of certificates is kept apart.
 */
export class ClearinghouseModel {
  readonly approval: 'auto' | 'manual';
  readonly #devices: DeviceModel[];
  readonly #spent = new Set<string>();
  #now = 0;

  constructor(devices: number, approval: 'auto' | 'manual') {
    this.approval = approval;
    this.#devices = Array.from({ length: devices }, () => ({ defined: true, enabled: true, requests: [] }));
  }

  device(number: number): DeviceModel {
    return this.#devices[number] ?? unknown;
  }

  get devices(): readonly DeviceModel[] {
    return this.#devices;
  }

  /** Undefined: none, or one that nobody decided on in time. */
  transaction(number: number): Transaction | undefined {
    const { transaction } = this.device(number);
    const forgotten =
      transaction?.state === 'pending' && this.#now > transaction.requestedAt + lifetimes.pendingLifetimeSeconds;
    return forgotten ? undefined : transaction;
  }

  /** A request or retrieve arrives: what must be answered, and what is then true. */
  receive(number: number, request: SentRequest, operation: 'request' | 'retrieve'): Expected {
    const device = this.device(number);
    if (!device.requests.some(({ digest }) => digest === request.digest)) {
      this.#change(number, { requests: [...device.requests, request] });
    }
    if (!device.defined) return { status: 2 };
    if (!device.enabled) return { status: 7 };
    const live = this.transaction(number);
    const same = live?.request.digest === request.digest;
    if (operation === 'retrieve') return live && same ? answerTo(live) : { status: 9 };
    const expired = live?.issuedAt !== undefined && this.#now > live.issuedAt + lifetimes.validitySeconds;
    if (this.#spent.has(request.digest) && (!same || expired)) return { status: 10 };
    if (live && same) return answerTo(live);
    const opened: Transaction = { request, state: 'pending', requestedAt: this.#now };
    this.#change(number, { transaction: opened });
    if (this.approval === 'manual') return 'pending';
    this.#issue(number, opened);
    return 'issued';
  }

  /** The administrator's word. False: it comes too late, or the device may not enroll, and nothing changes. */
  decide(number: number, decision: 'approve' | 'reject'): boolean {
    const { defined, enabled } = this.device(number);
    const live = this.transaction(number);
    if (live?.state !== 'pending' || (decision === 'approve' && !(defined && enabled))) return false;
    if (decision === 'approve') this.#issue(number, live);
    else this.#change(number, { transaction: { ...live, state: 'rejected' } });
    return true;
  }

  configure(number: number, change: { readonly defined?: boolean; readonly enabled?: boolean }): void {
    this.#change(number, change);
  }

  pass(seconds: number): void {
    this.#now += seconds;
  }

  /** Another CA: what the former one issued is forgotten, and its PKCS#10s stay spent. */
  rotate(): void {
    for (const [number, { transaction, ...device }] of this.#devices.entries()) {
      if (transaction?.state === 'issued') this.#devices[number] = device;
    }
  }

  #issue(number: number, transaction: Transaction): void {
    this.#spent.add(transaction.request.digest);
    this.#change(number, { transaction: { ...transaction, state: 'issued', issuedAt: this.#now } });
  }

  #change(number: number, change: Partial<DeviceModel>): void {
    this.#devices[number] = { ...this.device(number), ...change };
  }
}

function answerTo({ state }: Transaction): Expected {
  return state === 'rejected' ? { status: 8 } : state;
}
