import { availableParallelism } from 'node:os';
import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { parseDevices } from '../fleet/devices-file.ts';
import { fleetPersona } from '../fleet/personas.ts';
import { type BuiltInTarget, type FleetModel, type FleetPlan, type TargetAt, wholeMix } from '../fleet/plan.ts';
import { mixOf, ratePerSecond, shardOf, stagesOf } from '../fleet/rates.ts';
import { startsOf } from '../fleet/schedule.ts';
import { sliceOf } from '../fleet/slice.ts';
import { parseThreshold } from '../fleet/thresholds.ts';
import {
  choiceOption,
  countOption,
  durationOption,
  endpointOption,
  flagOption,
  named,
  numberOption,
  readOption,
  textOption,
} from './options.ts';
import { seedOf } from './repeatable.ts';

export const loadOptions = named({
  simulators: countOption('How many gateways (as many as an open run starts, else 100)'),
  'in-flight': countOption('Attempts at once (closed: 32; open: 1000); one that waits for approval does not count'),
  rate: readOption('Open model: starts by the clock, as 50/s, for --duration', ratePerSecond),
  duration: durationOption('How long an open run starts attempts (1m)'),
  stages: readOption('Open model: 30s:100/s,5m:100/s,30s:0/s; in each stage the rate moves to that', stagesOf),
  target: textOption('A server elsewhere: the URL of its TLS listener, https://HOST:PORT/tep'),
  cleartext: textOption('… the URL of its cleartext listener'),
  anchor: textOption('… PEM file of the third-party CA that vouches for it'),
  fingerprint: textOption('… SHA-256 or SHA-1 of its CA certificate; without it getcacert goes over TLS'),
  devices: textOption('… the devices that it knows: a file of lines, device CUSTOMER DEVICE NAME USERNAME PASSWORD'),
  prefix: { ...textOption('First part of the device names that are made of the seed'), default: 'gw' },
  approvals: readOption(
    'An administrator approves so many a second, as 20/s: of the built-in server, or --operator',
    ratePerSecond,
  ),
  operator: textOption('… of a server elsewhere: an executable with the verb approve (docs/device-adapter.md)'),
  poll: { ...durationOption('How long to wait before each poll while pending'), default: '1s' },
  polls: { ...countOption('How often to poll'), default: '3600' },
  validity: durationOption('Lifetime of the certificates of the built-in server (1y)'),
  renewals: { ...numberOption('How often each renews, when its certificate is due for it'), default: '0' },
  storm: flagOption('All renew at one moment, once all have enrolled'),
  calls: countOption('Calls of each after it has a certificate: authorization, then usage (none)'),
  'call-every': durationOption('… how long after one the next begins (0s)'),
  'call-to': textOption('… the called number (14045550100); the built-in server takes any'),
  connections: {
    ...choiceOption('For each message over TLS: a new connection, a kept one, or a new one that resumes', [
      'new',
      'kept',
      'resumed',
    ]),
    default: 'new',
  },
  hold: durationOption('How long a kept connection stays open when its device has nothing more to say'),
  pop: choiceOption('Proof of possession that the built-in server asks for (pkcs10)', ['pkcs10', 'challenge']),
  store: choiceOption('Where the built-in server keeps what it knows: sqlite as muster serve does (memory)', [
    'memory',
    'sqlite',
  ]),
  flaw: textOption('The built-in server behaves wrongly in one named way (muster list flaws)'),
  mix: readOption('Personas by shares: honest:95,replay:3,bad-pop:2', mixOf),
  'key-kind': choiceOption("Keys of the devices; the profile's own kind when absent", [
    'p256',
    'p384',
    'rsa1024',
    'rsa2048',
    'rsa3072',
  ]),
  profile: { ...choiceOption('legacy is insecure', ['modern', 'legacy']), default: 'modern' },
  timeout: { ...durationOption('For one message and its answer'), default: '30s' },
  threshold: {
    describe: 'What must hold: enroll.p95<2s, failed<0.5%/1m:abort, rate>100/s. May be given often',
    type: 'string',
    array: true,
    requiresArg: true,
    coerce: (given: unknown): string[] =>
      (Array.isArray(given) ? given : [given]).map((text) => parseThreshold(String(text)).text),
  },
  'late-after': { ...durationOption('A start is late so long after its intended moment'), default: '10ms' },
  'drop-after': durationOption('A start of an open run that found no room for so long is dropped (10s)'),
  'loop-delay': {
    ...durationOption('The generator is saturated when its event loop is later than this (p99)'),
    default: '100ms',
  },
  workers: countOption('Threads (one for each core; one less beside the built-in server)'),
  shard: readOption('This slice of the fleet alone, as 2/5; muster report merge puts the slices together', shardOf),
  'start-at': textOption('When to begin, as 2026-11-28T06:00:00Z, so that shards begin together'),
  queue: textOption('Share it out to muster worker: postgres://USER@HOST/NAME or redis://HOST'),
  shards: countOption('… in so many shards; all begin when each has a worker'),
  'worker-timeout': durationOption('… how long a shard waits for a worker (1m)'),
  'on-worker-loss': choiceOption('… deliver the shard of a lost worker again, or conclude nothing (redeliver)', [
    'redeliver',
    'inconclusive',
  ]),
  seed: numberOption('The seed of identities and personas (a random one, which is printed)'),
  out: { ...textOption('Folder for load.json, load.html and ledger.txt'), default: 'muster-load' },
  'keep-samples': flagOption('Keep every sample in samples.txt, too, to check the percentiles by'),
  metrics: endpointOption('Port, or ADDRESS:PORT, for /metrics (Prometheus) while it runs; none when absent'),
  json: flagOption('Print the record as JSON'),
} as const);

