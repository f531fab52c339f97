import { type Clock, systemClock } from '#protocol/clock.ts';
import { gatherMs, TurnBatch } from '#protocol/turn-batch.ts';
import { Addresses } from './addresses.ts';
import { Tally } from './batch.ts';
import { KeyPool, needsPool } from './key-pool.ts';
import { type Due, type Following, nextInLife } from './life-course.ts';
import { watchLoop } from './loop-delay.ts';
import type { WorkerReport, WorkerTask } from './messages.ts';
import { moment } from './moment.ts';
import { OpenClock } from './open-clock.ts';
import { fleetPersona, personaOf } from './personas.ts';
import { regularly } from './regularly.ts';
import { dueTimes, startsOf } from './schedule.ts';
import { Simulator } from './simulator.ts';
import { simulatorSettings } from './simulator-settings.ts';
import { Starts } from './starts.ts';

const batchEveryMs = 500;
const longestSleepMs = 1000;

/** The longest that a timer can be set for. */
const longestTimerMs = 2 ** 31 - 1;

/** The simulators of one worker, from the first start to the last end. */
export class WorkerRun {
  readonly #task: WorkerTask;
  readonly #report: (report: WorkerReport) => void;
  readonly #tally = new Tally();
  readonly #starts: Starts<Due>;
  readonly #keys: KeyPool;
  readonly #indices: readonly number[];
  /** Those that will have another turn. */
  readonly #kept = new Map<number, Simulator>();
  /** Those that keep a connection open after all is said. */
  readonly #held = new Set<Simulator>();
  readonly #stopping = new AbortController();
  readonly #clock: Clock;
  readonly #addresses = new Addresses();
  readonly #turns: TurnBatch;
  /** An open run with more starts than there are simulators. */
  readonly #comesRound: boolean;
  #openClock: OpenClock | undefined;
  /** Number of the simulator that begins next. */
  #next = 0;
  /** Simulators whose first attempt, and the calls that follow it, are not over. */
  #untried: number;
  /** Attempts that are due, under way, or will be due. */
  #under = 0;
  #isDraining = false;
  #hasStormed = false;

