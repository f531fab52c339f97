import { messageOf } from '#protocol/errors.ts';

/** `unknown`: nothing here can tell; it is neither good nor bad. */
export type Grade = 'ok' | 'warn' | 'fail' | 'unknown';

/** What one look at the bench showed. `mend`: what to do about it; absent where all is well. */
export interface Seen {
  readonly grade: Grade;
  readonly seen: string;
  readonly mend?: string;
}

/** One thing that a run takes for granted. `id` is permanent. */
export interface Check {
  readonly id: string;
  readonly expected: string;
  /** The check that must not fail before this one can be looked at. */
  readonly needs?: string;
  readonly look: () => Seen | Promise<Seen>;
}

export interface Finding extends Seen {
  readonly id: string;
  readonly expected: string;
}

export const ok = (seen: string): Seen => ({ grade: 'ok', seen });
export const warn = (seen: string, mend: string): Seen => ({ grade: 'warn', seen, mend });
export const fail = (seen: string, mend: string): Seen => ({ grade: 'fail', seen, mend });
export const unknown = (seen: string, mend: string): Seen => ({ grade: 'unknown', seen, mend });

/**
 * One after the other, since each may measure, or change what the next one meets. What a look throws is its failure.
 * `before`: what was found already.
 */
export async function examine(checks: readonly Check[], before: readonly Finding[] = []): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const missing = new Set(before.filter(isMissing).map(({ id }) => id));
  for (const { id, expected, needs, look } of checks) {
    const isOut = needs !== undefined && missing.has(needs);
    const finding = { id, expected, ...(isOut ? unknown(notAsked, `Mend ${needs} first.`) : await looked(look)) };
    if (isMissing(finding)) missing.add(id);
    findings.push(finding);
  }
  return findings;
}

const notAsked = 'not asked';

function isMissing({ grade, seen }: Finding): boolean {
  return grade === 'fail' || seen === notAsked;
}

async function looked(look: Check['look']): Promise<Seen> {
  try {
    return await look();
  } catch (thrown) {
    return fail(messageOf(thrown), 'Mend what the message names, and ask again.');
  }
}
