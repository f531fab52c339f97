import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { access, type RouteKey } from './access.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { People } from './people.ts';
import { mayAct, type Principal } from './role.ts';

declare module 'fastify' {
  interface FastifyRequest {
    who: Principal | null;
  }
  interface FastifyContextConfig {
    key?: RouteKey;
  }
}

/** Why a request is not answered. */
export type Objection = 'foreign-host' | 'foreign-origin' | 'unknown' | 'forbidden';

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A page of another site can make a browser call us under that site's name, once the name leads to 127.0.0.1 (DNS
 * rebinding). Whatever the port: there may be a tunnel.
 */
function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && loopbackNames.has(host.toLowerCase().replace(/:\d{1,5}$/, ''));
}

function isForeignOrigin({ headers: { origin, host } }: FastifyRequest): boolean {
  return origin !== undefined && origin !== `http://${host}`;
}

/** Tells who asks, and whether they may. */
export class Guard {
  readonly #people: People;
  readonly #tokens: ApiTokens;
  /** Of the operator of this process, who is an administrator. */
  readonly #operatorToken: Buffer;

  constructor(people: People, tokens: ApiTokens, operatorToken: string) {
    this.#people = people;
    this.#tokens = tokens;
    this.#operatorToken = Buffer.from(operatorToken);
  }

  /** Sets `request.who`; returns why the request may not go on. A path that is not there looks like one that is. */
  async judge(request: FastifyRequest): Promise<Objection | undefined> {
    if (!isLoopbackHost(request.headers.host)) return 'foreign-host';
    if (request.method !== 'GET' && isForeignOrigin(request)) return 'foreign-origin';
    const { key } = request.routeOptions.config;
    const needed = key === undefined ? 'viewer' : access[key];
    request.who = (await this.#bearer(request)) ?? (await this.#personOf(request)) ?? null;
    if (needed === 'anyone') return undefined;
    if (request.who === null) return 'unknown';
    return mayAct(request.who.role, needed) ? undefined : 'forbidden';
  }

  /** Programs speak to the API alone, and show their token each time. */
  async #bearer(request: FastifyRequest): Promise<Principal | undefined> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !isApi(request)) return undefined;
    const seen = Buffer.from(token);
    if (seen.length === this.#operatorToken.length && timingSafeEqual(seen, this.#operatorToken)) {
      return { name: 'operator', role: 'administrator' };
    }
    return this.#tokens.holder(token);
  }

  /** The role is asked for anew each time: it may have changed. A browser reads the API and does not write by it. */
  async #personOf(request: FastifyRequest): Promise<Principal | undefined> {
    if (isApi(request) && request.method !== 'GET') return undefined;
    const { person } = request.session;
    return person === undefined ? undefined : this.#people.find(person);
  }
}

export function isApi({ url }: FastifyRequest): boolean {
  return url === '/api' || url.startsWith('/api/') || url.startsWith('/api?');
}
