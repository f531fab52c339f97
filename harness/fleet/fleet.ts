import { Worker } from 'node:worker_threads';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { LoadRecord } from '#reports/load-record.ts';
import type { LoadJudgement } from '#reports/load-verdict.ts';
import { moduleFile } from '../module-file.ts';
import { approvalsByOperator } from './approvals.ts';
import { Approver } from './approver.ts';
import { type FleetTarget, startBuiltInTarget } from './built-in-target.ts';
import { Collector, type SampleSink } from './collector.ts';
import { recordOf } from './fleet-record.ts';
import { fleetIdentity } from './identities.ts';
import type { WorkerOrder, WorkerReport, WorkerTask } from './messages.ts';
import { moment } from './moment.ts';
import type { FleetPlan, TargetAt } from './plan.ts';
import { regularly } from './regularly.ts';
import { ThresholdWatch } from './threshold-watch.ts';

/** What an attempt leaves behind is garbage: the more room it has, the less often it is looked through. Measured: a tenth of the CPU time. */
const youngMiB = 96;
const tickEveryMs = 500;
/** Until every thread has got the order to begin. */
const headStartMs = 20;
/** How long exchanges under way may take to end, once a run is stopped. */
const stopPatienceMs = 2000;
const operatorTimeoutSeconds = 30;

export interface FleetParts {
  readonly muster: string;
  readonly command: string;
  /** For a step before the run: `target`, `keys`, `running`, `draining`, `stopping`. */
  readonly onPhase?: (phase: string, detail: string) => void;
  /** Twice a second while it runs, and when it is over. */
  readonly onTick?: (collector: Collector, elapsedMs: number, approved: number) => void;
  /** A debug flag: every sample as it was measured. */
  readonly onSamples?: SampleSink;
  /** Asked once everything is ready: the moment at which all shards begin, or nothing: at once. */
  readonly barrier?: () => Promise<number | undefined>;
  /** For tests: a module that each worker loads before anything else. */
  readonly workerPreload?: string;
}

export interface FleetResult {
  readonly record: LoadRecord;
  readonly exitCode: LoadJudgement['exitCode'];
  readonly ledger: Iterable<string>;
}

/** Runs one slice of a fleet, from making the server to the record. Steer it while `run` is under way. */
export class Fleet {
  readonly #plan: FleetPlan;
  readonly #parts: FleetParts;
  readonly #thresholds: ThresholdWatch;
  readonly #workers: Worker[] = [];
  readonly #stopped = new AbortController();
  /** Nothing more begins: it was asked for, or a threshold does not hold. */
  #isEnding = false;
  #isCut = false;
  #factor = 1;

  /** @throws MusterError settings-invalid when a threshold cannot be read */
  constructor(plan: FleetPlan, parts: FleetParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#thresholds = new ThresholdWatch(plan.thresholds);
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
    this.#isEnding = true;
    this.#parts.onPhase?.('draining', 'nothing more begins; what is under way ends');
    this.#order({ kind: 'drain' });
  }

