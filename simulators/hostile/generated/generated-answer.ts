import fc from 'fast-check';
import { bodyTwists } from './body-twists.ts';
import { certificateTwists } from './certificate-twists.ts';
import { Dealt } from './dealt.ts';
import { derTwists } from './der-twists.ts';
import { pairTwists } from './pair-twists.ts';
import { textTwists } from './text-twists.ts';
import type { AnsweredOperation, DrawnTwist, Twist } from './twist.ts';

export const allTwists: readonly Twist[] = [
  ...certificateTwists,
  ...derTwists,
  ...textTwists,
  ...pairTwists,
  ...bodyTwists,
];

/**
 * Answers of a hostile server. Most have one fault, so that no other hides it, under forms that the protocol allows; one in
 * five has no fault at all, and some have several. They shrink to fewer twists, and to simpler values.
 */
export function twistsFor(operation: AnsweredOperation): fc.Arbitrary<readonly DrawnTwist[]> {
  const possible = allTwists.filter(({ only }) => only === undefined || only === operation);
  const one = (twists: readonly Twist[]) => new Dealt(twists.map(({ drawn }) => drawn));
  const allowed = one(possible.filter((twist) => twist.allowed));
  const fault = one(possible.filter((twist) => !twist.allowed));
  const oneFault = fc.tuple(fault, fc.array(allowed, { maxLength: 2 })).map(([bad, good]) => [bad, ...good]);
  return fc.oneof(
    { weight: 7, arbitrary: oneFault },
    { weight: 2, arbitrary: fc.array(allowed, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(fault, { minLength: 1, maxLength: 4, size: 'max' }) },
  );
}

export function describeTwists(twists: readonly DrawnTwist[]): string {
  return twists.map(({ twist }) => twist.explanation).join(' ') || 'The plain good answer.';
}
