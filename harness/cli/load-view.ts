import type { ReadStream } from 'node:tty';
import { failedEnds, type LoadEnd, loadEnds } from '#reports/load-record.ts';
import type { Collector } from '../fleet/collector.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { FleetPlan } from '../fleet/plan.ts';

type Steered = Pick<Fleet, 'factor' | 'drain' | 'stop'>;

interface LoadView {
  phase(phase: string, detail: string): void;
  tick(collector: Collector, elapsedMs: number, approved: number): void;
  /** Takes keys from a terminal until the returned function is called. */
  keys(input: NodeJS.ReadStream, fleet: Steered): () => void;
  end(): void;
}

/** Without a terminal a line for people who read logs, so often. */
const lineEveryMs = 5000;

/** How far a run is: a ladder that is drawn again on a terminal, plain lines elsewhere. */
export function viewOn(stream: NodeJS.WriteStream, plan: FleetPlan): LoadView {
  const live = stream.isTTY === true;
  let drawn = 0;
  let lastLineMs = Number.NEGATIVE_INFINITY;
  let lastPhase = '';
  let note = '';
  const clear = (): void => {
    if (drawn > 0) stream.write(`\u001b[${drawn}A\u001b[J`);
    drawn = 0;
  };
  const draw = (lines: readonly string[]): void => {
    clear();
    const columns = stream.columns ?? 100;
    stream.write(lines.map((line) => `${line.slice(0, columns - 1)}\n`).join(''));
    drawn = lines.length;
  };
  return {
    phase: (phase, detail) => {
      note = detail === '' ? phase : `${phase}: ${detail}`;
      if (live && (phase === 'keys' || phase === 'running')) draw([note]);
      else if (phase !== 'keys' || phase !== lastPhase) {
        clear();
        stream.write(`${note}\n`);
      }
      lastPhase = phase;
    },
    tick: (collector, elapsedMs, approved) => {
      if (live) draw(ladder(collector, elapsedMs, approved, plan, note));
      else if (elapsedMs - lastLineMs >= lineEveryMs) {
        lastLineMs = elapsedMs;
        stream.write(`${line(collector, elapsedMs)}\n`);
      }
    },
    keys: (input, fleet) => (live && input.isTTY ? readKeys(input as ReadStream, fleet, plan) : () => {}),
    end: clear,
  };
}

function line(collector: Collector, elapsedMs: number): string {
  const { started, late, dropped, ends } = collector.counts(0);
  const last = collector.last(1, Date.now());
  const rate = last ? `${last.succeeded}/s` : '';
  const { p50, p99 } = latencies(collector);
  const failed = sumOf(ends, true);
  return `${(elapsedMs / 1000).toFixed(0).padStart(4)} s  started ${started}  ok ${sumOf(ends, false)}  failed ${failed}  late ${late}  dropped ${dropped}  ${rate}  p50 ${p50}  p99 ${p99}`;
}

function ladder(collector: Collector, elapsedMs: number, approved: number, plan: FleetPlan, note: string): string[] {
  const { due, started, late, dropped, retried, polls, ends } = collector.counts(approved);
  const last = collector.last(1, Date.now());
  const { p50, p99 } = latencies(collector);
  const row = (name: string, count: number, more = ''): string =>
    `  ${name.padEnd(12)}${String(count).padStart(9)}  ${more}`;
  const wanted = plan.model.kind === 'open' ? `, wanted ${last?.due ?? 0}/s` : ` of ${plan.to - plan.from}`;
  return [
    `${(elapsedMs / 1000).toFixed(0)} s  ${note}   p pause  + - rate  d drain  q stop`,
    row('due', due, `late ${late}  dropped ${dropped}`),
    row('started', started, `${last?.started ?? 0}/s${wanted}`),
    row('ok', sumOf(ends, false), `${last?.succeeded ?? 0}/s   p50 ${p50}  p99 ${p99}`),
    ...(['pending', 'refused', 'timeout', 'unreachable', 'unexpected'] as const).map((end) => row(end, ends[end])),
    row('retried', retried, `polls ${polls}${plan.approvalsPerSecond === undefined ? '' : `  approved ${approved}`}`),
  ];
}

function latencies(collector: Collector): { p50: string; p99: string } {
  const whole = collector.whole(Date.now());
  const text = (percentile: number): string => {
    const value = whole.latency('enroll', percentile);
    return value === undefined ? '–' : value < 1000 ? `${value.toFixed(1)} ms` : `${(value / 1000).toFixed(2)} s`;
  };
  return { p50: text(50), p99: text(99) };
}

function sumOf(ends: Readonly<Record<LoadEnd, number>>, failed: boolean): number {
  return loadEnds.reduce((sum, end) => sum + (failedEnds.has(end) === failed ? ends[end] : 0), 0);
}

function readKeys(terminal: ReadStream, fleet: Steered, { model }: FleetPlan): () => void {
  let before = 1;
  let isDraining = false;
  const press = (characters: string): void => {
    for (const key of characters) {
      if (key === '\u0003') process.kill(process.pid, 'SIGINT');
      else if (key === 'q' || (key === 'd' && isDraining)) fleet.stop();
      else if (key === 'd') {
        isDraining = true;
        fleet.drain();
      } else if (model.kind === 'open' && key === 'p') {
        const paused = fleet.factor === 0;
        if (!paused) before = fleet.factor;
        fleet.factor = paused ? before : 0;
      } else if (model.kind === 'open' && (key === '+' || key === '-')) {
        fleet.factor = (fleet.factor || before) * (key === '+' ? 1.1 : 1 / 1.1);
      }
    }
  };
  terminal.setRawMode(true);
  terminal.setEncoding('utf8');
  terminal.on('data', press);
  return () => {
    terminal.off('data', press);
    terminal.setRawMode(false);
    terminal.pause();
  };
}
