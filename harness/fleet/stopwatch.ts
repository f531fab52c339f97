import type { CheckOutcome, GatewayObserver, StepEvent, WireEvent } from '#simulators/gateway/observer.ts';
import { printable } from '../cli/printable.ts';
import { Redaction } from '../evidence/redaction.ts';
import type { Tally } from './batch.ts';

/** The step that each message is timed as, by its name at the gateway. */
const messages = {
  getcacert: 'getcacert',
  request: 'request',
  retrieve: 'retrieve',
  authorization: 'authorize',
  usage: 'usage',
} as const;

/** What one simulator did lately, for the transcript of a failure. */
const remembered = 60;
/** Timers end on whole milliseconds. */
const earlyMs = 2;

/** Times the steps of one attempt as its gateway tells of them, and remembers them in case it fails. */
export class Stopwatch implements GatewayObserver {
  readonly #tally: Tally;
  readonly #onPending: () => void;
  readonly #events: { readonly atMs: number; readonly event: StepEvent | WireEvent | CheckOutcome }[] = [];
  readonly #beganMs = performance.now();
  #message: keyof typeof messages | undefined;
  #openedMs = 0;
  #writtenMs = 0;
  #waitsSinceMs: number | undefined;
  /** Told to wait before it sends again. */
  #told: { readonly sinceMs: number; readonly ms: number } | undefined;

  /** `onPending` is called once, when the device is told to wait. */
  constructor(tally: Tally, onPending: () => void) {
    this.#tally = tally;
    this.#onPending = onPending;
  }

  get isPending(): boolean {
    return this.#waitsSinceMs !== undefined;
  }

  step(event: StepEvent): void {
    const now = performance.now();
    const { name, toldSeconds } = event;
    // A fleet that waits is large, and the next message of each repeats what it sent before: nothing else is kept of it.
    if (name === 'pending') this.#events.length = 0;
    this.#remember(now, event);
    if (toldSeconds !== undefined) this.#told = { sinceMs: now, ms: toldSeconds * 1000 };
    if (Object.hasOwn(messages, name)) {
      this.#message = name as keyof typeof messages;
      this.#openedMs = now;
      this.#rested(now);
      if (name === 'retrieve') this.#tally.count('polls');
    } else if (name === 'server-verified') this.#tally.took('tls', now - this.#openedMs);
    else if (name === 'retry') this.#tally.count('retried');
    else if (name === 'pending' && this.#waitsSinceMs === undefined) {
      this.#waitsSinceMs = now;
      this.#onPending();
    } else if (name === 'enrolled' && this.#waitsSinceMs !== undefined) {
      this.#tally.took('wait', now - this.#waitsSinceMs);
    }
  }

  wire(event: WireEvent): void {
    const now = performance.now();
    this.#remember(now, event);
    if (event.direction === 'received') {
      if (this.#message) this.#tally.took(messages[this.#message], now - this.#writtenMs);
      return;
    }
    this.#writtenMs = now;
    if (event.transport === 'cleartext') this.#tally.took('tcp', now - this.#openedMs);
  }

  check(result: CheckOutcome): void {
    if (!result.ok) this.#remember(performance.now(), result);
  }

  #rested(now: number): void {
    if (!this.#told) return;
    const { sinceMs, ms } = this.#told;
    this.#told = undefined;
    this.#tally.took('told', ms);
    this.#tally.took('rest', now - sinceMs);
    if (now - sinceMs < ms - earlyMs) this.#tally.count('early');
  }

  /** Everything in order, as text without the secret. */
  transcript(password: string): string {
    const redaction = new Redaction();
    redaction.hide(password);
    const lines = this.#events.map(({ atMs, event }) => {
      const at = `[${(atMs - this.#beganMs).toFixed(1).padStart(9)} ms]`;
      if ('direction' in event) return `${at} ${wireText(event)}`;
      if ('ok' in event) return `${at} check ${event.id} failed (${event.citation}): ${event.detail}`;
      return `${at} ${event.name}: ${event.detail}`;
    });
    return printable(redaction.text(lines.join('\n')));
  }

  #remember(atMs: number, event: StepEvent | WireEvent | CheckOutcome): void {
    if (this.#events.length >= remembered) this.#events.shift();
    this.#events.push({ atMs, event });
  }
}

const longestBody = 4096;

function wireText({ direction, transport, head, body }: WireEvent): string {
  const text = Buffer.from(body).toString('latin1');
  const cut = text.length > longestBody ? `${text.slice(0, longestBody)}… (${text.length} bytes)` : text;
  return `${direction} over ${transport}\n${indented(`${head}\n\n${cut}`)}`;
}

function indented(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `      ${line}`.trimEnd())
    .join('\n');
}
