import { adapterStatuses, environmentOf } from '../subject/adapter-contract.ts';
import type { DeviceEnvironment } from '../subject/device.ts';
import { type Awaitable, endWith, jsonEnd, unsupportedVerb, type VerbEnd } from './verb.ts';

/** What a device is. */
export interface AdapterInfo {
  readonly name: string;
  readonly version: string;
  /** The path of its file, or a digest. */
  readonly firmware?: string;
  /** Words for the report; `parallel`, `clock`, `calls` and `getcacert over TLS` mean something (docs/device-adapter.md). */
  readonly capabilities: readonly string[];
}

/** What became of a verb. `unseen`: nobody could see it, so that nothing is proved. Refusals say why, on one line. */
export type DeviceOutcome =
  | 'done'
  | 'pending'
  | 'unseen'
  | 'unsupported'
  | { readonly refusedServer: string }
  | { readonly refusedByServer: string };

/** What a device holds; certificates as PEM. */
export type DeviceHolds =
  | { readonly state: 'none' }
  | { readonly state: 'pending'; readonly cacert?: string }
  | { readonly state: 'enrolled'; readonly certificate: string; readonly cacert: string };

type Verb = (environment: DeviceEnvironment) => Awaitable<DeviceOutcome>;

/** A device under test, verb by verb. One that is left out is not supported: cases that need it are not applicable. */
export interface DeviceVerbs {
  info(): Awaitable<AdapterInfo>;
  /** Back to factory state. */
  readonly reset: Verb;
  /** getcacert and request, up to enrolled, pending or refused. */
  readonly enroll: Verb;
  /** One poll. */
  readonly retrieve?: Verb;
  readonly renew?: Verb;
  readonly call?: Verb;
  status(environment: DeviceEnvironment): Awaitable<DeviceHolds>;
}

/**
 * The whole of a device's adapter: runs the verb that its first argument names, and ends the process as the contract says.
 * What a verb throws is an error of the bench, and no verdict on the device. Nothing else may write to standard output.
 */
export function runDeviceAdapter(verbs: DeviceVerbs): Promise<never> {
  return endWith(() => deviceVerb(verbs, process.argv[2] ?? '', process.env));
}

/** @throws whatever the verb throws; TypeError for an outcome that is none */
export async function deviceVerb(
  verbs: DeviceVerbs,
  name: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<VerbEnd> {
  if (name === 'info') return jsonEnd(await verbs.info());
  const environment = environmentOf(variables);
  if (name === 'status') return jsonEnd(await verbs.status(environment));
  const { reset, enroll, retrieve, renew, call } = verbs;
  const others = new Map(Object.entries({ reset, enroll, retrieve, renew, call }));
  const perform = others.get(name);
  return perform ? endOf(name, await perform.call(verbs, environment)) : unsupportedVerb;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function endOf(verb: string, outcome: DeviceOutcome): VerbEnd {
  if (typeof outcome === 'string' && Object.hasOwn(adapterStatuses, outcome))
    return { status: adapterStatuses[outcome], text: '' };
  if (isObject(outcome) && 'refusedServer' in outcome)
    return { status: adapterStatuses['refused-server'], text: outcome.refusedServer };
  if (isObject(outcome) && 'refusedByServer' in outcome)
    return { status: adapterStatuses['refused-by-server'], text: outcome.refusedByServer };
  throw new TypeError(
    `${verb}: 'done', 'pending', 'unseen', 'unsupported', { refusedServer } or { refusedByServer } is expected, seen ${JSON.stringify(outcome)}.`,
  );
}