  constructor(task: WorkerTask, report: (report: WorkerReport) => void) {
    const { plan, worker } = task;
    this.#task = task;
    this.#report = report;
    this.#indices = Array.from(
      { length: Math.max(0, Math.ceil((plan.to - plan.from - worker) / plan.workers)) },
      (_, i) => plan.from + worker + i * plan.workers,
    );
    this.#untried = this.#indices.length;
    this.#keys = new KeyPool(plan.keyKind);
    // A closed load asks how much a server can do; an open one what devices see, who wait for nobody.
    this.#turns = new TurnBatch(plan.model.kind === 'closed' ? gatherMs : 0);
    const room = Math.max(1, Math.floor((plan.inFlight + plan.workers - 1 - worker) / plan.workers));
    this.#starts = new Starts(room, plan.limits, this.#tally, moment, {
      begin: (start, release) => void this.#attempt(start.what, start.intendedMs, release),
      drop: ({ what }) => this.#ended(what),
    });
    this.#comesRound = plan.model.kind === 'open' && startsOf(plan.model) > plan.fleet;
    this.#clock = {
      now: systemClock.now,
      sleep: (seconds) => systemClock.sleep(seconds, this.#stopping.signal),
    };
  }

  /** Makes keys ahead where they take long. */
  async prepare(): Promise<void> {
    const { keyKind, life } = this.#task.plan;
    const { tlsUrl, httpUrl } = this.#task.address;
    await this.#addresses.lookUp([tlsUrl, httpUrl]);
    if (needsPool(keyKind)) {
      const each = 1 + life.renewals + (life.storm ? 1 : 0);
      const onMade = (made: number): void => this.#report({ kind: 'keys', made });
      await this.#keys.fill(this.#indices.length * each, onMade, this.#stopping.signal);
    }
    this.#report({ kind: 'ready' });
  }

  /** Begins at that moment, and reports until everything is over. */
  async go(atMs: number): Promise<void> {
    await systemClock.sleep(Math.max(0, atMs - moment()) / 1000);
    const unwatch = watchLoop((delayMs) => this.#tally.loopDelay(delayMs));
    const endBatches = regularly(atMs, batchEveryMs, (overMs) => {
      this.#report({ kind: 'batch', batch: this.#tally.take(overMs, this.#heldNow()) });
    });
    const { model } = this.#task.plan;
    if (this.#untried === 0) this.#report({ kind: 'all-tried' });
    if (model.kind === 'open') await this.#open(new OpenClock(atMs, this.#task, dueTimes(model)));
    else this.#feed();
    await this.#over();
    endBatches();
    unwatch();
    this.#report({ kind: 'done', batch: this.#tally.take(moment(), this.#heldNow()) });
  }

  /** All that have a certificate renew at once. */
  storm(atMs: number): void {
    this.#hasStormed = true;
    for (const simulator of this.#kept.values()) {
      if (!simulator.hasCertificate) continue;
      this.#offer(
        { simulator, kind: 'renew', isFirst: false, renewalsLeft: 0, callsLeft: this.#callsOfEach },
        atMs,
        false,
      );
    }
    this.#settle();
  }

  speed(factor: number): void {
    this.#openClock?.speed(factor, moment());
  }

  /** Nothing more begins; what is under way ends. */
  drain(): void {
    this.#isDraining = true;
    this.#next = this.#indices.length;
    this.#openClock?.end();
    this.#starts.clear();
    this.#settle();
  }

  /** The same, and whoever waits for approval waits no more. */
  stop(): void {
    this.#stopping.abort();
    this.drain();
  }

  #settled: (() => void) | undefined;

  /** Resolves when nothing is under way and nothing will be. */
  #over(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled = resolve;
      this.#settle();
    });
  }

  #settle(): void {
    if (this.#under > 0 || this.#openClock?.isRunning || this.#next < this.#indices.length) return;
    if (this.#task.plan.life.storm && !this.#hasStormed && !this.#isDraining) return;
    this.#settled?.();
  }

  /** Closed: the next simulators, as long as there is room. */
  #feed(): void {
    if (this.#task.plan.model.kind !== 'closed') return;
    while (this.#next < this.#indices.length && this.#starts.hasRoom) this.#offerFirst(this.#next++, moment(), false);
  }

  /** Open: each start when it is due, whatever is in flight. */
  async #open(clock: OpenClock): Promise<void> {
    this.#openClock = clock;
    this.#next = this.#indices.length;
    let number = 0;
    while (clock.isRunning) {
      for (const dueMs of clock.due(moment())) {
        this.#offerInTurn(number++, dueMs);
      }
      if (!clock.isRunning) break;
      await clock.sleep(Math.min(longestSleepMs, Math.max(0, clock.nextMs() - moment())));
    }
  }

  /** An open run longer than the fleet comes round to simulators that had their turn: they renew, or try again. */
  #offerInTurn(number: number, dueMs: number): void {
    const at = number % Math.max(1, this.#indices.length);
    const simulator = number === at ? undefined : this.#kept.get(this.#indices[at] ?? -1);
    if (simulator === undefined) this.#offerFirst(at, dueMs, true);
    else if (simulator.isBusy) {
      this.#tally.count('due');
      this.#tally.count('dropped');
    } else {
      const kind = simulator.hasCertificate ? 'renew' : 'enroll';
      this.#offer({ simulator, kind, isFirst: false, renewalsLeft: 0, callsLeft: this.#callsOfEach }, dueMs, true);
    }
  }

  #offerFirst(at: number, intendedMs: number, mayDrop: boolean): void {
    const index = this.#indices[at];
    if (index === undefined) return;
    const { plan } = this.#task;
    const persona = fleetPersona(personaOf(plan, index));
    const simulator = new Simulator(index, simulatorSettings(this.#task, index), persona, {
      tally: this.#tally,
      clock: this.#clock,
      makeKey: () => this.#keys.take(),
      seed: plan.seed,
      calledNumber: plan.calls?.calledNumber ?? '',
      addressOf: (host) => this.#addresses.of(host),
      turns: this.#turns,
      isStopping: () => this.#stopping.signal.aborted,
    });
    if (this.#comesRound || plan.life.storm) this.#kept.set(index, simulator);
    const left = { renewalsLeft: plan.life.renewals, callsLeft: this.#callsOfEach };
    this.#offer({ simulator, kind: 'enroll', isFirst: true, ...left }, intendedMs, mayDrop);
  }

  get #callsOfEach(): number {
    return this.#task.plan.calls?.each ?? 0;
  }

  #offer(what: Due, intendedMs: number, mayDrop: boolean): void {
    this.#under++;
    what.simulator.isBusy = true;
    this.#starts.offer({ what, intendedMs, mayDrop });
  }

  async #attempt(due: Due, intendedMs: number, release: () => void): Promise<void> {
    const { simulator, kind } = due;
    let waits = false;
    // Whoever is told to wait leaves its room to others.
    const onPending = (): void => {
      waits = true;
      this.#tally.pending++;
      this.#tally.waits(simulator.index);
      release();
      this.#feed();
    };
    const hasCertificate = await simulator.attempt(kind, intendedMs, moment, onPending);
    if (waits) this.#tally.pending--;
    const next = hasCertificate && !this.#isDraining ? await nextInLife(due, this.#task.plan) : undefined;
    if (next) this.#under++;
    else if (this.#hasStormed || !this.#kept.has(simulator.index)) this.#leave(simulator);
    this.#ended(due, next);
    if (next) this.#offerLater(next);
    release();
    this.#feed();
    this.#settle();
  }

  /** It has nothing more to say; what it keeps open it holds for a while. */
  #leave(simulator: Simulator): void {
    const { holdSeconds } = this.#task.plan.life;
    if (holdSeconds === 0 || !simulator.isConnected) {
      simulator.hangUp();
      return;
    }
    this.#held.add(simulator);
    this.#under++;
    const end = (): void => {
      this.#held.delete(simulator);
      simulator.hangUp();
      this.#under--;
      this.#settle();
    };
    void this.#clock.sleep(holdSeconds).then(end, end);
  }

  #heldNow(): number {
    let open = 0;
    for (const { isConnected } of this.#held) if (isConnected) open++;
    return open;
  }

  /** Begun or not, it is over. */
  #ended({ simulator, isFirst }: Due, next?: Following): void {
    this.#under--;
    // Between calls a device is at it still.
    simulator.isBusy = next?.due.kind === 'call';
    if (!isFirst || next?.due.isFirst) return;
    this.#untried--;
    if (this.#untried === 0) this.#report({ kind: 'all-tried' });
  }

  #offerLater({ due, dueMs }: Following): void {
    const begin = (): void => {
      this.#under--;
      // An open run may have come round to one that was to renew.
      const isTaken = due.kind === 'renew' && due.simulator.isBusy;
      if (!this.#isDraining && !isTaken) this.#offer(due, dueMs, false);
      this.#settle();
    };
    const waitMs = dueMs - moment();
    if (waitMs <= 0) begin();
    else void this.#clock.sleep(Math.min(longestTimerMs, waitMs) / 1000).then(begin, begin);
  }
}
