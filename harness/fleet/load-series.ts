import { Counter, Gauge, type Registry } from 'prom-client';
import { type LoadCounter, loadEnds } from '#reports/load-record.ts';
import type { Collector } from './collector.ts';
import { percentileOf } from './health.ts';
import type { FleetPlan } from './plan.ts';

/** What the numbers are read from. */
export interface WatchedLoad {
  readonly muster: string;
  readonly plan: FleetPlan;
  /** Undefined until it runs. */
  readonly collector: Collector | undefined;
  /** Undefined when it does not run any more: nothing is under way then. */
  readonly running: Collector | undefined;
  /** Devices that the administrator of the run has approved. */
  readonly approved: number;
}

type Say = (value: number, labels?: Readonly<Record<string, string>>) => void;

interface Series {
  readonly type: typeof Gauge | typeof Counter;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (load: WatchedLoad, say: Say) => void;
}

/** What somebody else counts. */
const total = (of: LoadCounter | 'approved', help: string): Series => ({
  type: Counter,
  help,
  read: ({ collector, approved }, say) => say(collector?.counts(approved)[of] ?? 0),
});

/** So many of the last delays of the event loops tell how late the generator is now: some seconds. */
const recentDelays = 500;

/** Every number of a load that stands at a moment. No label comes from a server: there are as many as this table says. */
const series: Readonly<Record<string, Series>> = {
  info: {
    type: Gauge,
    help: 'What is run here: always 1',
    labels: ['seed', 'shard', 'muster', 'model'],
    read: ({ muster, plan: { seed, shard, model } }, say) =>
      say(1, { seed: `${seed}`, shard: `${shard.index + 1}/${shard.of}`, muster, model: model.kind }),
  },
  running: { type: Gauge, help: '1 while it runs', read: ({ running }, say) => say(running ? 1 : 0) },
  simulators: { type: Gauge, help: 'Simulators of this run', read: ({ plan }, say) => say(plan.to - plan.from) },
  due_total: total('due', 'Attempts that were due, begun or not'),
  started_total: total('started', 'Attempts that began'),
  late_total: total('late', 'Attempts that began later than the limit after their intended start'),
  dropped_total: total('dropped', 'Attempts that found no room in time and never began'),
  retried_total: total('retried', 'Messages that were sent again since no answer came'),
  polls_total: total('polls', 'Polls for a certificate that was not there yet'),
  early_total: total('early', 'Messages that were sent before the time that the device was told to wait'),
  approved_total: total('approved', 'Devices that the administrator of the run has approved'),
  attempts_total: {
    type: Counter,
    help: 'Attempts by how they ended',
    labels: ['end'],
    read: ({ collector }, say) => {
      const { ends } = collector?.counts(0) ?? {};
      if (ends) for (const end of loadEnds) say(ends[end], { end });
    },
  },
  rate: {
    type: Gauge,
    help: 'In the last whole second: wanted by the plan, begun, succeeded',
    labels: ['of'],
    read: ({ running }, say) => {
      const last = running?.last(1, Date.now());
      say(last?.due ?? 0, { of: 'wanted' });
      say(last?.started ?? 0, { of: 'started' });
      say(last?.succeeded ?? 0, { of: 'succeeded' });
    },
  },
  devices: {
    type: Gauge,
    help: 'Devices that are at something now',
    labels: ['state'],
    read: ({ running }, say) => {
      const now = running?.underWay();
      for (const state of ['inFlight', 'pending', 'held'] as const) say(now?.[state] ?? 0, { state });
    },
  },
  event_loop_delay_seconds: {
    type: Gauge,
    help: 'How late the event loops of the generator were in the last seconds',
    labels: ['quantile'],
    read: ({ running }, say) => {
      const recent = running?.loopDelays.slice(-recentDelays) ?? [];
      for (const [quantile, percentile] of Object.entries({ '0.5': 50, '0.99': 99, '1': 100 }))
        say(percentileOf(recent, percentile) / 1000, { quantile });
    },
  },
};

/** Has each series read anew whenever somebody asks. `watched`: undefined while there is no load. */
export function registerSeries(registry: Registry, watched: () => WatchedLoad | undefined): void {
  for (const [name, { type: Metric, help, labels = [], read }] of Object.entries(series)) {
    const metric: Gauge | Counter = new Metric({
      name: `muster_load_${name}`,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect: () => {
        metric.reset();
        const load = watched();
        if (load) read(load, (value, said = {}) => metric.inc(said, value));
      },
    });
  }
}
