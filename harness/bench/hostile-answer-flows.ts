import fc from 'fast-check';
import { systemClock } from '#protocol/clock.ts';
import type { TransportFault } from '#simulators/hostile/answer-fault.ts';
import { describeTwists, twistsFor } from '#simulators/hostile/generated/generated-answer.ts';
import {
  type AnsweredOperation,
  type DrawnTwist,
  makeOthers,
  type Others,
  twisted,
} from '#simulators/hostile/generated/twist.ts';
import { pkcs10Of } from '../evidence/sent-pkcs10.ts';
import type { DeviceState, DeviceWord } from '../subject/device.ts';
import { type AnswerRuling, asksForPatience, ruleOnEnrollment, ruleOnGetCaCert } from './answer-rulings.ts';
import { ruleOnIssued, type Situation } from './certificate-rulings.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Exchange } from './device-exchanges.ts';
import { enrollHonestly } from './device-flows.ts';
import { InTurn } from './in-turn.ts';
import { arriveAt, certificateIn } from './phases.ts';
import { Counterexample, type Inputs, inputsOf, requireProperty } from './property.ts';
import type { Phase } from './variation.ts';

/** A verb of the built-in gateway ends by itself in a fraction of this; that of an adapter has its own time. */
const longestVerbSeconds = 10;

/** One generated answer, when in its life the device meets it, and whether its CA certificate was announced. */
interface Stimulus {
  readonly phase: Phase;
  readonly announced?: boolean;
  readonly twists: readonly DrawnTwist[];
}

/** What came of one stimulus. */
interface Meeting {
  readonly word: DeviceWord;
  /** The certificate that the device held before and after, in base64; undefined: none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The messages that it sent, with their answers. */
  readonly exchanges: readonly Exchange[];
}

/** Whatever a hostile server answers to request or retrieve, the device installs only what meets every rule. */
export function installsOnlyGood(bench: DeviceBench, caseId: string, inputs: Inputs): Promise<void> {
  const judge = (meeting: Meeting): AnswerRuling => {
    const delivered = meeting.exchanges.filter(({ operation }) => operation !== 'getcacert');
    const ruled = delivered.flatMap(({ request, answer }) => {
      const situation = situationOf(bench, request);
      return answer ? [{ situation, ruling: ruleOnEnrollment(answer, situation) }] : [];
    });
    const best = mildest(ruled);
    if (!best) return undelivered(bench, meeting);
    keepsWhatItHas(meeting, best.ruling);
    if (isNew(meeting)) mustBeGood(meeting.after, best.situation);
    return best.ruling;
  };
  return holds(bench, caseId, inputs, 'enrollment', ['retrieve', 'renew'], judge);
}

/** Whatever a hostile server answers to getcacert, the device goes on only with a CA certificate that it can verify. */
export function goesOnOnlyVerified(bench: DeviceBench, caseId: string, inputs: Inputs): Promise<void> {
  const judge = (meeting: Meeting): AnswerRuling => {
    const { profile, environment } = bench;
    const announced = environment.caFingerprintSha256 || environment.caFingerprintSha1;
    const known = { profile, now: systemClock.now(), announced };
    const delivered = meeting.exchanges.filter(({ operation }) => operation === 'getcacert');
    const best = mildest(
      delivered.flatMap(({ answer }) => (answer ? [{ ruling: ruleOnGetCaCert(answer, known) }] : [])),
    );
    if (!best) return undelivered(bench, meeting);
    const { ruling } = best;
    const asked = meeting.exchanges.find(({ operation }) => operation === 'request' || operation === 'retrieve');
    if (ruling.verdict === 'refuse' && asked)
      throw new Counterexample(`it goes on with “${asked.operation}”, but is to refuse the answer: ${ruling.why}`);
    keepsWhatItHas(meeting, ruling);
    if (isNew(meeting) && asked)
      mustBeGood(meeting.after, { ...situationOf(bench, asked.request), authority: ruling.certificate });
    return ruling;
  };
  return holds(bench, caseId, inputs, 'getcacert', ['renew'], judge);
}

/** The property itself, between two controls; what a counterexample is, the judge throws. */
async function holds(
  bench: DeviceBench,
  caseId: string,
  inputs: Inputs,
  operation: AnsweredOperation,
  later: readonly Phase[],
  judge: (meeting: Meeting) => AnswerRuling,
): Promise<void> {
  const { recorder, profile, clearinghouse } = bench;
  await bench.reset();
  await enrollHonestly(bench, 'before');
  const phases = await supported(bench, later);
  await bench.reset();
  if ((await bench.status()).state !== 'none') bench.judge.broken('After a reset the device still holds something.');
  const others = await makeOthers({ profile, now: systemClock.now(), clearinghouse: clearinghouse.authority });
  const life = new Life(bench);
  const tally = new Map<string, number>();
  const runs = inputsOf(bench, inputs, caseId);
  const stimulus: fc.Arbitrary<Stimulus> = fc.record({
    phase: new InTurn(phases, runs),
    ...(operation === 'getcacert' ? { announced: fc.boolean() } : {}),
    twists: twistsFor(operation),
  });
  const property = fc.asyncProperty(stimulus, async ({ phase, announced = false, twists }) => {
    const before = await life.enter(phase);
    await bench.answers.lie(faultOf(operation, twists, others, announced));
    const mark = bench.seen.mark();
    const word = await performed(bench, phase);
    const meeting = { word, before, after: await life.look(), exchanges: bench.seen.since(mark) };
    ends(meeting, phase);
    const { verdict } = judge(meeting);
    const ended = `${verdict}: the device says "${word.kind}"`;
    tally.set(ended, (tally.get(ended) ?? 0) + 1);
    life.isGood = true;
  });
  const sentence =
    operation === 'getcacert'
      ? 'the device goes on only with a CA certificate that it can verify'
      : 'the device installs only a certificate that meets every rule';
  await requireProperty(bench, sentence, property, runs, caseId);
  const lines = [...tally].sort().map(([ended, times]) => `${String(times).padStart(5)}  ${ended}`);
  recorder.output('Generated answers, by what the rules say and what the device says', lines.join('\n'));
  await bench.answers.lie(undefined);
  await bench.reset();
  await enrollHonestly(bench, 'after');
}