  /** Ends the run now; the record is `incomplete`. */
  stop(): void {
    this.#isCut = true;
    this.#isEnding = true;
    this.#parts.onPhase?.('stopping', 'what is under way is cut off');
    this.#order({ kind: 'stop' });
    setTimeout(() => this.#stopped.abort(), stopPatienceMs).unref();
  }

  /** @throws MusterError bench-broken when the server or a worker does not work */
  async run(): Promise<FleetResult> {
    const plan = this.#plan;
    const target = await this.#target();
    try {
      await this.#startWorkers(target);
      const startAtMs = (await this.#parts.barrier?.()) ?? plan.startAtMs;
      const startedMs = Math.max(moment() + headStartMs, startAtMs ?? 0);
      if (startAtMs !== undefined)
        this.#parts.onPhase?.('barrier', `all begin at ${new Date(startedMs).toISOString()}`);
      const usedBefore = await target.usage();
      const cpuBefore = process.cpuUsage();
      const collector = new Collector(
        plan,
        startedMs,
        this.#thresholds.longestWindow,
        this.#nameOf(),
        this.#parts.onSamples,
      );
      const approver =
        plan.approvalsPerSecond !== undefined && target.approvals
          ? new Approver(target.approvals, plan.approvalsPerSecond, () => this.stop())
          : undefined;
      const broken = await this.#untilOver(collector, startedMs, approver, target);
      const endedMs = moment();
      const cpu = process.cpuUsage(cpuBefore);
      const usedAfter = await target.usage();
      await approver?.stop();
      if (broken) throw broken;
      const judged = recordOf(plan, collector, {
        muster: this.#parts.muster,
        command: this.#parts.command,
        targetName: target.name,
        isCut: this.#isCut,
        thresholds: this.#thresholds.views(collector, endedMs),
        startedMs,
        lateMs: startedMs - (startAtMs ?? startedMs),
        endedMs,
        cpuMs: (cpu.user + cpu.system) / 1000,
        targetCpuMs: usedBefore && usedAfter ? usedAfter.cpuMs - usedBefore.cpuMs : undefined,
        targetRssMiB: usedAfter?.peakRssMiB,
        approved: approver?.approved ?? 0,
      });
      return { ...judged, ledger: collector.ledger.lines() };
    } finally {
      await Promise.all(this.#workers.map((worker) => worker.terminate()));
      await target.stop();
    }
  }

  async #target(): Promise<FleetTarget> {
    const { target, from, to } = this.#plan;
    if (target.kind === 'at') return targetElsewhere(target);
    this.#parts.onPhase?.('target', `the built-in server gets ${to - from} devices`);
    return startBuiltInTarget(this.#plan);
  }

  async #startWorkers({ address }: FleetTarget): Promise<void> {
    const { workerPreload } = this.#parts;
    const made = new Map<number, number>();
    const ready = Array.from({ length: this.#plan.workers }, (_, number) => {
      const task: WorkerTask = { plan: this.#plan, address, worker: number };
      const worker = new Worker(moduleFile(import.meta.dirname, 'worker'), {
        workerData: task,
        resourceLimits: { maxYoungGenerationSizeMb: youngMiB },
        ...(workerPreload === undefined ? {} : { execArgv: ['--import', workerPreload] }),
      });
      this.#workers.push(worker);
      return new Promise<void>((resolve, reject) => {
        worker.once('error', (cause) => reject(brokenWorker(number, messageOf(cause), cause)));
        worker.once('exit', () => reject(brokenWorker(number, 'it ended before it began')));
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
    target: FleetTarget,
  ): Promise<Error | undefined> {
    let tried = 0;
    const nameOf = this.#nameOf();
    const over = this.#workers.map(
      (worker, number) =>
        new Promise<Error | undefined>((resolve) => {
          worker.on('error', (cause) => resolve(brokenWorker(number, messageOf(cause), cause)));
          worker.on('exit', () => resolve(brokenWorker(number, 'it ended before its simulators did')));
          worker.on('message', (report: WorkerReport) => {
            if (report.kind === 'batch' || report.kind === 'done') {
              collector.take(number, report.batch);
              for (const index of report.batch.waiting) target.approvals?.tell(nameOf(index));
            }
            if (report.kind === 'done') resolve(undefined);
            if (report.kind !== 'all-tried') return;
            tried++;
            if (tried === this.#workers.length && this.#plan.life.storm) this.#order({ kind: 'storm', atMs: moment() });
          });
        }),
    );
    this.#order({ kind: 'go', atMs: startedMs });
    this.#parts.onPhase?.('running', '');
    // It may have been stopped before there was anybody to tell.
    if (this.#isCut) this.#order({ kind: 'stop' });
    const ticks = setInterval(() => this.#tick(collector, startedMs, approver), tickEveryMs);
    const endLooks = regularly(startedMs, 1000, (atMs) => this.#lookAtMemory(collector, target, atMs));
    const cut = new Promise<undefined>((resolve) => {
      this.#stopped.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const ends = await Promise.race([Promise.all(over), cut]);
    clearInterval(ticks);
    endLooks();
    collector.closeUntil(moment() + 1000);
    this.#parts.onTick?.(collector, moment() - startedMs, approver?.approved ?? 0);
    return ends?.find((end) => end !== undefined);
  }

  #tick(collector: Collector, startedMs: number, approver: Approver | undefined): void {
    const now = moment();
    if (now < startedMs) return;
    collector.closeUntil(now - tickEveryMs);
    this.#parts.onTick?.(collector, now - startedMs, approver?.approved ?? 0);
    const why = this.#isEnding ? undefined : this.#thresholds.look(collector, now);
    if (why === undefined) return;
    this.#parts.onPhase?.('aborting', why);
    this.#isEnding = true;
    this.#order({ kind: 'drain' });
  }

  #lookAtMemory(collector: Collector, target: FleetTarget, atMs: number): void {
    collector.memory('generatorMiB', process.memoryUsage.rss() / 2 ** 20, atMs);
    void target.usage().then((usage) => usage && collector.memory('targetMiB', usage.rssMiB, atMs));
  }

  #order(order: WorkerOrder): void {
    for (const worker of this.#workers) worker.postMessage(order);
  }

  #nameOf(): (index: number) => string {
    const { target, seed, prefix } = this.#plan;
    const listed = target.kind === 'at' ? target.devices : undefined;
    return (index) => listed?.[index]?.deviceName ?? fleetIdentity(seed, index, prefix).deviceName;
  }
}

async function targetElsewhere(target: TargetAt): Promise<FleetTarget> {
  const { tlsUrl, httpUrl, anchorPem, caFingerprint, operatorPath } = target;
  const address = { tlsUrl, httpUrl, anchorPem, ...(caFingerprint === undefined ? {} : { caFingerprint }) };
  const there = { name: tlsUrl, address, usage: async () => undefined, stop: async () => {} };
  if (operatorPath === undefined) return there;
  const [{ Adapter }, { TargetOperator }] = await Promise.all([
    import('../subject/adapter.ts'),
    import('../subject/target-operator.ts'),
  ]);
  const operator = new TargetOperator(new Adapter(operatorPath, operatorTimeoutSeconds), tlsUrl);
  return { ...there, approvals: approvalsByOperator(operator) };
}

function brokenWorker(number: number, why: string, cause?: unknown): MusterError {
  return new MusterError('bench-broken', `Thread ${number + 1} of the fleet broke: ${why}`, { cause });
}
