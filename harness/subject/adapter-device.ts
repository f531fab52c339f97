import { constants } from 'node:os';
import { MusterError } from '#protocol/errors.ts';
import type { AdapterRun } from './adapter.ts';
import { adapterStatuses, variablesOf } from './adapter-contract.ts';
import {
  type DeviceEnvironment,
  type DeviceInfo,
  type DeviceState,
  type DeviceUnderTest,
  DeviceUnseen,
  type DeviceVerb,
  type DeviceWord,
} from './device.ts';
import { firmwareOf } from './firmware.ts';

/** Of the time of a verb: the rest is for what the device does before and after one answer that does not end. */
const patience = 0.8;
/** However long a person may take over a verb. */
const mostPatienceSeconds = 60;

/** What an exit status says; any that is not here is an error of the bench. */
const words = new Map<number, DeviceWord['kind']>(
  (Object.keys(adapterStatuses) as (keyof typeof adapterStatuses)[]).map((kind) => [adapterStatuses[kind], kind]),
);

/** Verbs that leave a device as it is, or as the first time left it. */
const repeatable: ReadonlySet<string> = new Set(['info', 'status', 'reset']);

/** 128 and the number of a signal that a program earns by itself; SIGKILL or SIGTERM comes from elsewhere. */
const crashes: ReadonlySet<number> = new Set(
  (['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGSYS'] as const).map(
    (signal) => 128 + constants.signals[signal],
  ),
);

/** What carries verbs to a device: an executable, or an address. */
export interface DeviceAdapter {
  /** Where it is, for messages. */
  readonly path: string;
  readonly timeoutSeconds: number;
  /** Are the files that it names on this machine? */
  readonly isLocal: boolean;
  run(verb: string, environment: Readonly<Record<string, string>>): Promise<AdapterRun>;
}

/** A device that an adapter drives. */
export class AdapterDevice implements DeviceUnderTest {
  readonly #adapter: DeviceAdapter;

  constructor(adapter: DeviceAdapter) {
    this.#adapter = adapter;
  }

  get patienceSeconds(): number {
    return Math.min(patience * this.#adapter.timeoutSeconds, mostPatienceSeconds);
  }

  async info(): Promise<DeviceInfo> {
    const { name, version, firmware, capabilities } = await this.#json('info', {});
    return {
      name: typeof name === 'string' ? name : 'unnamed device',
      version: typeof version === 'string' ? version : 'unknown',
      ...(typeof firmware === 'string' ? { firmware: await this.#firmware(firmware) } : {}),
      capabilities: Array.isArray(capabilities) ? capabilities.map(String) : [],
    };
  }

  async perform(verb: DeviceVerb, environment: DeviceEnvironment): Promise<DeviceWord> {
    const run = await this.#run(verb, variablesOf(environment));
    const output = [run.stdout, run.stderr].filter((text) => text.trim() !== '').join('\n');
    if (run.exitCode === undefined) {
      const detail = `no end within ${this.#adapter.timeoutSeconds} s: stopped`;
      return { kind: 'error', detail, output, stopped: true };
    }
    const kind = words.get(run.exitCode);
    if (!kind) {
      const detail = `exit status ${run.exitCode}: ${lastLine(run)}`;
      return { kind: 'error', detail, output, ...(crashes.has(run.exitCode) ? { crashed: true } : {}) };
    }
    return { kind, detail: kind === 'done' ? '' : lastLine(run), output };
  }

  async status(environment: DeviceEnvironment): Promise<DeviceState> {
    const { state, certificate, cacert } = await this.#json('status', variablesOf(environment));
    if (state !== 'none' && state !== 'pending' && state !== 'enrolled') {
      throw new MusterError(
        'bench-broken',
        `The adapter's status: "state" is none, pending or enrolled; seen ${JSON.stringify(state)}.`,
      );
    }
    return {
      state,
      ...(typeof certificate === 'string' && certificate ? { certificatePem: certificate } : {}),
      ...(typeof cacert === 'string' && cacert ? { cacertPem: cacert } : {}),
    };
  }

  /** One that broke is asked again, where that cannot change what the device did. A time that is over stays over. */
  async #run(verb: string, environment: Readonly<Record<string, string>>): Promise<AdapterRun> {
    const ask = (): Promise<AdapterRun> => this.#adapter.run(verb, environment);
    if (!repeatable.has(verb)) return ask();
    const first = await ask().catch(() => undefined);
    const broke = first === undefined || (first.exitCode !== undefined && !words.has(first.exitCode));
    return broke ? ask() : first;
  }

  async #firmware(text: string): Promise<string> {
    return this.#adapter.isLocal ? firmwareOf(text) : text;
  }

  async #json(verb: string, environment: Record<string, string>): Promise<Record<string, unknown>> {
    const run = await this.#run(verb, environment);
    if (run.exitCode === adapterStatuses.unseen)
      throw new DeviceUnseen(`Nobody saw the device at "${verb}": ${lastLine(run)}`);
    const said = `verb "${verb}", exit status ${run.exitCode ?? 'none (stopped after its time)'}`;
    if (run.exitCode !== 0) {
      throw new MusterError(
        'bench-broken',
        `The adapter ${this.#adapter.path}, ${said}: 0 and JSON are expected. ${lastLine(run)}`,
      );
    }
    try {
      const value: unknown = JSON.parse(run.stdout);
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch {
      // Told below, with what was seen.
    }
    const seen = JSON.stringify(run.stdout.slice(0, 80));
    throw new MusterError(
      'bench-broken',
      `The adapter ${this.#adapter.path}, ${said}: a JSON object is expected, seen ${seen}.`,
    );
  }
}

function lastLine({ stdout, stderr }: AdapterRun): string {
  const text = stdout.trim() === '' ? stderr : stdout;
  return text.trim().split('\n').at(-1) ?? '';
}
