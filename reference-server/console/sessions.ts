import type { Session } from 'fastify';
import type { Clock } from '#protocol/clock.ts';

declare module 'fastify' {
  interface Session {
    /** Who signed in; absent in the session of a sign-in page. */
    person?: string;
    /** What the next page says first. */
    said?: { readonly tone: 'good' | 'bad'; readonly text: string };
    /** A new password or token, shown on the next page and nowhere else. */
    shownOnce?: { readonly what: string; readonly secret: string };
  }
}

export interface SessionLimits {
  /** Without a click, in seconds. */
  readonly idleSeconds: number;
  /** From the sign-in on, whatever happens, in seconds. */
  readonly lifetimeSeconds: number;
}

const sessionLimits: SessionLimits = { idleSeconds: 30 * 60, lifetimeSeconds: 12 * 3600 };

interface Kept {
  session: Session;
  readonly beganAt: number;
  seenAt: number;
}

const atMost = 10_000;

/**
 * The sessions of the console, in memory: after a restart people sign in again. Lifetimes are judged here and not by the
 * browser's cookie. A request that was under way when its session ended does not bring it back.
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #limits: SessionLimits;
  readonly #kept = new Map<string, Kept>();
  readonly #listeners = new Set<(id: string) => void>();

  constructor(clock: Clock, limits: SessionLimits = sessionLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  readonly get = (id: string, callback: (error: unknown, session?: Session | null) => void): void => {
    callback(null, this.#live(id)?.session ?? null);
  };

  readonly set = (id: string, session: Session, callback: (error?: unknown) => void): void => {
    const kept = this.#live(id);
    if (kept) kept.session = session;
    else if (session.person === undefined) this.#begin(id, session);
    callback();
  };

  readonly destroy = (id: string, callback: (error?: unknown) => void): void => {
    this.end(id);
    callback();
  };

  /** A person did something: the idle time begins again. */
  touch(id: string): void {
    const kept = this.#kept.get(id);
    if (kept) kept.seenAt = this.#now();
  }

  isLive(id: string): boolean {
    return this.#live(id) !== undefined;
  }

  end(id: string): void {
    if (!this.#kept.delete(id)) return;
    for (const listener of this.#listeners) listener(id);
  }

  /** Ends every session of a person, but for one that may stay. */
  endAllOf(person: string, except?: string): void {
    for (const [id, { session }] of this.#kept) {
      if (session.person === person && id !== except) this.end(id);
    }
  }

  onEnd(listener: (id: string) => void): void {
    this.#listeners.add(listener);
  }

  #live(id: string): Kept | undefined {
    const kept = this.#kept.get(id);
    if (!kept) return undefined;
    const now = this.#now();
    const idle = now - kept.seenAt > this.#limits.idleSeconds * 1000;
    const old = now - kept.beganAt > this.#limits.lifetimeSeconds * 1000;
    if (!idle && !old) return kept;
    this.end(id);
    return undefined;
  }

  #begin(id: string, session: Session): void {
    const now = this.#now();
    this.#kept.set(id, { session, beganAt: now, seenAt: now });
    if (this.#kept.size <= atMost) return;
    // Anyone may open the sign-in page: such sessions make room first.
    const nobody = [...this.#kept].find(([, { session: one }]) => one.person === undefined);
    this.end(nobody?.[0] ?? id);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