export type LoadWords = InferredOptionTypes<typeof loadOptions>;

const openOnly = ['duration', 'dropAfter'] as const;
const targetOnly = ['cleartext', 'anchor', 'fingerprint', 'devices', 'operator'] as const;
const queueOnly = ['shards', 'workerTimeout', 'onWorkerLoss'] as const;
const notOverQueue = ['shard', 'startAt', 'workers', 'metrics', 'operator'] as const;
const callsOnly = ['callEvery', 'callTo'] as const;
const builtInOnly = ['validity', 'pop', 'store', 'flaw'] as const;

/** The whole plan, from the command line. @throws MusterError settings-invalid, not-found */
export async function loadPlan(words: ArgumentsCamelCase<LoadWords>): Promise<FleetPlan> {
  const seed = seedOf(words.seed);
  const model = modelOf(words);
  refuseForeign(words, model);
  const target = await targetOf(words);
  const listed = target.kind === 'at' ? target.devices?.length : undefined;
  const fleet = words.simulators ?? (model.kind === 'open' ? Math.max(1, startsOf(model)) : (listed ?? 100));
  if (listed !== undefined && listed < fleet) {
    throw new MusterError(
      'settings-invalid',
      `--devices: ${fleet} devices are expected (--simulators), seen ${listed}.`,
    );
  }
  const mix = words.mix ?? wholeMix;
  for (const { persona } of mix) fleetPersona(persona);
  const cores = availableParallelism();
  const whole: FleetPlan = {
    seed,
    prefix: words.prefix,
    fleet,
    from: 0,
    to: fleet,
    shard: { index: 0, of: 1 },
    model,
    inFlight: words.inFlight ?? (model.kind === 'open' ? 1000 : 32),
    workers: words.workers ?? Math.max(1, target.kind === 'built-in' ? cores - 1 : cores),
    profile: words.profile,
    keyKind: words.keyKind ?? profiles[words.profile].deviceKey,
    timeoutSeconds: words.timeout,
    life: {
      pollSeconds: words.poll,
      polls: words.polls,
      renewals: words.renewals,
      storm: words.storm,
      holdSeconds: words.hold ?? 0,
    },
    connections: words.connections,
    ...(words.calls === undefined
      ? {}
      : {
          calls: {
            each: words.calls,
            everySeconds: words.callEvery ?? 0,
            calledNumber: words.callTo ?? '14045550100',
          },
        }),
    mix,
    target,
    ...(words.approvals === undefined ? {} : { approvalsPerSecond: words.approvals }),
    thresholds: words.threshold ?? [],
    limits: { lateMs: words.lateAfter * 1000, dropSeconds: words.dropAfter ?? 10, loopDelayMs: words.loopDelay * 1000 },
    ...(words.startAt === undefined ? {} : { startAtMs: momentOf(words.startAt) }),
  };
  return sliceOf(whole, words.shard ?? whole.shard);
}

