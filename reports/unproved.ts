import { coverageOf } from './coverage.ts';
import type { CaseRecord, RunRecord } from './run-record.ts';
import { isUndeclared } from './verdict.ts';

/** Why something is not proved. */
export const unprovedKinds = [
  'not judged',
  'no proof',
  'excluded',
  'undeclared',
  'not scored',
  'no case',
  'method',
] as const;
export type UnprovedKind = (typeof unprovedKinds)[number];

/** One thing that a run does not prove, and why. */
export interface Unproved {
  readonly kind: UnprovedKind;
  /** A case or a requirement, by its id; `method`: what no run of this kind can show. */
  readonly about: string;
  readonly why: string;
}

/** What no run shows, however good: it looks from outside, at one sample, on one day. */
const method: readonly (readonly [about: string, why: (record: RunRecord) => string])[] = [
  [
    'the firmware that ran',
    () =>
      'The digest is of the file or the value that was named before the run. The bench judges what a subject does; it cannot see which program does it.',
  ],
  [
    'everything that was not tried',
    ({ seed }) =>
      `Each case is one encounter, or a sample of generated ones (seed ${seed}). What was not sent was not judged, and a subject can behave otherwise elsewhere.`,
  ],
  [
    'what stays inside',
    () =>
      'Where and how a private key or a password is kept, how good the random numbers are over a life, and what leaks by time, power or radiation leave no trace on the wire.',
  ],
  [
    'the word of the subject',
    () =>
      'Where a proof is the subject’s own word (its adapter, its operator), the case says so; a subject that lies to its own adapter is believed there.',
  ],
  [
    'the time after',
    ({ startedAt }) =>
      `It is about ${startedAt.slice(0, 10)}. Keys that were stolen since, attacks that were found since and other versions are not.`,
  ],
];

/** What a run does not prove, in the order of weight. A pure function of its record. */
export function unprovedBy(record: RunRecord): readonly Unproved[] {
  const { cases, requirementSet } = record;
  const of = (kind: UnprovedKind, which: (one: CaseRecord) => boolean): Unproved[] =>
    cases.filter(which).map(({ id, title, reason }) => ({ kind, about: id, why: `${title}: ${reason}` }));
  const isScored = ({ scored }: CaseRecord): boolean => scored !== false;
  const isExcluded = ({ verdict }: CaseRecord): boolean => verdict === 'not-applicable';
  return [
    ...(requirementSet?.unmet ?? []).map(({ id, why }): Unproved => ({ kind: 'not judged', about: id, why })),
    ...of('no proof', (one) => isScored(one) && (one.verdict === 'unverified' || one.verdict === 'error')),
    ...of('undeclared', (one) => isScored(one) && isUndeclared(one)),
    ...of('excluded', (one) => isScored(one) && isExcluded(one) && !isUndeclared(one)),
    ...of('not scored', (one) => !isScored(one)),
    ...coverageOf(record).requirements.flatMap(
      ({ requirement: { id, level, sentence, untested }, state }): Unproved[] =>
        state === 'covered'
          ? []
          : [
              {
                kind: 'no case',
                about: id,
                why: `${level}: ${sentence} ${untested ?? 'No case of this run judges it.'}`,
              },
            ],
    ),
    ...method.map(([about, why]): Unproved => ({ kind: 'method', about, why: why(record) })),
  ];
}
