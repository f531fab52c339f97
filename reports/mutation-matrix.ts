import { MusterError } from '#protocol/errors.ts';
import type { CaseRecord, MutantView } from './run-record.ts';

/** What came of cases against flawed subjects, as `node tools/mutation-matrix.ts --json FILE` leaves it. */
export interface MutationMatrix {
  readonly schemaVersion: 1;
  /** The version of Muster. */
  readonly muster: string;
  readonly results: readonly MutationResult[];
}

export interface MutationResult {
  readonly case: string;
  /** Of the case: what another version of it catches says nothing of this one. */
  readonly version: number;
  readonly mutant: string;
  readonly isCaught: boolean;
}

/** @throws MusterError settings-invalid when the text is none */
export function readMutationMatrix(text: string, name: string): MutationMatrix {
  const matrix = parsed(text) as Partial<MutationMatrix> | undefined;
  if (matrix?.schemaVersion === 1 && Array.isArray(matrix.results) && matrix.results.every(isResult))
    return matrix as MutationMatrix;
  throw new MusterError(
    'settings-invalid',
    `${name} is no mutation matrix: node tools/mutation-matrix.ts --json FILE makes one.`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isResult(value: unknown): value is MutationResult {
  const { case: id, version, mutant, isCaught } = (value ?? {}) as Partial<MutationResult>;
  return (
    typeof id === 'string' && typeof version === 'number' && typeof mutant === 'string' && typeof isCaught === 'boolean'
  );
}

/** The flaws, each with the cases of this run that the matrix saw catch it. A flaw that it did not play stays declared. */
export function withMatrix(
  mutants: readonly MutantView[],
  cases: readonly Pick<CaseRecord, 'id' | 'version'>[],
  { results }: MutationMatrix,
): MutantView[] {
  const versions = new Map(cases.map(({ id, version }) => [id, version]));
  const played = Map.groupBy(
    results.filter(({ case: id, version }) => versions.get(id) === version),
    ({ mutant }) => mutant,
  );
  return mutants.map((mutant) => {
    const results = played.get(mutant.id);
    if (!results) return mutant;
    return { ...mutant, caughtBy: results.filter(({ isCaught }) => isCaught).map(({ case: id }) => id) };
  });
}
