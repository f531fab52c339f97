import { constants, randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { TlsOptions } from 'node:tls';
import { promisify } from 'node:util';
import { type Clock, systemClock } from '#protocol/clock.ts';
import type { Configuration } from '#protocol/config-file/configuration.ts';
import type { Responder } from '#protocol/http.ts';
import { close, createHttpServer, defaultHttpServerOptions, listen } from '#protocol/http-server.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { type Account, Credentials } from './accounts.ts';
import type { Audit } from './audit.ts';
import { CallStore } from './clearinghouse/call-store.ts';
import { Clearinghouse } from './clearinghouse/clearinghouse.ts';
import { ospPath, ospResponder } from './clearinghouse/osp-responder.ts';
import type { Random, RouteTable } from './clearinghouse/routing.ts';
import { ConfigurationKeeper } from './configuration/configuration-keeper.ts';
import { type CryptoSource, HeldCrypto } from './configuration/crypto-source.ts';
import { EnrollmentMarks } from './configuration/enrollment-marks.ts';
import { type License, licenseAsText, licenseOf } from './configuration/license.ts';
import { LicensedPlaces } from './configuration/licensed-places.ts';
import { MemoryPlace } from './configuration/memory-place.ts';
import type { ConfigurationPlace } from './configuration/place.ts';
import type { Approval } from './enrollment/approval-rules.ts';
import { Engine } from './enrollment/engine.ts';
import { FaultBoard } from './fault-board.ts';
import { type Flaw, honest } from './flaw.ts';
import { carelessly } from './http/careless-connection.ts';
import { enrollmentResponder } from './http/enrollment-responder.ts';
import { sheddingLoad } from './http/load-shedding.ts';
import { managementResponder } from './http/management.ts';
import { inOneLine } from './http/one-line.ts';
import type { Journal } from './journal/journal.ts';
import { completeSettings, type ServerOptions, type ServerSettings } from './settings.ts';
import { MemoryStore } from './store/memory-store.ts';
import { racyStore } from './store/racy-store.ts';
import { SqliteDatabase } from './store/sqlite-database.ts';
import type { Store } from './store/store.ts';

export interface ServerParts {
  readonly clock?: Clock;
  /** What the server remembers; in memory unless given. Whoever opened its database closes it, after the server has stopped. */
  readonly store?: Store;
  /** Where the configuration lives; in memory, as the options say, unless given. */
  readonly place?: ConfigurationPlace;
  /** The clearinghouse CA, held in memory; a new one unless given. */
  readonly authority?: Authority;
  /** Where the clearinghouse CA comes from, in the place of one that is held in memory. */
  readonly crypto?: CryptoSource;
  readonly audit?: Audit;
  /** Gets every event of the audit, and is flushed when the server has stopped. */
  readonly journal?: Journal;
  readonly flaw?: Flaw;
  /** Who approves the requests of a group, where somebody decided that. */
  readonly approvalOf?: (group: string) => Approval | undefined | Promise<Approval | undefined>;
  /** Authorizations and call detail records; in memory unless given. */
  readonly calls?: CallStore;
  /** What destinations are drawn by; Math.random unless given. */
  readonly random?: Random;
  /** Stands around the service, to watch it. */
  readonly watch?: (respond: Responder) => Responder;
}

/** The reference server: a clearinghouse enrollment server (WO 01/47232, Fig. 1, 125). Compose, `start`, `stop`. */
export class ReferenceServer {
  readonly settings: ServerSettings;
  /** The configuration in force, and what changes it. */
  readonly configurationKeeper: ConfigurationKeeper;
  readonly marks: EnrollmentMarks;
  /** Which devices have one of the places that the license has. */
  readonly places: LicensedPlaces;
  readonly engine: Engine;
  readonly store: Store;
  readonly calls: CallStore;
  readonly journal: Journal | undefined;
  /** How this server misbehaves on purpose, while somebody wants it to. */
  readonly faults: FaultBoard;
  /** Where everything that happens is told. */
  readonly audit: Audit;
  /** Enrollment and what follows it, whatever listener carries them. */
  readonly respond: Responder;
  /** For the management API. */
  readonly token = randomBytes(24).toString('base64url');
  readonly #servers: Server[] = [];
  readonly #flaw: Flaw;
  readonly #clearinghouse: Clearinghouse;
  readonly #license: () => License;
  #credentials: { readonly of: readonly Account[]; readonly credentials: Credentials };
  #ports = { http: 0, tls: 0, management: 0 };

  private constructor(settings: ServerSettings, keeper: ConfigurationKeeper, parts: ServerParts) {
    const { clock = systemClock, audit = () => {}, flaw = honest, store = new MemoryStore() } = parts;
    const { calls = new CallStore(() => SqliteDatabase.open(':memory:')), random = Math.random } = parts;
    this.settings = settings;
    this.configurationKeeper = keeper;
    this.journal = parts.journal;
    this.#flaw = flaw;
    this.faults = new FaultBoard(clock, audit, flaw);
    this.audit = audit;
    this.store = store;
    this.#credentials = { of: keeper.accounts, credentials: new Credentials(keeper.accounts) };
    const inForce = {
      configuration: () => keeper.current,
      authority: () => keeper.authority,
      credentials: () => this.#credentialsInForce(),
    };
    const shared = { store: flaw.races ? racyStore(store) : store, clock, audit, flaw, ...inForce };
    const { trustsLicenses: trusting = false } = flaw;
    const licensing = { ...settings.licensing, trusting };
    this.#license = () => licenseOf(keeper.current, licensing, clock.now());
    this.places = new LicensedPlaces({ ...inForce, license: this.#license });
    keeper.onChange((now, before) => {
      if (now.license !== before.license) this.#tellLicense();
    });
    this.marks = new EnrollmentMarks(store, keeper, clock, audit);
    this.calls = calls;
    this.engine = new Engine({
      settings,
      ...shared,
      flawFor: (device) => this.faults.flawFor(device),
      places: this.places,
      enrolled: (device) => keeper.setEnrolled(device, true),
      approvalOf: parts.approvalOf ?? (() => undefined),
    });
    this.#clearinghouse = new Clearinghouse({ ...shared, profile: settings.profile, calls, random });
    const enroll = enrollmentResponder(this.engine, inForce.configuration, audit, flaw);
    const call = ospResponder(this.#clearinghouse, inForce.configuration, audit, flaw);
    const answer: Responder = (request) =>
      request.path.split('?', 1)[0] === ospPath ? call(request) : enroll(request);
    const respond = flaw.mostAtOnce === undefined ? answer : sheddingLoad(answer, flaw.mostAtOnce);
    this.respond = parts.watch?.(respond) ?? respond;
  }

  /** @throws MusterError settings-invalid, config-invalid */
  static async create(options: ServerOptions, plain: ServerParts = {}): Promise<ReferenceServer> {
    const parts = withJournal(plain);
    const settings = { ...completeSettings(options), ...parts.flaw?.settings };
    const { clock = systemClock, audit = () => {}, flaw = honest } = parts;
    const given = parts.store ?? new MemoryStore();
    const store = flaw.keeps?.(given) ?? given;
    const forgetOthers = async ({ certificate }: Authority): Promise<number> =>
      store.forgetOtherAuthorities(fingerprint(certificate.spki, 'sha256'));
    const told = (forgotten: number): void =>
      audit({ event: 'authority-changed', detail: `${forgotten} enrolled devices must re-enroll` });
    const keeper = await ConfigurationKeeper.open({
      place: parts.place ?? new MemoryPlace({ ...settings.configuration, accounts: settings.accounts }),
      crypto: parts.crypto ?? new HeldCrypto(settings.profile, parts.authority),
      clock,
      audit,
      flaw,
      authorityChanged: async (authority) => told(await forgetOthers(authority)),
    });
    const server = new ReferenceServer(settings, keeper, { ...parts, store });
    const forgotten = await forgetOthers(keeper.authority);
    if (forgotten > 0) {
      told(forgotten);
      server.marks.clearAll();
    }
    await server.marks.mendAll();
    await keeper.flush();
    return server;
  }

  /** Does it take connections? */
  get listening(): boolean {
    return this.#servers.length > 0;
  }

  /** How many connections are open, over all listeners. */
  async connections(): Promise<number> {
    const counts = this.#servers.map((server) => promisify(server.getConnections.bind(server))());
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  get configuration(): Configuration {
    return this.configurationKeeper.current;
  }

  /** What the license line of the configuration allows by now. */
  get license(): License {
    return this.#license();
  }

  /** The clearinghouse CA, whose certificate getcacert gives. */
  get authority(): Authority {
    return this.configurationKeeper.authority;
  }

  get routes(): RouteTable {
    return this.#clearinghouse.routes;
  }

  /** Opens the listeners. @throws MusterError bench-broken when a port cannot be had, and then nothing listens */
  async start(): Promise<void> {
    const { listen: address, httpPort, tlsPort, managementPort, profile, tls, sessionTickets } = this.settings;
    // A device may show its certificate, and need not. What it shows is judged where it matters, with `ca` empty: an unenrolled
    // device, or one with a certificate that is good for nothing, must get to where it enrolls.
    const asked = { requestCert: true, rejectUnauthorized: false, ca: [] };
    const tickets = sessionTickets ? {} : { secureOptions: constants.SSL_OP_NO_TICKET };
    const secure = {
      ...tlsOptions(profile),
      ...asked,
      ...tickets,
      ...this.#flaw.tls,
      cert: tls.chainPem,
      key: tls.keyPem,
    };
    const open = async (server: Server, port: number, at: string): Promise<number> => {
      const chosen = await listen(server, port, at);
      this.#servers.push(server);
      return chosen;
    };
    try {
      this.#ports = {
        http: await open(this.#enrollmentServer(), httpPort, address),
        tls: await open(this.#enrollmentServer(secure), tlsPort, address),
        management:
          managementPort === undefined ? 0 : await open(this.#managementServer(), managementPort, '127.0.0.1'),
      };
    } catch (thrown) {
      await this.stop();
      throw thrown;
    }
    this.audit({ event: 'started', detail: this.urls.tls });
    this.#tellLicense();
  }

  /** Takes no new connection; what is under way gets its answer for up to `graceSeconds`, then every connection ends. */
  async stop(graceSeconds = 0): Promise<void> {
    const listening = this.#servers.splice(0);
    await Promise.all(listening.map((server) => close(server, graceSeconds)));
    await this.configurationKeeper.close();
    if (listening.length > 0) this.audit({ event: 'stopped' });
    // Where it cannot be written any more, the journal has told so itself.
    await this.journal?.flush().catch(() => {});
  }

  /** Reads configuration and accounts again. @throws MusterError; what was in force stays in force */
  async reload(): Promise<void> {
    await this.configurationKeeper.reload();
  }

  /** What devices are told, and where the administrator speaks. */
  get urls(): { readonly http: string; readonly tls: string; readonly management: string } {
    const host = this.settings.name.includes(':') ? `[${this.settings.name}]` : this.settings.name;
    return {
      http: `http://${host}:${this.#ports.http}/tep`,
      tls: `https://${host}:${this.#ports.tls}/tep`,
      management: `http://127.0.0.1:${this.#ports.management}/api`,
    };
  }

  get fingerprints(): { readonly sha256: string; readonly sha1: string } {
    const { der } = this.authority.certificate;
    return { sha256: fingerprint(der, 'sha256'), sha1: fingerprint(der, 'sha1') };
  }

  #tellLicense(): void {
    const { license } = this;
    // Benches have no limit, and nothing to tell.
    if (license.kind === 'trial' && license.limit === Number.POSITIVE_INFINITY) return;
    this.audit({ event: 'license', detail: licenseAsText(license) });
  }

  #credentialsInForce(): Credentials {
    const { accounts } = this.configurationKeeper;
    if (this.#credentials.of !== accounts) this.#credentials = { of: accounts, credentials: new Credentials(accounts) };
    return this.#credentials.credentials;
  }

  #enrollmentServer(tls?: TlsOptions): Server {
    const { omits, framing, maximumConnections, answersInLine } = this.#flaw;
    const { requestTimeoutSeconds, idleSeconds, proxies, maximumConnections: mostConnections } = this.settings;
    const { maximumBodyBytes, headersTimeoutSeconds } = defaultHttpServerOptions;
    const server = createHttpServer(
      this.respond,
      {
        maximumBodyBytes: omits.has('body-limit') ? Number.MAX_SAFE_INTEGER : maximumBodyBytes,
        headersTimeoutSeconds: Math.min(headersTimeoutSeconds, requestTimeoutSeconds),
        requestTimeoutSeconds,
        idleSeconds,
        maximumConnections: mostConnections,
        ...(proxies.length > 0 ? { proxies } : {}),
        ...(answersInLine ? { everyRequestEvent: true } : {}),
      },
      tls,
    );
    if (maximumConnections !== undefined) server.maxConnections = maximumConnections;
    if (answersInLine) return inOneLine(server);
    return framing ? carelessly(server, this.respond, framing) : server;
  }

  #managementServer(): Server {
    const respond = managementResponder({ engine: this.engine, token: this.token, reload: () => this.reload() });
    return createHttpServer(respond);
  }
}

/** What is heard is also written down. */
function withJournal(parts: ServerParts): ServerParts {
  const { audit, journal } = parts;
  if (!journal) return parts;
  return {
    ...parts,
    audit: (event, by) => {
      audit?.(event, by);
      journal.append(event, by);
    },
  };
}
