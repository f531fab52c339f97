import { availableParallelism } from 'node:os';
import type { ArgumentsCamelCase } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { readTextFile } from '#protocol/text-file.ts';
import { parseDevices } from '../fleet/devices-file.ts';
import { fleetPersona } from '../fleet/personas.ts';
import { type BuiltInTarget, type FleetModel, type FleetPlan, type TargetAt, wholeMix } from '../fleet/plan.ts';
import { startsOf } from '../fleet/schedule.ts';
import { sliceOf } from '../fleet/slice.ts';
import type { LoadWords } from './load-options.ts';
import { seedOf } from './repeatable.ts';

type Words = ArgumentsCamelCase<LoadWords>;

/**
 * Attempts at once unless it is said. Closed: what came in one turn of the event loop goes on together, which costs both sides an
 * eighth less CPU time at 96 than at 32; more gains nothing.
 */
const inFlightOf: Readonly<Record<FleetPlan['model']['kind'], number>> = { closed: 96, open: 1000 };

/** The whole plan, from the command line. @throws MusterError settings-invalid, not-found */
export async function loadPlan(words: Words): Promise<FleetPlan> {
  const seed = seedOf(words.seed);
  const model = modelOf(words);
  refuseForeign(words, model);
  const target = words.target === undefined ? builtInTarget(words) : await targetElsewhere(words.target, words);
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
    inFlight: words.inFlight ?? inFlightOf[model.kind],
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

function modelOf({ rate, stages, duration }: Words): FleetModel {
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
function refuseForeign(words: Words, model: FleetModel): void {
  const rules: readonly (readonly [isForeign: boolean, names: readonly (keyof Words)[], belongs: string])[] = [
    [model.kind === 'closed', ['duration', 'dropAfter'], 'an open run: --rate or --stages'],
    [words.calls === undefined, ['callEvery', 'callTo'], 'a fleet that calls: --calls'],
    [words.connections !== 'kept', ['hold'], 'kept connections: --connections kept'],
    [words.queue === undefined, ['shards', 'workerTimeout', 'onWorkerLoss'], 'a load that is shared out: --queue'],
    [words.queue !== undefined, ['shard', 'startAt', 'workers', 'metrics', 'operator'], 'a load without --queue'],
    [
      words.target === undefined,
      ['cleartext', 'anchor', 'fingerprint', 'devices', 'operator'],
      'a server elsewhere: --target',
    ],
    [words.target !== undefined, ['validity', 'pop', 'store', 'flaw'], 'the built-in server, and --target is given'],
    [words.approvals === undefined, ['operator'], 'a fleet that waits for approval: --approvals'],
  ];
  for (const [isForeign, names, belongs] of rules) {
    const name = isForeign ? names.find((each) => words[each] !== undefined) : undefined;
    if (name === undefined) continue;
    const option = String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new MusterError('settings-invalid', `--${option} belongs to ${belongs}.`);
  }
}

function builtInTarget(words: Words): BuiltInTarget {
  const { approvals, pop, validity, flaw, store, renewals } = words;
  if (renewals > 0 && validity === undefined) {
    throw new MusterError(
      'settings-invalid',
      '--renewals needs --validity: a certificate of a year is not due for long.',
    );
  }
  return {
    kind: 'built-in',
    approval: approvals === undefined ? 'auto' : 'manual',
    proofOfPossession: pop ?? 'pkcs10',
    ...(validity === undefined ? {} : { validitySeconds: validity }),
    flaw: flaw ?? 'honest',
    store: store ?? 'memory',
  };
}

async function targetElsewhere(tlsUrl: string, words: Words): Promise<TargetAt> {
  const { cleartext, anchor, fingerprint, devices, operator, approvals } = words;
  if (!cleartext || !anchor) {
    const missing = [cleartext ? '' : '--cleartext', anchor ? '' : '--anchor'].filter(Boolean).join(', ');
    throw new MusterError('settings-invalid', `--target needs also: ${missing}.`);
  }
  if (approvals !== undefined && operator === undefined) {
    throw new MusterError('settings-invalid', '--approvals at a server elsewhere needs its administrator: --operator.');
  }
  return {
    kind: 'at',
    tlsUrl,
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
  if (atMs >= Date.now()) return atMs;
  const expected = Number.isNaN(atMs) ? 'a moment as 2026-11-28T06:00:00Z' : 'a moment to come';
  throw new MusterError('settings-invalid', `--start-at: ${expected} is expected, seen "${text}".`);
}
