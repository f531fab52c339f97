import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '#reports/run-record.ts';
import { sampleCertification, sampleSet } from '#reports/sample-certification.ts';
import { leaveReports } from '../runner/report-files.ts';
import { leavePackage } from './package.ts';
import type { FrozenSet } from './requirement-sets.ts';

function frozenSample(): FrozenSet {
  const set = sampleSet();
  const text = JSON.stringify(set);
  return { set, text, digest: createHash('sha256').update(text).digest('hex') };
}

/** For tests: the folder of a certification, as `muster certify --certify` leaves it, with a file of evidence; a new one, or the one given. */
export async function samplePackage(change: Partial<RunRecord> = {}, given?: string): Promise<string> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'muster-package-')));
  const frozen = frozenSample();
  const record = sampleCertification({ requirementSet: { name: frozen.set.name, digest: frozen.digest }, ...change });
  await mkdir(join(folder, 'evidence', 'DEV-TLS-001'), { recursive: true });
  await writeFile(join(folder, 'evidence', 'DEV-TLS-001', 'transcript.txt'), 'The device enrolled.\n');
  await leaveReports(folder, record);
  await leavePackage(folder, record, frozen);
  return folder;
}
