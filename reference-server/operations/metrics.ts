import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { HttpAnswer, HttpRequest, Responder } from '#protocol/http.ts';
import type { AuditEvent } from '../audit.ts';

/** What is asked anew each time that the metrics are read. */
export interface MetricSources {
  /** Enrollments by state. */
  readonly enrollments: () => Promise<Readonly<Record<string, number>>>;
  /** Open connections, over all listeners. */
  readonly connections: () => Promise<number>;
  /** When what the server shows or signs with ends, by what it is, in seconds since 1970. */
  readonly expiries: () => Readonly<Record<string, number>>;
}

/** What a server is doing, in numbers for Prometheus. No label comes from a peer: there are as many series as this file says. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #events = this.#counter('muster_events_total', 'What happened, by event and by status of the answer', [
    'event',
    'status',
  ]);
  readonly #durations = new Histogram({
    name: 'muster_request_duration_seconds',
    help: 'From the last byte of a request to its answer',
    labelNames: ['transport', 'code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [this.#registry],
  });
  readonly #reloaded = new Gauge({
    name: 'muster_configuration_reload_successful',
    help: '1 when the last reload of the configuration took effect, 0 when it was refused',
    registers: [this.#registry],
  });

  constructor(sources: MetricSources) {
    collectDefaultMetrics({ register: this.#registry });
    this.#reloaded.set(1);
    this.#gauge('muster_enrollments', 'Enrollments that the server keeps', 'state', sources.enrollments);
    new Gauge({
      name: 'muster_connections',
      help: 'Open connections',
      registers: [this.#registry],
      async collect() {
        this.set(await sources.connections());
      },
    });
    const ends = 'When a certificate of the server ends, in seconds since 1970';
    this.#gauge('muster_certificate_expiry_timestamp_seconds', ends, 'certificate', async () => sources.expiries());
  }

  count({ event, status }: AuditEvent): void {
    this.#events.inc({ event, status: status === undefined ? '' : String(status) });
    if (event === 'reloaded' || event === 'reload-failed') this.#reloaded.set(event === 'reloaded' ? 1 : 0);
  }

  /** The same responder, with each answer timed. */
  timed(respond: Responder): Responder {
    return async (request: HttpRequest): Promise<HttpAnswer> => {
      const begun = performance.now();
      const answer = await respond(request);
      const labels = { transport: request.secure ? 'tls' : 'cleartext', code: String(answer.status) };
      this.#durations.observe(labels, (performance.now() - begun) / 1000);
      return answer;
    };
  }

  /** The Prometheus text exposition format, and its media type. */
  async exposition(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, label: string, read: () => Promise<Readonly<Record<string, number>>>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      async collect() {
        this.reset();
        for (const [key, value] of Object.entries(await read())) this.set({ [label]: key }, value);
      },
    });
  }
}
