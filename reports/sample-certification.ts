import type { RequirementSet } from './requirement-set.ts';
import type { CaseRecord, RunRecord } from './run-record.ts';
import { sampleRecord } from './sample-record.ts';
import { judgeRun } from './verdict.ts';

const requirementSet = { name: '2026-11', digest: 'c0'.repeat(32) };

/** For tests: a certification of a device that is good, with one case that is newer than its set; and what differs from it. */
export function sampleCertification(change: Partial<RunRecord> = {}): RunRecord {
  const device = sampleRecord.cases.filter(({ group }) => group === 'device');
  const good = device.flatMap((one): CaseRecord[] => {
    if (one.verdict === 'not-applicable')
      return [{ ...one, profileLine: 'gw.profile, line 4, declares "revocation unchecked"' }];
    if (one.id === 'DEV-TLS-009') return [{ ...one, scored: false }];
    return one.verdict === 'pass' || one.verdict === 'warn' ? [one] : [];
  });
  const record = {
    ...sampleRecord,
    subject: sampleRecord.subject
      .filter(({ role }) => role === 'device')
      .map((subject) => ({ ...subject, firmware: `gateway.bin, SHA-256 ${'9f'.repeat(32)}` })),
    requirements: sampleRecord.requirements.filter(({ role }) => role !== 'server'),
    requirementSet,
    cases: good,
    ...change,
  };
  const { verdict, reasons, counts } = judgeRun(record.cases, { strict: false, ...record });
  return { ...record, verdict, reasons, counts };
}

/** For tests: the set that the sample of a certification is by. */
export function sampleSet(): RequirementSet {
  const { requirements, cases, profile, muster } = sampleCertification();
  const scored = cases.filter((one) => one.scored !== false);
  return {
    schemaVersion: 1,
    name: requirementSet.name,
    date: '2026-11-28',
    muster,
    profiles: [{ id: profile.id, choices: profile.choices }],
    requirements,
    cases: scored.map(({ id, version }) => ({ id, version, role: 'device' })),
  };
}
