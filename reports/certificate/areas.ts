import type { CaseRecord, RequirementView } from '../run-record.ts';

interface Area {
  readonly title: string;
  /** Whom the subject believes, and what it gives away: a finding here weighs more than all others together. */
  readonly isTrust: boolean;
}

/** By the letters of a requirement's id, in the order of the page. */
const areas = {
  ID: { title: 'The identity of the server, and TLS', isTrust: true },
  CA: { title: 'The certificate of the CA', isTrust: true },
  POP: { title: 'Proof of possession', isTrust: true },
  CRT: { title: 'Certificates that are issued', isTrust: true },
  SEC: { title: 'Secrets', isTrust: true },
  REQ: { title: 'The enrollment request', isTrust: false },
  RET: { title: 'Retrieval', isTrust: false },
  MSG: { title: 'Messages', isTrust: false },
  LIF: { title: 'Life cycle', isTrust: false },
  CFG: { title: 'The configuration file', isTrust: false },
  ADM: { title: 'Administration', isTrust: false },
  AFT: { title: 'After enrollment', isTrust: false },
} as const satisfies Record<string, Area>;

const others: Area = { title: 'Other', isTrust: false };

/** An area of the catalogue. One that is newer than this table comes last, by its letters. */
export function areaOf(requirementId: string): Area & { readonly rank: number } {
  const letters = requirementId.split('-', 1)[0] ?? '';
  const rank = Object.keys(areas).indexOf(letters);
  if (rank < 0) return { ...others, title: letters, rank: Object.keys(areas).length };
  return { ...areas[letters as keyof typeof areas], rank };
}

/** Is any requirement of this case about trust? */
export function isAboutTrust({ requirements }: Pick<CaseRecord, 'requirements'>): boolean {
  return requirements.some((id) => areaOf(id).isTrust);
}

/** The requirements by area, in the order of the page. */
export function byArea<Row extends { readonly requirement: RequirementView }>(
  rows: readonly Row[],
): readonly { readonly title: string; readonly rows: readonly Row[] }[] {
  const groups = Map.groupBy(rows, ({ requirement }) => areaOf(requirement.id).rank);
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => ({ title: areaOf(group[0]?.requirement.id ?? '').title, rows: group }));
}
