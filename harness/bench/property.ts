import { relative } from 'node:path';
import fc from 'fast-check';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import { isExternal, type Plan } from '../runner/plan.ts';

/** What a property throws when the subject, not the bench, is wrong. */
export class Counterexample extends Error {
  override readonly name = 'Counterexample';
}

export function demand(holds: boolean, why: string): void {
  if (!holds) throw new Counterexample(why);
}

/** What a bench gives to a property of its subject. */
export interface PropertyBench {
  readonly judge: Judge;
  readonly recorder: Recorder;
  readonly plan: Pick<Plan, 'seed' | 'budget' | 'profile' | 'statement' | 'device' | 'server' | 'outFolder'>;
}

/** How many inputs are made unless the run says otherwise: a subject elsewhere may need seconds for each. */
export interface Inputs {
  readonly builtIn: number;
  readonly external: number;
}

export function inputsOf({ plan }: Pick<PropertyBench, 'plan'>, inputs: Inputs, caseId: string): number {
  return plan.budget ?? inputs[placeOf(plan, caseId)];
}

function placeOf(plan: PropertyBench['plan'], caseId: string): keyof Inputs {
  return isExternal(plan, caseId) ? 'external' : 'builtIn';
}

/** How long a counterexample is made smaller: attempts, and seconds. */
const shrinking = { builtIn: { attempts: 50, seconds: 20 }, external: { attempts: 15, seconds: 120 } } as const;

/**
 * Checks a property of the subject from the run's seed. A counterexample is shrunk, within bounds, and the verdict says how
 * to have it again; anything else that a property throws ends it at once, and is what it is: the end of the case, or an
 * error of the bench. Of the evidence only that of the smallest input stays. After `mostSeconds` no more inputs are tried,
 * unless the run says how many.
 */
export async function requireProperty<Ts>(
  { judge, recorder, plan }: PropertyBench,
  sentence: string,
  property: fc.IAsyncPropertyWithHooks<Ts>,
  inputs: number,
  caseId: string,
  mostSeconds = Number.POSITIVE_INFINITY,
): Promise<void> {
  const where = placeOf(plan, caseId);
  const { seed, budget } = plan;
  const runs = budget ?? inputs;
  recorder.did(`Property, ${runs} generated inputs, seed ${seed}: ${sentence}`);
  const mark = recorder.mark();
  property.beforeEach(() => recorder.rewind(mark));
  const run = property.run.bind(property);
  const broken: unknown[] = [];
  let found: { attempts: number; readonly at: number } | undefined;
  const began = performance.now();
  let held = 0;
  property.run = async (input) => {
    const isOver = budget === undefined && !found && held > 0 && performance.now() - began > mostSeconds * 1000;
    const isEnough =
      found &&
      (found.attempts >= shrinking[where].attempts || performance.now() - found.at > shrinking[where].seconds * 1000);
    if (broken.length > 0 || isEnough || isOver) return null;
    const outcome = await run(input);
    if (outcome !== null && 'error' in outcome) {
      if (!(outcome.error instanceof Counterexample)) broken.push(outcome.error);
      found ??= { attempts: 0, at: performance.now() };
    }
    if (outcome === null) held++;
    if (found) found.attempts++;
    return outcome;
  };
  // Elsewhere each meeting is dear, and one that broke the bench is to be seen.
  recorder.isPaused = where === 'builtIn';
  const result = await fc.check(property, { seed, numRuns: runs });
  recorder.isPaused = false;
  if (broken.length > 0) throw broken[0];
  if (!result.failed) {
    judge.proved(`${sentence}: held for ${held} generated inputs of seed ${seed}`);
    return;
  }
  const { errorInstance, counterexample, counterexamplePath, numShrinks } = result;
  if (!(errorInstance instanceof Counterexample))
    throw new Error(`${sentence}: of ${result.numSkips} inputs made, none could be used`);
  recorder.rewind(mark);
  recorder.output('Counterexample', fc.stringify(counterexample));
  // Once more, so that the evidence is that of the smallest input.
  if (counterexample !== null) await run(counterexample);
  judge.violation(
    `${sentence}: ${errorInstance.message}. Counterexample after ${numShrinks} shrinks (path ${counterexamplePath}): ` +
      `${fc.stringify(counterexample).slice(0, 600)}. Replay: ${commandOf(plan, caseId)}`,
  );
}

/** The command that makes the same inputs, as far as it is known here: `muster replay` knows the rest of the subject. */
function commandOf(plan: PropertyBench['plan'], caseId: string): string {
  const { seed, budget, profile, statement, device, server, outFolder = 'muster-report' } = plan;
  if (server?.kind === 'target' && !caseId.startsWith('DEV-'))
    return `muster replay ${caseId} --from ${relative('.', outFolder)}`;
  return [
    'muster certify',
    ...(device?.kind === 'adapter' && caseId.startsWith('DEV-') ? [`device --adapter ${device.path}`] : []),
    ...(statement || profile !== 'modern' ? [`--profile ${statement?.file ?? profile}`] : []),
    `--case ${caseId} --seed ${seed}`,
    ...(budget === undefined ? [] : [`--budget ${budget}`]),
  ].join(' ');
}