function modelOf({ rate, stages, duration }: ArgumentsCamelCase<LoadWords>): FleetModel {
  if (stages !== undefined && duration !== undefined) {
    throw new MusterError(
      'settings-invalid',
      '--duration goes with --rate alone: each of the --stages says how long it lasts.',
    );
  }
  if (stages) return { kind: 'open', perSecond: rate ?? 0, stages };
  if (rate === undefined) return { kind: 'closed' };
  return { kind: 'open', perSecond: rate, stages: [{ seconds: duration ?? 60, perSecond: rate }] };
}

/** An option that would have no effect is a mistake. @throws MusterError settings-invalid */
function refuseForeign(words: ArgumentsCamelCase<LoadWords>, model: FleetModel): void {
  const refuse = (names: readonly string[], belongs: string): void => {
    const name = names.find((each) => words[each] !== undefined);
    if (name === undefined) return;
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new MusterError('settings-invalid', `--${option} belongs to ${belongs}.`);
  };
  if (model.kind === 'closed') refuse(openOnly, 'an open run: --rate or --stages');
  if (words.calls === undefined) refuse(callsOnly, 'a fleet that calls: --calls');
  if (words.connections !== 'kept') refuse(['hold'], 'kept connections: --connections kept');
  if (words.queue === undefined) refuse(queueOnly, 'a load that is shared out: --queue');
  else refuse(notOverQueue, 'a load without --queue');
  if (words.target === undefined) refuse(targetOnly, 'a server elsewhere: --target');
  else refuse(builtInOnly, 'the built-in server, and --target is given');
  if (words.approvals === undefined) refuse(['operator'], 'a fleet that waits for approval: --approvals');
}

async function targetOf(words: ArgumentsCamelCase<LoadWords>): Promise<BuiltInTarget | TargetAt> {
  const { target, cleartext, anchor, fingerprint, devices, validity, operator } = words;
  if (target === undefined && words.renewals > 0 && validity === undefined) {
    throw new MusterError(
      'settings-invalid',
      '--renewals needs --validity: a certificate of a year is not due for long.',
    );
  }
  if (target === undefined) {
    return {
      kind: 'built-in',
      approval: words.approvals === undefined ? 'auto' : 'manual',
      proofOfPossession: words.pop ?? 'pkcs10',
      ...(validity === undefined ? {} : { validitySeconds: validity }),
      flaw: words.flaw ?? 'honest',
      store: words.store ?? 'memory',
    };
  }
  if (!cleartext || !anchor) {
    const missing = [cleartext ? '' : '--cleartext', anchor ? '' : '--anchor'].filter(Boolean).join(', ');
    throw new MusterError('settings-invalid', `--target needs also: ${missing}.`);
  }
  if (words.approvals !== undefined && operator === undefined) {
    throw new MusterError('settings-invalid', '--approvals at a server elsewhere needs its administrator: --operator.');
  }
  return {
    kind: 'at',
    tlsUrl: target,
    httpUrl: cleartext,
    anchorPem: await readTextFile(anchor, 'the PEM of the third-party CA'),
    ...(fingerprint === undefined ? {} : { caFingerprint: fingerprint }),
    ...(operator === undefined ? {} : { operatorPath: operator }),
    ...(devices === undefined
      ? {}
      : { devices: parseDevices(await readTextFile(devices, 'a list of devices'), devices) }),
  };
}

function momentOf(text: string): number {
  const atMs = Date.parse(text);
  if (atMs < Date.now()) {
    throw new MusterError('settings-invalid', `--start-at: a moment to come is expected, seen "${text}".`);
  }
  if (Number.isNaN(atMs)) {
    throw new MusterError(
      'settings-invalid',
      `--start-at: a moment as 2026-11-28T06:00:00Z is expected, seen "${text}".`,
    );
  }
  return atMs;
}
