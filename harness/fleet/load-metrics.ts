import type { Server } from 'node:http';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { operationsResponder } from '#reference-server/operations/operations-responder.ts';
import type { LoadStep } from '#reports/load-record.ts';
import type { Collector } from './collector.ts';
import { registerSeries, type WatchedLoad } from './load-series.ts';
import type { FleetPlan } from './plan.ts';

/** What a load is doing, in numbers for Prometheus: one load, or one shard after the other. */
export class LoadMetrics {
  readonly #muster: string;
  readonly #registry = new Registry();
  readonly #durations = new Histogram({
    name: 'muster_load_step_duration_seconds',
    help: 'How long a step took; enroll and renew count from the intended start',
    labelNames: ['step'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.#registry],
  });
  readonly #listener: Server = createHttpServer(
    operationsResponder({ exposition: () => this.exposition() }, { run: async () => this.#notRunning() }),
  );
  #load: WatchedLoad | undefined;

  constructor(muster: string) {
    this.#muster = muster;
    collectDefaultMetrics({ register: this.#registry });
    registerSeries(this.#registry, () => this.#load);
  }

  /** Speaks of this run from now on: what another was counted for is gone, as when a program starts again. */
  begin(plan: FleetPlan): void {
    this.#load = { muster: this.#muster, plan, collector: undefined, running: undefined, approved: 0 };
    this.#durations.reset();
  }

  /** Takes the samples of a step, in microseconds, as they come from the workers. */
  sample(step: LoadStep, microseconds: readonly number[]): void {
    const durations = this.#durations.labels(step);
    for (const each of microseconds) durations.observe(each / 1e6);
  }

  /** It runs, and has come so far. */
  watch(collector: Collector, approved: number): void {
    if (this.#load) this.#load = { ...this.#load, collector, running: collector, approved };
  }

  /** It is over: what was counted stands until another begins. */
  end(): void {
    if (this.#load) this.#load = { ...this.#load, running: undefined };
  }

  /** The Prometheus text exposition format, and its media type. */
  async exposition(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  /** Resolves to the URL of the metrics; port 0 is any free one. @throws MusterError bench-broken when it cannot be had */
  async open({ address, port }: { readonly address: string; readonly port: number }): Promise<string> {
    const host = address.includes(':') ? `[${address}]` : address;
    return `http://${host}:${await listen(this.#listener, port, address)}/metrics`;
  }

  close(): Promise<void> {
    return close(this.#listener);
  }

  #notRunning(): string | undefined {
    return this.#load && !this.#load.collector ? 'it has not begun' : undefined;
  }
}
