import { randomBytes } from 'node:crypto';
import type { DeviceDefinition } from '../../subject/server.ts';
import type { ServerBench } from '../server-bench.ts';
import { lifetimes } from './model.ts';

type Approval = 'auto' | 'manual';

/**
 * Servers on which nothing has happened yet, one for each history. The built-in one is made anew; a server elsewhere, which
 * remembers, is given devices that it never saw: their names come from the seed and from a part of this run alone.
 */
export class Lives {
  /** The ways of approval that a history may begin with. */
  readonly approvals: readonly [Approval, ...Approval[]];
  readonly #bench: ServerBench;
  readonly #devices: number;
  /** Undefined: the server begins anew with each history, and the names stay the same. */
  readonly #run: string | undefined;
  #count = 1;

  private constructor(bench: ServerBench, devices: number, run: string | undefined, approvals: Lives['approvals']) {
    this.#bench = bench;
    this.#devices = devices;
    this.#run = run;
    this.approvals = approvals;
  }

  /** Deploys the first server, with which no history is played. Of a server elsewhere it finds out who approves. */
  static async begin(bench: ServerBench, devices: number): Promise<Lives> {
    const needs = { approval: 'manual', controlled: lifetimes, changes: true } as const;
    const run = randomBytes(4).toString('hex');
    await bench.deploy({ ...needs, devices: definitions(bench, devices, run, 0) });
    if (bench.deployment.control) return new Lives(bench, devices, undefined, ['manual', 'manual', 'auto']);
    const reply = await bench.send(await bench.request());
    return new Lives(bench, devices, run, [reply.answer?.kind === 'pending' ? 'manual' : 'auto']);
  }

  /** All histories are played to one server. */
  get areOfOneServer(): boolean {
    return this.#run !== undefined;
  }

  async next(approval: Approval): Promise<void> {
    const devices = definitions(this.#bench, this.#devices, this.#run, this.#count++);
    // A server elsewhere is asked for its administrator either way: it is the model that says whether it must wait.
    const asked = this.areOfOneServer ? 'manual' : approval;
    await this.#bench.deploy({ devices, approval: asked, controlled: lifetimes, changes: true });
  }
}

function definitions(bench: ServerBench, count: number, run: string | undefined, life: number): DeviceDefinition[] {
  const of = run === undefined ? '' : `/${run}/${life}`;
  return Array.from({ length: count }, (_, number) => ({ identity: bench.makeIdentity(number, of) }));
}
