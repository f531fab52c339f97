import fc from 'fast-check';
import type { ServerBench } from './server-bench.ts';

/** What a property throws when the subject, not the bench, is wrong. */
export class Counterexample extends Error {
  override readonly name = 'Counterexample';
}

export function demand(holds: boolean, why: string): void {
  if (!holds) throw new Counterexample(why);
}

/**
 * Checks a property of the server under test from the run's seed. A counterexample is shrunk, and the verdict says how to
 * have it again; anything else that a property throws is an error of the bench.
 */
export async function requireProperty<Ts>(
  { judge, seed, recorder }: Pick<ServerBench, 'judge' | 'seed' | 'recorder'>,
  sentence: string,
  property: fc.IAsyncPropertyWithHooks<Ts>,
  runs: number,
  caseId: string,
): Promise<void> {
  recorder.did(`Property, ${runs} generated inputs, seed ${seed}: ${sentence}`);
  const mark = recorder.mark();
  property.beforeEach(() => recorder.rewind(mark));
  const result = await fc.check(property, { seed, numRuns: runs });
  if (!result.failed) {
    judge.proved(`${sentence}: held for ${result.numRuns} generated inputs of seed ${seed}`);
    return;
  }
  const { errorInstance, counterexample, counterexamplePath, numShrinks } = result;
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  if (errorInstance === null || errorInstance === undefined)
    throw new Error(`${sentence}: of ${result.numSkips} inputs made, none could be used`);
  if (!(errorInstance instanceof Counterexample)) throw errorInstance;
  recorder.output('Counterexample', fc.stringify(counterexample));
  // Once more, so that the evidence is that of the smallest input.
  recorder.rewind(mark);
  if (counterexample !== null) await Promise.resolve(property.run(counterexample)).catch(() => {});
  judge.violation(
    `${sentence}: ${reason}. Counterexample after ${numShrinks} shrinks (path ${counterexamplePath}): ` +
      `${fc.stringify(counterexample).slice(0, 600)}. Replay: muster certify --case ${caseId} --seed ${seed}`,
  );
}
