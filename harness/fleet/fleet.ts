import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { LoadRecord, ThresholdView } from '#reports/load-record.ts';
import { judgeLoad } from '#reports/load-verdict.ts';
import { Approver } from './approver.ts';
import { type FleetTarget, startBuiltInTarget } from './built-in-target.ts';
import { Collector, type SampleSink } from './collector.ts';
import { generatorView } from './health.ts';
import { fleetIdentity } from './identities.ts';
import type { WorkerOrder, WorkerReport, WorkerTask } from './messages.ts';
import { moment } from './moment.ts';
import type { FleetPlan } from './plan.ts';
import { planInWords } from './plan-in-words.ts';
import { dueTimes } from './schedule.ts';
import { judgeThreshold, parseThreshold, type Threshold } from './thresholds.ts';

const tickEveryMs = 500;
/** Until every thread has got the order to begin. */
const headStartMs = 20;
/** How long exchanges under way may take to end, once a run is stopped. */
const stopPatienceMs = 2000;

export interface FleetParts {
  readonly muster: string;
  readonly command: string;
  /** For a step before the run: `target`, `keys`, `running`, `draining`, `stopping`. */
  readonly onPhase?: (phase: string, detail: string) => void;
  /** Twice a second while it runs. */
  readonly onTick?: (collector: Collector, elapsedMs: number, approved: number) => void;
  /** A debug flag: every sample as it was measured. */
  readonly onSamples?: SampleSink;
  /** For tests: a module that each worker loads before anything else. */
  readonly workerPreload?: string;
}

export interface FleetResult {
  readonly record: LoadRecord;
  readonly exitCode: 0 | 1 | 4;
  readonly ledger: Iterable<string>;
}

/** Runs one slice of a fleet, from making the server to the record. Steer it while `run` is under way. */
export class Fleet {
  readonly #plan: FleetPlan;
  readonly #parts: FleetParts;
  readonly #thresholds: readonly Threshold[];
  #workers: Worker[] = [];
  #isCut = false;
  #factor = 1;

  /** @throws MusterError settings-invalid when a threshold cannot be read */
  constructor(plan: FleetPlan, parts: FleetParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#thresholds = plan.thresholds.map(parseThreshold);
  }

  /** The rate of an open run, as a part of what is planned; 0 pauses. */
  get factor(): number {
    return this.#factor;
  }

  set factor(factor: number) {
    this.#factor = factor;
    this.#order({ kind: 'speed', factor });
  }

  /** Nothing more begins, and what is under way ends. */
  drain(): void {
    this.#isCut = true;
    this.#parts.onPhase?.('draining', 'nothing more begins; what is under way ends');
    this.#order({ kind: 'drain' });
  }

