import { text } from 'node:stream/consumers';
import { adapterStatuses } from '../subject/adapter-contract.ts';
import { type Awaitable, endWith, jsonEnd, unsupportedVerb, type VerbEnd } from './verb.ts';

/** `refused`: the server did not take it, in its own words. */
export type OperatorOutcome = 'done' | { readonly refused: string };

/** What an operator adapter says of the server; each may be left out. */
export interface OperatorInfo {
  readonly name?: string;
  readonly version?: string;
  /** A path or a digest: a certificate is of one firmware. */
  readonly firmware?: string;
  readonly capabilities?: readonly string[];
  /** How the server's messages call its configuration file; `muster.conf` unless it says so. */
  readonly configurationFile?: string;
}

/** What a verb is about. What a verb has no need of is empty. */
export interface OperatorTask {
  readonly tlsUrl: string;
  readonly deviceName: string;
  readonly device: string;
  readonly customer: string;
  readonly username: string;
  readonly password: string;
  /** Of `reject`. */
  readonly reason: string;
}

type Verb = (task: OperatorTask) => Awaitable<OperatorOutcome>;

/** The administrator of a server under test, verb by verb; cases that need one that is left out are not applicable. */
export interface OperatorVerbs {
  info?(): Awaitable<OperatorInfo>;
  readonly approve?: Verb;
  readonly reject?: Verb;
  readonly define?: Verb;
  readonly disable?: Verb;
  readonly remove?: Verb;
  /** The end of a case: the definition and the account go. Without it `remove` is told, and the account stays. */
  readonly forget?: Verb;
  /** Puts a configuration file in force, and keeps the one before for `restore`. */
  configure?(file: string, task: OperatorTask): Awaitable<OperatorOutcome>;
  readonly restore?: Verb;
}

/** The whole of an operator's adapter, as `runDeviceAdapter` is of a device's. */
export function runOperatorAdapter(verbs: OperatorVerbs): Promise<never> {
  return endWith(() => operatorVerb(verbs, process.argv[2] ?? '', process.env, () => text(process.stdin)));
}

/** @throws whatever the verb throws; TypeError for an outcome that is none */
export async function operatorVerb(
  verbs: OperatorVerbs,
  name: string,
  variables: Readonly<Record<string, string | undefined>>,
  input: () => Promise<string>,
): Promise<VerbEnd> {
  if (name === 'info') return verbs.info ? jsonEnd(await verbs.info()) : unsupportedVerb;
  const task = taskOf(variables);
  if (name === 'configure')
    return verbs.configure ? endOf(name, await verbs.configure(await input(), task)) : unsupportedVerb;
  const { approve, reject, define, disable, remove, forget, restore } = verbs;
  const perform = new Map(Object.entries({ approve, reject, define, disable, remove, forget, restore })).get(name);
  return perform ? endOf(name, await perform.call(verbs, task)) : unsupportedVerb;
}

function taskOf(variables: Readonly<Record<string, string | undefined>>): OperatorTask {
  const of = (name: string): string => variables[`MUSTER_${name}`] ?? '';
  return {
    tlsUrl: of('TLS_URL'),
    deviceName: of('DEVICE_NAME'),
    device: of('DEVICE'),
    customer: of('CUSTOMER'),
    username: of('USERNAME'),
    password: of('PASSWORD'),
    reason: of('REASON'),
  };
}

function endOf(verb: string, outcome: OperatorOutcome): VerbEnd {
  if (outcome === 'done') return { status: adapterStatuses.done, text: '' };
  if (typeof outcome === 'object' && outcome !== null && 'refused' in outcome)
    return { status: adapterStatuses['refused-by-server'], text: outcome.refused };
  throw new TypeError(`${verb}: 'done' or { refused } is expected, seen ${JSON.stringify(outcome)}.`);
}
