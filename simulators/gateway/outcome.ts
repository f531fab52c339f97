/** How an attempt of the device ended. `check` is the stable id of the check that the server or its answer failed. */
export type Outcome =
  | { readonly kind: 'enrolled' /** DER */; readonly certificate: Uint8Array }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused-server'; readonly check: string; readonly reason: string }
  | { readonly kind: 'refused-by-server'; readonly status: number; readonly error: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Ends an attempt from within; the gateway turns it into its outcome, at one place. It never leaves this folder. */
export class Ended extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

/** The device refuses the server, or what the server said. */
export function refuseServer(check: string, reason: string): Ended {
  return new Ended({ kind: 'refused-server', check, reason });
}

/** There is no answer to judge. When `mayRetry`, the request may have arrived (or the server asked for patience). */
export class Unanswered extends Ended {
  readonly mayRetry: boolean;
  readonly retryAfterSeconds: number;

  constructor(reason: string, options: { mayRetry: boolean; retryAfterSeconds?: number }) {
    super({ kind: 'unreachable', reason });
    this.mayRetry = options.mayRetry;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 0;
  }
}
