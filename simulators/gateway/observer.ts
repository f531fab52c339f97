/** One check that the device made. Ids are permanent. */
export interface CheckOutcome {
  readonly id: string;
  readonly ok: boolean;
  readonly citation: string;
  readonly detail: string;
}

/** A step of the exchange, for people. Holds no secret. */
export interface StepEvent {
  readonly name: string;
  /** Some are put into words only when they are read: a fleet reads none. */
  readonly detail: string;
  /** Of a wait (`pending`, `retry`): how long the device was told to, by its operator or by Retry-After. */
  readonly toldSeconds?: number;
}

/** One HTTP message as it went over the wire: passwords are in it, so whoever shows it must redact it. */
export interface WireEvent {
  readonly direction: 'sent' | 'received';
  readonly transport: 'cleartext' | 'tls';
  /** The start line and the headers, without the empty line that ends them. */
  readonly head: string;
  readonly body: Uint8Array;
  readonly at: Date;
}

/** Watches a device at work. */
export interface GatewayObserver {
  step(event: StepEvent): void;
  wire(event: WireEvent): void;
  check(result: CheckOutcome): void;
  /** A certificate that the device was shown, before it is judged. */
  certificate?(event: { readonly title: string; readonly der: Uint8Array }): void;
}

export const silentObserver: GatewayObserver = {
  step: () => {},
  wire: () => {},
  check: () => {},
};