  /** Ends the run now; the record is `incomplete`. */
  stop(): void {
    this.#isCut = true;
    this.#parts.onPhase?.('stopping', 'what is under way is cut off');
    this.#order({ kind: 'stop' });
    setTimeout(() => this.#stopped.abort(), stopPatienceMs).unref();
  }

  readonly #stopped = new AbortController();

  /** @throws MusterError bench-broken when the server or a worker does not work */
  async run(): Promise<FleetResult> {
    const plan = this.#plan;
    const target = await this.#target();
    try {
      await this.#startWorkers(target);
      const startedMs = Math.max(moment() + headStartMs, plan.startAtMs ?? 0);
      if (plan.startAtMs !== undefined)
        this.#parts.onPhase?.('barrier', `all begin at ${new Date(startedMs).toISOString()}`);
      const usedBefore = await target.usage();
      const cpuBefore = process.cpuUsage();
      const collector = new Collector(plan, startedMs, this.#longestWindow(), this.#nameOf(), this.#parts.onSamples);
      const approver =
        plan.approvalsPerSecond !== undefined && target.management
          ? new Approver(target.management, plan.approvalsPerSecond)
          : undefined;
      const broken = await this.#untilOver(collector, startedMs, approver);
      const endedMs = moment();
      const cpu = process.cpuUsage(cpuBefore);
      const usedAfter = await target.usage();
      await approver?.stop();
      if (broken) throw broken;
      return this.#result(target, collector, {
        startedMs,
        endedMs,
        cpuMs: (cpu.user + cpu.system) / 1000,
        targetCpuMs: usedBefore && usedAfter ? usedAfter.cpuMs - usedBefore.cpuMs : undefined,
        targetRssMiB: usedAfter?.peakRssMiB,
        approved: approver?.approved ?? 0,
      });
    } finally {
      await Promise.all(this.#workers.map((worker) => worker.terminate()));
      await target.stop();
    }
  }

  async #target(): Promise<FleetTarget> {
    const { target, from, to } = this.#plan;
    if (target.kind === 'at') {
      const { tlsUrl, httpUrl, anchorPem, caFingerprint } = target;
      const address = { tlsUrl, httpUrl, anchorPem, ...(caFingerprint === undefined ? {} : { caFingerprint }) };
      return { name: tlsUrl, address, usage: async () => undefined, stop: async () => {} };
    }
    this.#parts.onPhase?.('target', `the built-in server gets ${to - from} devices`);
    return startBuiltInTarget(this.#plan);
  }

  async #startWorkers({ address }: FleetTarget): Promise<void> {
    const { workerPreload } = this.#parts;
    const made = new Map<number, number>();
    const ready = Array.from({ length: this.#plan.workers }, (_, number) => {
      const task: WorkerTask = { plan: this.#plan, address, worker: number };
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: task,
        ...(workerPreload === undefined ? {} : { execArgv: ['--import', workerPreload] }),
      });
      this.#workers.push(worker);
      return new Promise<void>((resolve, reject) => {
        worker.once('error', reject);
        worker.on('message', (report: WorkerReport) => {
          if (report.kind === 'ready') resolve();
          if (report.kind !== 'keys') return;
          made.set(number, report.made);
          const all = [...made.values()].reduce((sum, each) => sum + each, 0);
          this.#parts.onPhase?.('keys', `${all} keys (${this.#plan.keyKind}) made ahead`);
        });
      });
    });
    await Promise.all(ready);
  }

  /** Resolves when every worker is done, or with why one is not. */
  async #untilOver(
    collector: Collector,
    startedMs: number,
    approver: Approver | undefined,
  ): Promise<Error | undefined> {
    let tried = 0;
    const over = this.#workers.map(
      (worker, number) =>
        new Promise<Error | undefined>((resolve) => {
          worker.on('error', (cause) => {
            resolve(
              new MusterError('bench-broken', `Worker ${number} of the fleet broke: ${messageOf(cause)}`, { cause }),
            );
          });
          worker.on('message', (report: WorkerReport) => {
            if (report.kind === 'batch' || report.kind === 'done') collector.take(number, report.batch);
            if (report.kind === 'done') resolve(undefined);
            if (report.kind !== 'all-tried') return;
            tried++;
            if (tried === this.#workers.length && this.#plan.life.storm) this.#order({ kind: 'storm', atMs: moment() });
          });
        }),
    );
    this.#order({ kind: 'go', atMs: startedMs });
    this.#parts.onPhase?.('running', '');
    const ticks = setInterval(() => this.#tick(collector, startedMs, approver), tickEveryMs);
    const cut = new Promise<undefined>((resolve) => {
      this.#stopped.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const ends = await Promise.race([Promise.all(over), cut]);
    clearInterval(ticks);
    collector.closeUntil(moment() + 1000);
    return ends?.find((end) => end !== undefined);
  }

  #tick(collector: Collector, startedMs: number, approver: Approver | undefined): void {
    const now = moment();
    if (now < startedMs) return;
    collector.closeUntil(now - tickEveryMs);
    this.#parts.onTick?.(collector, now - startedMs, approver?.approved ?? 0);
    if (this.#isCut) return;
    for (const threshold of this.#thresholds.filter(
      ({ aborts, windowSeconds }) => aborts || windowSeconds !== undefined,
    )) {
      this.#watch(threshold, collector, now);
    }
  }

  /** What has failed once has failed, whatever comes later. */
  readonly #broken = new Map<Threshold, string>();

  #watch(threshold: Threshold, collector: Collector, now: number): void {
    const { windowSeconds, aborts, text } = threshold;
    const stretch = windowSeconds === undefined ? collector.whole(now) : collector.last(windowSeconds, now);
    if (!stretch || stretch.succeeded + stretch.failed === 0 || this.#broken.has(threshold)) return;
    const { met, seen } = judgeThreshold(threshold, stretch);
    if (met) return;
    if (windowSeconds !== undefined || aborts)
      this.#broken.set(
        threshold,
        `${seen}, ${Math.round((now - this.#startOf(collector, now)) / 1000)} s into the run`,
      );
    if (!aborts) return;
    this.#parts.onPhase?.('aborting', `${text}: ${seen}`);
    this.drain();
  }

  #startOf(collector: Collector, now: number): number {
    return now - collector.whole(now).seconds * 1000;
  }

  #order(order: WorkerOrder): void {
    for (const worker of this.#workers) worker.postMessage(order);
  }

  #longestWindow(): number {
    return Math.max(2, ...this.#thresholds.map(({ windowSeconds }) => Math.ceil(windowSeconds ?? 0)));
  }

  #nameOf(): (index: number) => string {
    const { target, seed, prefix } = this.#plan;
    const listed = target.kind === 'at' ? target.devices : undefined;
    return (index) => listed?.[index]?.deviceName ?? fleetIdentity(seed, index, prefix).deviceName;
  }

  #judgements(collector: Collector, endedMs: number): ThresholdView[] {
    return this.#thresholds.map((threshold) => {
      const broken = this.#broken.get(threshold);
      const { met, seen } = judgeThreshold(threshold, collector.whole(endedMs));
      // A run shorter than the window is its own window.
      const isUnseen =
        threshold.windowSeconds !== undefined && collector.last(threshold.windowSeconds, endedMs) !== undefined;
      return { text: threshold.text, met: broken === undefined && (met || isUnseen), seen: broken ?? seen };
    });
  }

  #result(target: FleetTarget, collector: Collector, used: Used): FleetResult {
    const plan = this.#plan;
    const { startedMs, endedMs, approved } = used;
    const counts = collector.counts(approved);
    const ended = Object.values(counts.ends).reduce((sum, count) => sum + count, 0);
    const facts = {
      status: this.#isCut && this.#broken.size === 0 ? 'incomplete' : 'complete',
      counts,
      ledger: collector.ledger.view(),
      thresholds: this.#judgements(collector, endedMs),
      generator: generatorView(plan, collector.loopDelays, {
        cpuMs: used.cpuMs,
        wallMs: endedMs - startedMs,
        ended,
        cores: availableParallelism(),
        lateMs: startedMs - (plan.startAtMs ?? startedMs),
      }),
    } as const;
    const { verdict, reasons, exitCode } = judgeLoad(facts);
    const record: LoadRecord = {
      schemaVersion: 1,
      ...facts,
      verdict,
      reasons,
      muster: this.#parts.muster,
      command: this.#parts.command,
      seed: plan.seed,
      startedAt: new Date(startedMs).toISOString(),
      durationMs: endedMs - startedMs,
      target: {
        name: target.name,
        builtIn: plan.target.kind === 'built-in',
        ...(used.targetCpuMs === undefined || ended === 0 ? {} : { cpuMsEach: used.targetCpuMs / ended }),
        ...(used.targetRssMiB === undefined ? {} : { peakRssMiB: used.targetRssMiB }),
      },
      plan: planInWords(plan),
      shard: { ...plan.shard, from: plan.from, to: plan.to, fleet: plan.fleet },
      steps: collector.steps(),
      seconds: collector.seconds(wantedBySecond(plan)),
      failures: collector.failures(),
    };
    return { record, exitCode, ledger: collector.ledger.lines() };
  }
}

interface Used {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly cpuMs: number;
  readonly targetCpuMs: number | undefined;
  readonly targetRssMiB: number | undefined;
  readonly approved: number;
}

/** Starts that the plan of an open run wants in each second, of this shard. */
function wantedBySecond({ model, shard }: FleetPlan): number[] {
  if (model.kind === 'closed') return [];
  const wanted: number[] = [];
  let number = 0;
  for (const due of dueTimes(model)) {
    const second = Math.floor(due / 1000);
    while (wanted.length <= second) wanted.push(0);
    if (number++ % shard.of === shard.index) wanted[second] = (wanted[second] ?? 0) + 1;
  }
  return wanted;
}
