import { type RequirementId, requirement } from '#protocol/requirements/catalogue.ts';
import type { CaseVerdict } from '#reports/run-record.ts';

/** Ends a case with a verdict other than pass. Anything else that is thrown in a case is an error of the bench. */
export class CaseEnded extends Error {
  readonly verdict: CaseVerdict;

  constructor(verdict: CaseVerdict, reason: string) {
    super(reason);
    this.name = 'CaseEnded';
    this.verdict = verdict;
  }
}

export interface Judgement {
  readonly verdict: CaseVerdict;
  readonly reason: string;
  /** Of a case that is not applicable: the line of the profile that excludes it. */
  readonly profileLine?: string;
  readonly proof?: string;
}

/**
 * Where a case says what it proved. A case that ends without a proof is `unverified`, never `pass`; a violation is
 * `fail`; what the harness itself could not do is `error` and comes from whatever else was thrown.
 */
export class Judge {
  readonly #proofs = new Set<string>();
  readonly #warnings: string[] = [];
  #ended: CaseEnded | undefined;
  #profileLine: string | undefined;

  /** The requirement was seen to hold: says how. */
  proved(proof: string): void {
    this.#proofs.add(proof);
  }

  /** A SHOULD was not met. */
  warn(reason: string): void {
    this.#warnings.push(reason);
  }

  get hasWarned(): boolean {
    return this.#warnings.length > 0;
  }

  /** A requirement was seen not to be met: its level makes it a violation or a warning. MUST unless named. */
  unmet(reason: string, id?: RequirementId): void {
    if (id === undefined || requirement(id).level === 'MUST') this.violation(reason);
    this.warn(reason);
    this.proved('the requirement, a SHOULD, was seen not to be met');
  }

  violation(reason: string): never {
    throw this.#end('fail', reason);
  }

  /** The stimulus was delivered, and there is proof of neither: names the missing proof. */
  unverified(reason: string): never {
    throw this.#end('unverified', reason);
  }

  /** Names what the subject or the bench cannot do; or the line of the profile that excludes the case, in `profileLine` too. */
  notApplicable(reason: string, profileLine?: string): never {
    if (!this.#ended) this.#profileLine = profileLine;
    throw this.#end('not-applicable', reason);
  }

  /** The bench, the adapter or the control broke. */
  broken(reason: string): never {
    throw this.#end('error', reason);
  }

  /** A violation unless it holds; a proof when it does. */
  require(holds: boolean, requirement: string, seen: string): void {
    if (!holds) this.violation(`Expected: ${requirement}. Seen: ${seen}.`);
    this.proved(`${requirement}: ${seen}`);
  }

  /** Has the case ended with a verdict of its own, rather than by breaking? */
  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** The verdict, once the case is over. `failure`: what was thrown that is no verdict, or undefined. */
  conclude(failure: string | undefined): Judgement {
    // What was proved on the way proves nothing of what is missing (`CaseRecord.proof`).
    const missing = this.#ended?.verdict === 'unverified';
    const proof = this.#proofs.size > 0 && !missing ? { proof: [...this.#proofs].join('; ') } : {};
    const line = this.#profileLine === undefined ? {} : { profileLine: this.#profileLine };
    if (this.#ended) return { verdict: this.#ended.verdict, reason: this.#ended.message, ...line, ...proof };
    if (failure !== undefined) return { verdict: 'error', reason: failure, ...proof };
    if (this.#proofs.size === 0) return { verdict: 'unverified', reason: 'The case ended without recording a proof.' };
    if (this.#warnings.length > 0) return { verdict: 'warn', reason: this.#warnings.join('; '), ...proof };
    return { verdict: 'pass', reason: 'The requirement was seen to hold.', ...proof };
  }

  #end(verdict: CaseVerdict, reason: string): CaseEnded {
    this.#ended ??= new CaseEnded(verdict, reason);
    return this.#ended;
  }
}
