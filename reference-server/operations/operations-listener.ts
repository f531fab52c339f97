import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:http';
import type { Responder } from '#protocol/http.ts';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import type { AuditEvent } from '../audit.ts';
import type { ReferenceServer } from '../server.ts';
import type { Store } from '../store/store.ts';
import { Metrics } from './metrics.ts';
import { operationsResponder } from './operations-responder.ts';

/** Where what watches a server asks: metrics, health, readiness. It opens before the server is made, and closes after it. */
export class OperationsListener {
  readonly #metrics: Metrics;
  readonly #listener: Server;
  #server: ReferenceServer | undefined;

  constructor(store: Store) {
    this.#metrics = new Metrics({
      enrollments: () => store.count(),
      connections: async () => this.#server?.connections() ?? 0,
      expiries: () => (this.#server ? expiriesOf(this.#server) : {}),
    });
    const respond = operationsResponder(this.#metrics, {
      listeners: async () => (this.#server?.listening ? undefined : 'not open'),
      store: async () => void (await store.find('')),
    });
    this.#listener = createHttpServer(respond);
  }

  readonly count = (event: AuditEvent): void => this.#metrics.count(event);
  readonly timed = (respond: Responder): Responder => this.#metrics.timed(respond);

  /** Says of this server from now on whether it is ready. */
  watch(server: ReferenceServer): void {
    this.#server = server;
  }

  /** Resolves to the URL of the metrics; port 0 is any free one. @throws MusterError bench-broken when it cannot be had */
  async open({ address, port }: { readonly address: string; readonly port: number }): Promise<string> {
    const host = address.includes(':') ? `[${address}]` : address;
    return `http://${host}:${await listen(this.#listener, port, address)}/metrics`;
  }

  close(): Promise<void> {
    return close(this.#listener);
  }
}

/** When what a server shows, and what it signs with, ends: in seconds since 1970. */
function expiriesOf({ authority, settings }: ReferenceServer): Readonly<Record<string, number>> {
  return {
    'clearinghouse-ca': authority.certificate.notAfter.getTime() / 1000,
    tls: Date.parse(new X509Certificate(settings.tls.chainPem).validTo) / 1000,
  };
}
