import type { Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { operationsResponder } from '#reference-server/operations/operations-responder.ts';
import { type LoadStep, loadEnds } from '#reports/load-record.ts';
import type { Collector } from './collector.ts';
import { percentileOf } from './health.ts';
import type { FleetPlan } from './plan.ts';

/** So many of the last delays of the event loops tell how late the generator is now: some seconds. */
const recentDelays = 500;

type Totals = ReturnType<Collector['counts']>;
type Total = Exclude<keyof Totals, 'ends' | 'simulators'>;

const totals: Readonly<Record<Total, string>> = {
  due: 'Attempts that were due, begun or not',
  started: 'Attempts that began',
  late: 'Attempts that began later than the limit after their intended start',
  dropped: 'Attempts that found no room in time and never began',
  retried: 'Messages that were sent again since no answer came',
  polls: 'Polls for a certificate that was not there yet',
  early: 'Messages that were sent before the time that the device was told to wait',
  approved: 'Devices that the administrator of the run has approved',
};

/** What a load is doing, in numbers for Prometheus. No label comes from a server: there are as many series as this file says. */
export class LoadMetrics {
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
  #collector: Collector | undefined;
  #approved = 0;

  constructor(plan: FleetPlan, muster: string) {
    collectDefaultMetrics({ register: this.#registry });
    const { seed, shard } = plan;
    const labels = { seed: String(seed), shard: `${shard.index + 1}/${shard.of}`, muster, model: plan.model.kind };
    this.#gauge('muster_load_info', 'What is run here: always 1', Object.keys(labels), (set) => set(labels, 1));
    this.#gauge('muster_load_simulators', 'Simulators of this run', [], (set) => set({}, plan.to - plan.from));
    for (const [name, help] of Object.entries(totals) as [Total, string][])
      this.#counter(`muster_load_${name}_total`, help, [], ({ counts }, add) => add({}, counts[name]));
    this.#counter('muster_load_attempts_total', 'Attempts by how they ended', ['end'], ({ counts }, add) => {
      for (const end of loadEnds) add({ end }, counts.ends[end]);
    });
    this.#gauge('muster_load_rate', 'In the last whole second: wanted by the plan, begun, succeeded', ['of'], (set) => {
      const last = this.#collector?.last(1, Date.now());
      set({ of: 'wanted' }, last?.due ?? 0);
      set({ of: 'started' }, last?.started ?? 0);
      set({ of: 'succeeded' }, last?.succeeded ?? 0);
    });
    this.#gauge('muster_load_devices', 'Devices that are at something now', ['state'], (set) => {
      const now = this.#collector?.underWay();
      for (const state of ['inFlight', 'pending', 'held'] as const) set({ state }, now?.[state] ?? 0);
    });
    const lateness = 'How late the event loops of the generator were in the last seconds';
    this.#gauge('muster_load_event_loop_delay_seconds', lateness, ['quantile'], (set) => {
      const recent = this.#collector?.loopDelays.slice(-recentDelays) ?? [];
      for (const [quantile, percentile] of Object.entries({ '0.5': 50, '0.99': 99, '1': 100 }))
        set({ quantile }, percentileOf(recent, percentile) / 1000);
    });
  }

  /** Takes the samples of a step, in microseconds, as they come from the workers. */
  sample(step: LoadStep, microseconds: readonly number[]): void {
    const durations = this.#durations.labels(step);
    for (const each of microseconds) durations.observe(each / 1e6);
  }

  /** Speaks of this run from now on. */
  watch(collector: Collector, approved: number): void {
    this.#collector = collector;
    this.#approved = approved;
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
    return this.#collector ? undefined : 'it has not begun';
  }

  #gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    read: (set: (labels: Partial<Record<Label, string>>, value: number) => void) => void,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        read((labels, value) => this.set(labels, value));
      },
    });
  }

  /** A total that somebody else counts: it is read anew each time. */
  #counter<Label extends string>(
    name: string,
    help: string,
    labelNames: Label[],
    read: (
      seen: { readonly counts: Totals },
      add: (labels: Partial<Record<Label, string>>, value: number) => void,
    ) => void,
  ): void {
    const counts = (): Totals | undefined => this.#collector?.counts(this.#approved);
    new Counter({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        this.reset();
        const now = counts();
        if (now) read({ counts: now }, (labels, value) => this.inc(labels, value));
      },
    });
  }
}
