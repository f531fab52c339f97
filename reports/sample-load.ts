import { Latencies } from './latency.ts';
import { type LoadRecord, loadEnds } from './load-record.ts';

function of(milliseconds: readonly number[], digits: 2 | 3): Latencies {
  const latencies = new Latencies(digits);
  for (const each of milliseconds) latencies.add(each * 1000);
  return latencies;
}

const timed = (...milliseconds: number[]) => of(milliseconds, 3).view();
const timedIn = (...milliseconds: number[]) => of(milliseconds, 2).ofSecond();

/** For tests: a run of four simulators, of which one was refused. */
export const sampleLoad: LoadRecord = {
  schemaVersion: 1,
  status: 'complete',
  verdict: 'pass',
  reasons: ['Every attempt ended as it should: 3 enrolled.'],
  muster: '0.1.0',
  command: 'muster load --rate 2/s --duration 2s --seed 7',
  seed: 7,
  startedAt: '2026-11-28T06:00:00.000Z',
  durationMs: 2100,
  target: { name: 'built-in reference server', builtIn: true, cpuMsEach: 1.2, peakRssMiB: 90 },
  plan: { model: 'open', lines: [['Simulators', '4']] },
  shard: { index: 0, of: 1, from: 0, to: 4, fleet: 4 },
  counts: {
    simulators: 4,
    due: 4,
    started: 4,
    late: 1,
    dropped: 0,
    retried: 0,
    polls: 2,
    early: 0,
    approved: 0,
    ends: {
      ...(Object.fromEntries(loadEnds.map((end) => [end, 0])) as LoadRecord['counts']['ends']),
      enrolled: 3,
      refused: 1,
    },
  },
  steps: {
    enroll: timed(20, 25, 31),
    tls: timed(4, 5, 5, 6),
    request: timed(3, 3, 4, 9),
    told: timed(1000, 1000),
    rest: timed(1100, 1400),
    lag: timed(0, 0, 1, 12),
  },
  seconds: [
    {
      second: 0,
      wanted: 2,
      started: 2,
      succeeded: 2,
      failed: 0,
      inFlight: 1,
      pending: 0,
      held: 0,
      polls: 0,
      generatorMiB: 110,
      targetMiB: 85,
      ...timedIn(20, 25),
    },
    {
      second: 1,
      wanted: 2,
      started: 2,
      succeeded: 1,
      failed: 1,
      inFlight: 0,
      pending: 1,
      held: 2,
      polls: 2,
      generatorMiB: 120,
      targetMiB: 90,
      ...timedIn(31),
    },
  ],
  failures: [
    {
      kind: 'the server refused: status 7 (device-disabled)',
      end: 'refused',
      count: 1,
      device: 'gw3.fleet-7.example.com',
      transcript: '[      1.0 ms] request: over TLS\nstatus=7',
    },
  ],
  ledger: {
    certificates: 3,
    doubleSerials: [],
    doubleKeys: [],
    neverRetrieved: [],
    doubleSerialCount: 0,
    doubleKeyCount: 0,
    neverRetrievedCount: 0,
  },
  thresholds: [{ text: 'enroll.p95<2s', met: true, seen: '31.0 ms' }],
  generator: {
    workers: 1,
    cores: 2,
    cpu: 0.4,
    cpuMsEach: 1.4,
    loopDelayP99Ms: 4,
    loopDelayMaxMs: 12,
    peakRssMiB: 120,
    saturated: [],
  },
};
