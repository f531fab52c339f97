import { failedEnds, type LoadRecord, loadEnds } from './load-record.ts';
import type { RunVerdict } from './run-record.ts';

export interface LoadJudgement {
  readonly verdict: RunVerdict;
  /** One sentence each, the weightiest first; never empty. */
  readonly reasons: readonly string[];
  /** 0 good, 1 findings, 3 the server cannot be reached, 4 inconclusive. */
  readonly exitCode: 0 | 1 | 3 | 4;
}

type Facts = Pick<LoadRecord, 'status' | 'counts' | 'ledger' | 'thresholds' | 'generator'>;

interface Rule {
  readonly verdict: RunVerdict;
  readonly exitCode: LoadJudgement['exitCode'];
  readonly reasons: (facts: Facts) => readonly string[];
}

const some = (count: number, what: string, names: readonly string[]): string[] =>
  count === 0 ? [] : [`${count} ${what}: ${names.join('; ')}${count > names.length ? '; and more' : ''}.`];

/** Every rule gives its reasons; the first that has one gives verdict and exit code. */
const rules: readonly Rule[] = [
  {
    verdict: 'fail',
    exitCode: 1,
    reasons: ({ ledger }) => [
      ...some(ledger.doubleSerialCount, 'serial numbers were issued twice', ledger.doubleSerials),
      ...some(ledger.doubleKeyCount, 'keys were certified twice', ledger.doubleKeys),
    ],
  },
  {
    verdict: 'fail',
    exitCode: 1,
    reasons: ({ counts: { ends } }) =>
      ends.unexpected === 0 ? [] : [`${ends.unexpected} attempts ended as none should: see the failures.`],
  },
  {
    verdict: 'error',
    exitCode: 3,
    reasons: ({ counts: { ends } }) => {
      const others = loadEnds.filter((end) => end !== 'unreachable' && ends[end] > 0);
      if (ends.unreachable === 0 || others.length > 0) return [];
      return ['No attempt reached the server: is it there, and does it listen where the URLs say?'];
    },
  },
  {
    // What a saturated generator measured says nothing, good or bad.
    verdict: 'inconclusive',
    exitCode: 4,
    reasons: ({ generator }) => generator.saturated.map((reason) => `The generator is saturated: ${reason}.`),
  },
  {
    verdict: 'fail',
    exitCode: 1,
    reasons: ({ thresholds }) =>
      thresholds.filter(({ met }) => !met).map(({ text, seen }) => `The threshold ${text} does not hold: ${seen}.`),
  },
  {
    // Without a threshold of the user's, every failure counts.
    verdict: 'fail',
    exitCode: 1,
    reasons: (facts) => {
      const failed = failedOf(facts);
      const isJudged = facts.thresholds.some(({ text }) => text.startsWith('failed'));
      return failed === 0 || isJudged ? [] : [`${failed} attempts failed, and no threshold on «failed» allows any.`];
    },
  },
  {
    verdict: 'inconclusive',
    exitCode: 4,
    reasons: ({ counts }) => (counts.started === 0 ? ['No attempt began: nothing was measured.'] : []),
  },
];

function failedOf({ counts }: Pick<Facts, 'counts'>): number {
  return loadEnds.reduce((sum, end) => sum + (failedEnds.has(end) ? counts.ends[end] : 0), 0);
}

/** Judges a run of a fleet. One that is not over never ends 0; what it has proved already still counts. */
export function judgeLoad(facts: Facts): LoadJudgement {
  const applying = rules.flatMap(({ verdict, exitCode, reasons }) => {
    const found = reasons(facts);
    return found.length === 0 ? [] : [{ verdict, exitCode, reasons: found }];
  });
  const reasons = applying.flatMap((rule) => rule.reasons);
  const [first] = applying;
  if (facts.status === 'incomplete') {
    return {
      verdict: 'incomplete',
      reasons: ['The run was ended before it was over.', ...reasons],
      exitCode: first?.exitCode ?? 4,
    };
  }
  if (first) return { verdict: first.verdict, reasons, exitCode: first.exitCode };
  const { ends } = facts.counts;
  const parts = loadEnds.filter((end) => ends[end] > 0).map((end) => `${ends[end]} ${end}`);
  return { verdict: 'pass', reasons: [`Every attempt ended as it should: ${parts.join(', ')}.`], exitCode: 0 };
}
