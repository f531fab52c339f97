import { beginning, retryAfterSeconds, waitingForms } from '#simulators/hostile/waiting-forms.ts';
import type { DeviceVerb } from '../subject/device.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Exchange, Mark } from './device-exchanges.ts';
import { enrollHonestly } from './device-flows.ts';

type Waiting = Parameters<typeof beginning>[0];

/** From here on one command polls without end (protocol decisions, «The exchange: pace of polls»). */
const tooManyPolls = 50;
/** What is less is no rest at all: the time that two messages in a row take. */
const noRestMs = 10;
/** Of a device that was told nothing else (the same decision). */
const usualRestMs = 1000;
/** Timers end on whole milliseconds, and clocks are read in between. */
const toleranceMs = 5;

/** A request stays pending: each command of the operator ends all the same, and the request is still there afterwards. */
export async function pollsWithinBounds(bench: DeviceBench): Promise<void> {
  const { judge } = bench;
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  for (const verb of ['enroll', 'retrieve'] as const) await endsPending(bench, verb);
  await bench.answers.lie(undefined);
  const end = await bench.perform('retrieve');
  judge.require(end.kind === 'done', 'the request is kept, and retrieved in the end', `"${end.kind}" ${end.detail}`);
}

async function endsPending(bench: DeviceBench, verb: DeviceVerb): Promise<void> {
  const { judge } = bench;
  await bench.answers.lie(beginning(waitingForms.until(tooManyPolls)));
  const mark = bench.seen.mark();
  const word = await bench.perform(verb);
  const polls = messagesOf(bench, mark).filter(({ operation }) => operation === 'retrieve').length;
  if (polls >= tooManyPolls) judge.violation(`In one command (${verb}) the device polled ${polls} times without end.`);
  if (word.stopped) {
    judge.unverified(
      `The device was stopped after ${polls} polls of one command: ${word.detail}; raise --adapter-timeout.`,
    );
  }
  const seen = `"${word.kind}" ${word.detail} after ${polls} polls`;
  judge.require(word.kind === 'pending', `the command ${verb} ends, and the device says that it is pending`, seen);
}

/** A request stays pending: the device rests before each poll. */
export async function restsBetweenPolls(bench: DeviceBench): Promise<void> {
  const { judge, pollIntervalSeconds } = bench;
  const rests = await restsOf(bench, waitingForms.withoutEnd);
  const weighed = weighRests(
    rests.map(({ restMs }) => restMs),
    pollIntervalSeconds,
  );
  if (weighed.verdict === 'unseen') judge.notApplicable(weighed.because);
  if (weighed.verdict === 'none') judge.violation(weighed.because);
  if (weighed.verdict === 'short') judge.unmet(weighed.because, 'RET-021');
  else judge.proved(weighed.because);
}

interface Rests {
  readonly verdict: 'rests' | 'none' | 'short' | 'unseen';
  readonly because: string;
}

/** What the rests before the polls of one command prove. The shortest counts; `told`: what the device was told, if that is known. */
export function weighRests(restsMs: readonly number[], toldSeconds?: number): Rests {
  if (restsMs.length === 0) {
    const because = 'The device sends one message for each command: how often it polls is its operator’s choice.';
    return { verdict: 'unseen', because };
  }
  const shortest = Math.min(...restsMs);
  const seen = `${restsMs.length} polls, the shortest rest before one is ${shortest.toFixed(0)} ms`;
  if (shortest < noRestMs) return { verdict: 'none', because: `The device polls without a rest: ${seen}.` };
  const dueMs = toldSeconds === undefined ? usualRestMs : toldSeconds * 1000;
  if (shortest + toleranceMs >= dueMs) return { verdict: 'rests', because: seen };
  if (toldSeconds === undefined)
    return { verdict: 'short', because: `The device hardly rests between polls: ${seen}.` };
  return { verdict: 'none', because: `The device was told to rest for ${dueMs} ms: ${seen}.` };
}

/** The server asks for patience, in one way after the other: within a command, nothing comes before that time is over. */
export async function honoursRetryAfter(bench: DeviceBench, forms: readonly Waiting[]): Promise<void> {
  const { judge } = bench;
  let proofs = 0;
  const dueMs = retryAfterSeconds * 1000;
  for (const form of forms) {
    for (const { after, restMs } of await restsOf(bench, form)) {
      const asked = after.answer?.headers['retry-after'];
      if (asked === undefined) continue;
      const seen = `Retry-After: ${asked} (HTTP ${after.answer?.status}), and the next message came after ${restMs.toFixed(0)} ms`;
      proofs++;
      // To know a date is a SHOULD.
      if (restMs + toleranceMs < dueMs && !/^\d+$/.test(asked))
        judge.unmet(`The device did not wait: ${seen}.`, 'RET-022');
      else judge.require(restMs + toleranceMs >= dueMs, 'the device waits as long as it is asked to', seen);
    }
  }
  if (proofs === 0) {
    judge.notApplicable(
      'After an answer with Retry-After the device ended its command: when it asks again is its operator’s choice, not its own.',
    );
  }
}

/** A request is issued after some polls: a device goes on with the same request until then, by itself or by command. */
export async function retrievesInTheEnd(bench: DeviceBench): Promise<void> {
  const { judge } = bench;
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  const form = waitingForms.issuedLater;
  await bench.answers.lie(beginning(form));
  const mark = bench.seen.mark();
  let word = await bench.perform('enroll');
  for (let command = 1; command < form.turns.length && word.kind === 'pending'; command++) {
    word = await bench.perform('retrieve');
  }
  const operations = messagesOf(bench, mark).map(({ operation }) => operation);
  const requests = operations.filter((operation) => operation === 'request').length;
  judge.require(requests === 1, 'one request was made, and it alone was asked for', operations.join(', '));
  judge.require(word.kind === 'done', 'the device is enrolled once it was issued', `"${word.kind}" ${word.detail}`);
}

interface Rest {
  readonly after: Exchange;
  readonly restMs: number;
}

/** How the device rested before each message of one command but the first, and after which answer. */
async function restsOf(bench: DeviceBench, form: Waiting): Promise<Rest[]> {
  await bench.reset();
  await enrollHonestly(bench, 'before');
  return restsOfLife(bench, form);
}

/** The same from factory state on, without the control. */
export async function restsOfLife(bench: DeviceBench, form: Waiting): Promise<Rest[]> {
  await bench.reset();
  await bench.answers.lie(beginning(form));
  const mark = bench.seen.mark();
  const word = await bench.perform('enroll');
  const messages = messagesOf(bench, mark);
  if (messages.length === 0) bench.judge.broken(`The device sent no request: "${word.kind}" ${word.detail}`);
  await bench.answers.lie(undefined);
  return messages.slice(1).flatMap((next, index) => {
    const after = messages[index];
    return after ? [{ after, restMs: bench.seen.restMs(after, next) }] : [];
  });
}

function messagesOf(bench: DeviceBench, mark: Mark): Exchange[] {
  return bench.seen.since(mark).filter(({ operation }) => operation === 'request' || operation === 'retrieve');
}
