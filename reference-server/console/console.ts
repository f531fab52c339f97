import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Clock, systemClock } from '#protocol/clock.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { ApprovalRules } from '../enrollment/approval-rules.ts';
import type { ReferenceServer } from '../server.ts';
import type { Database } from '../store/database.ts';
import { registerApi } from './api.ts';
import { ApiTokens } from './api-tokens.ts';
import type { Desk } from './desk.ts';
import { openGate } from './gate.ts';
import { createListener } from './listener.ts';
import { LiveUpdates } from './live-updates.ts';
import { Pages } from './pages.ts';
import { People } from './people.ts';
import { registerScreens } from './screens.ts';
import { Sessions } from './sessions.ts';

export interface ConsoleParts {
  readonly server: ReferenceServer;
  readonly database: Database;
  /** Those that the server goes by. */
  readonly rules: ApprovalRules;
  /** 0 is any free one. */
  readonly port: number;
  readonly clock?: Clock;
  /** Of scrypt, for the passwords of people. */
  readonly passwordCost?: number;
}

const firstAdministrator = 'admin';

/**
 * The console: pages for people and an API for programs, on the loopback address (docs/console.md). Make, `start`, `stop`;
 * start the server first.
 */
export class Console {
  /** Answers without a socket, for tests: `inject`. */
  readonly app: FastifyInstance;
  readonly people: People;
  readonly tokens: ApiTokens;
  readonly rules: ApprovalRules;
  readonly #live: LiveUpdates;
  readonly #port: number;

  private constructor(app: FastifyInstance, desk: Desk, live: LiveUpdates, port: number) {
    this.app = app;
    this.people = desk.people;
    this.tokens = desk.tokens;
    this.rules = desk.rules;
    this.#live = live;
    this.#port = port;
  }

  static async create({
    server,
    database,
    rules,
    port,
    passwordCost,
    clock = systemClock,
  }: ConsoleParts): Promise<Console> {
    const desk: Desk = {
      server,
      clock,
      rules,
      people: new People(database, clock, passwordCost),
      tokens: new ApiTokens(database, clock),
      sessions: new Sessions(clock),
    };
    const app = await createListener(desk.sessions, cookieNameFor(port));
    const pages = new Pages(desk);
    openGate(app, desk, pages);
    await registerApi(app, desk);
    registerScreens(app, desk, pages);
    const live = new LiveUpdates(app, desk);
    await app.ready();
    return new Console(app, desk, live, port);
  }

  /**
   * Sees to it that somebody can sign in: with the given password, which becomes that of the first administrator; else, where
   * there is nobody yet, with a random one, which is returned. @throws MusterError settings-invalid
   */
  async admitFirst(given?: string): Promise<string | undefined> {
    if (given !== undefined) return this.#giveFirst(given);
    if ((await this.people.list()).length > 0) return undefined;
    const password = randomBytes(15).toString('base64url');
    try {
      await this.people.add(firstAdministrator, 'administrator', password);
      return password;
    } catch (thrown) {
      // Another server on the same database was faster.
      if ((await this.people.find(firstAdministrator)) !== undefined) return undefined;
      throw thrown;
    }
  }

  async #giveFirst(password: string): Promise<undefined> {
    if ((await this.people.find(firstAdministrator)) === undefined) {
      await this.people.add(firstAdministrator, 'administrator', password);
    } else {
      await this.people.setPassword(firstAdministrator, password);
      await this.people.setRole(firstAdministrator, 'administrator');
    }
  }

  /** @throws MusterError bench-broken when the port cannot be had */
  async start(): Promise<void> {
    try {
      await this.app.listen({ port: this.#port, host: '127.0.0.1' });
    } catch (cause) {
      throw new MusterError('bench-broken', `Cannot listen on 127.0.0.1, port ${this.#port}: ${messageOf(cause)}.`, {
        cause,
      });
    }
  }

  /** Something happened at the server: open pages are told. */
  changed(): void {
    this.#live.changed();
  }

  async stop(): Promise<void> {
    await this.app.close();
  }

  /** Where people and programs find it, once it listens. */
  get url(): string {
    const { port } = this.app.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }
}

/** Cookies know no ports: the consoles of two servers on one machine must not take each other's. */
function cookieNameFor(port: number): string {
  const own = port === 0 ? randomBytes(8) : String(port);
  return `muster_${createHash('sha256').update(own).digest('hex').slice(0, 8)}`;
}
