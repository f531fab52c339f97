import type { KeyObject } from 'node:crypto';
import { describeKey } from '#protocol/pki/keys.ts';
import { versions } from '#simulators/hostile/raw-tls/numbers.ts';
import { DeviceBench } from '../bench/device-bench.ts';
import type { Mark } from '../bench/device-exchanges.ts';
import { decide } from '../bench/device-flows.ts';
import { WatchedDevice } from '../case/conduct.ts';
import { CaseEnded, Judge } from '../case/judge.ts';
import { Recorder } from '../evidence/recorder.ts';
import { pkcs10Of } from '../evidence/sent-pkcs10.ts';
import type { Plan } from '../runner/plan.ts';
import type { DeviceUnderTest, DeviceVerb, DeviceWord } from '../subject/device.ts';
import type { StatementLine } from './statement-lines.ts';

/** What was seen of a device, in the words of the statement's lines; a line that nothing was seen of is absent. */
export type Discovered = { readonly [Line in StatementLine]?: readonly string[] };

const tlsWords: readonly (readonly [version: number, word: string])[] = [
  [versions.tls10, '1.0'],
  [versions.tls11, '1.1'],
  [versions.tls12, '1.2'],
  [versions.tls13, '1.3'],
];

/**
 * Lets a device enroll with an honest server once, wait, retrieve and renew, and tells what it is seen to do. What it says
 * of itself counts for nothing here. A device that does not enroll leaves little to see: the cases will say why.
 */
export async function discover(device: DeviceUnderTest, plan: Plan): Promise<Discovered> {
  const judge = new Judge();
  const watched = new WatchedDevice(device, judge);
  const parts = { device: watched, plan, caseId: 'discovery', fixes: {}, recorder: new Recorder(), judge };
  const bench = await DeviceBench.open(parts, { approval: 'manual' });
  try {
    return await seenOf(bench);
  } finally {
    await bench.close();
  }
}

async function seenOf(bench: DeviceBench): Promise<Discovered> {
  const mark = bench.seen.mark();
  await asked(bench, 'reset');
  if ((await asked(bench, 'enroll')) !== 'pending') return seenOnTheWire(bench, mark);
  await decide(bench, 'approve');
  const retrieved = await asked(bench, 'retrieve');
  const renewed = retrieved === 'done' ? await asked(bench, 'renew') : undefined;
  const seen = seenOnTheWire(bench, mark);
  await bench.answers.demandChallenge();
  await asked(bench, 'reset');
  const challenged = bench.seen.mark();
  await asked(bench, 'enroll');
  return {
    ...seen,
    ...ability('retrieve', retrieved),
    ...ability('renew', renewed),
    ...challengeIn(bench, challenged),
  };
}

/** The device's word. What nobody saw ends a case; here it only shows nothing. */
async function asked(bench: DeviceBench, verb: DeviceVerb): Promise<DeviceWord['kind']> {
  try {
    return (await bench.attempt(verb)).kind;
  } catch (thrown) {
    if (thrown instanceof CaseEnded) return 'unseen';
    throw thrown;
  }
}

/** A verb that came to its end, or that waits for approval again, is one that the device knows. */
function ability(verb: 'retrieve' | 'renew', kind: DeviceWord['kind'] | undefined): Discovered {
  if (kind === 'done' || kind === 'pending') return { [verb]: yesOrNo(true) };
  return kind === 'unsupported' ? { [verb]: yesOrNo(false) } : {};
}

function seenOnTheWire(bench: DeviceBench, mark: Mark): Discovered {
  const [request] = bench.seen.since(mark).filter(({ operation }) => operation === 'request');
  const asking = bench.seen.since(mark).filter(({ operation }) => operation === 'getcacert');
  const offered = bench.tls.clientHello?.versions;
  const ways = new Set(asking.map(({ request: { secure } }) => (secure ? 'tls' : 'cleartext')));
  return {
    ...(request ? { keys: [keyWord(pkcs10Of(request.request).publicKey)] } : {}),
    ...(ways.size > 0 ? { getcacert: [...ways] } : {}),
    ...(offered ? { tls: tlsWords.filter(([version]) => offered.includes(version)).map(([, word]) => word) } : {}),
  };
}

/** Does the PKCS#10 hold the nonce that the server gave? */
function challengeIn(bench: DeviceBench, mark: Mark): Discovered {
  const nonce = bench.seen.challengeSince(mark);
  const [request] = bench.seen.since(mark).filter(({ operation }) => operation === 'request');
  if (nonce === undefined || !request) return {};
  return { challenge: yesOrNo(pkcs10Of(request.request).challengePassword === nonce) };
}

function keyWord(key: KeyObject): string {
  const { type, bits } = describeKey(key);
  return type === 'ec' ? `p${bits}` : `${type}${bits}`;
}

function yesOrNo(yes: boolean): readonly string[] {
  return [yes ? 'yes' : 'no'];
}