/** Where the device stands, so that it need not begin anew for each answer. */
class Life {
  /** What it holds was judged: it may go on from there. */
  isGood = false;
  readonly #bench: DeviceBench;
  #state: DeviceState = { state: 'none' };

  constructor(bench: DeviceBench) {
    this.#bench = bench;
  }

  /** Brings the device to where a phase begins. Gives the certificate that it then holds. */
  async enter(phase: Phase): Promise<string | undefined> {
    const bench = this.#bench;
    await bench.answers.lie(undefined);
    const isThere = this.isGood && this.#state.state === beginnings[phase];
    this.isGood = false;
    if (isThere) return certificateIn(this.#state);
    await bench.reset();
    if (phase === 'enroll') return undefined;
    await arriveAt(bench, phase);
    await bench.answers.lie(undefined);
    return this.look();
  }

  async look(): Promise<string | undefined> {
    this.#state = await this.#bench.status();
    return certificateIn(this.#state);
  }
}

/** What a device says of itself where a phase begins; for its first enrollment it is reset in any case. */
const beginnings: Readonly<Record<Phase, DeviceState['state'] | undefined>> = {
  enroll: undefined,
  retrieve: 'pending',
  renew: 'enrolled',
};

function faultOf(
  operation: AnsweredOperation,
  twists: readonly DrawnTwist[],
  others: Others,
  fingerprintAgrees: boolean,
): TransportFault {
  return {
    id: `generated: ${twists.join(', ') || 'no twist'}`,
    explanation: describeTwists(twists),
    operation,
    fingerprintAgrees,
    transport: true,
    alone: true,
    answer: (context) => twisted(twists, { ...context, operation, others }),
  };
}

/** The phases of which the device knows the verb: its first enrollment, and of these others. */
async function supported(bench: DeviceBench, others: readonly Phase[]): Promise<[Phase, ...Phase[]]> {
  const known: Phase[] = [];
  for (const phase of others) {
    if ((await bench.attempt(phase)).kind !== 'unsupported') known.push(phase);
  }
  return ['enroll', ...known];
}

/** The verb, which the built-in gateway must end in time too: an adapter is stopped when its time is over. */
async function performed(bench: DeviceBench, verb: Phase): Promise<DeviceWord> {
  const ended = bench.perform(verb);
  if (bench.isExternal) return ended;
  const over = new AbortController();
  const stopped = (): DeviceWord => {
    return { kind: 'error', detail: `no end within ${longestVerbSeconds} s`, output: '', stopped: true };
  };
  const late = systemClock.sleep(longestVerbSeconds, over.signal).then(stopped, stopped);
  return Promise.race([ended, late]).finally(() => over.abort());
}

/** "No sequence of bytes makes a receiver crash, hang, …" (MSG-024). Whoever was told to wait may wait. */
function ends({ word, exchanges }: Meeting, verb: Phase): void {
  if (word.crashed) throw new Counterexample(`it broke down: ${word.detail}`);
  if (word.stopped && !exchanges.some(({ answer }) => answer && asksForPatience(answer)))
    throw new Counterexample(`its verb "${verb}" did not end: ${word.detail}`);
}

function keepsWhatItHas({ word, before, after }: Meeting, { verdict, why }: AnswerRuling): void {
  if (before !== undefined && after === undefined) throw new Counterexample('its former certificate is lost');
  const holdsNow = after === undefined ? 'nothing' : after === before ? 'its former certificate' : 'a new certificate';
  const tookIt = word.kind === 'done' || after !== before;
  if (verdict === 'refuse' && tookIt)
    throw new Counterexample(`it says "${word.kind}" and holds ${holdsNow}, but is to refuse the answer: ${why}`);
  if (word.kind === 'done' && after === before) throw new Counterexample(`it says "done" and holds ${holdsNow}`);
}

function isNew(meeting: Meeting): meeting is Meeting & { readonly after: string } {
  return meeting.after !== undefined && meeting.after !== meeting.before;
}

function mustBeGood(base64: string, situation: Situation): void {
  const { verdict, why } = ruleOnIssued(Buffer.from(base64, 'base64'), situation);
  if (verdict === 'refuse') throw new Counterexample(`it installed a certificate that it is to refuse: ${why}`);
}

function situationOf({ identity, clearinghouse, profile }: DeviceBench, request: Exchange['request']): Situation {
  const authority = clearinghouse.authority.certificate.der;
  const { spki } = pkcs10Of(request);
  return { deviceName: identity.deviceName, spki, authority, profile, now: systemClock.now() };
}

/** Of several answers (the device asked again) the one that it may rather take. */
function mildest<Ruled extends { readonly ruling: AnswerRuling }>(ruled: readonly Ruled[]): Ruled | undefined {
  return ruled.find(({ ruling }) => ruling.verdict !== 'refuse') ?? ruled[0];
}

function undelivered({ judge }: DeviceBench, { word }: Meeting): never {
  return judge.broken(`The device never fetched the generated answer: ${word.kind} ${word.detail}`);
}
