import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CaseRecord, Evidence } from '#reports/run-record.ts';
import type { ObservedListener, TlsContact } from '#simulators/hostile/observed-listener.ts';
import type { WireTap } from '#simulators/hostile/wire-tap.ts';
import { packetsOf } from './packets.ts';
import { pcapng } from './pcapng.ts';
import { transcriptOf } from './transcript.ts';

/**
 * What a bench saw on the wire. A key log opens the passwords in its capture: only a bench whose passwords were made for
 * one case gives it.
 */
export interface Capture {
  readonly wire: Pick<WireTap, 'connections' | 'keyLog'>;
  readonly contacts: readonly TlsContact[];
  mark(): CaptureMark;
  /** Forgets what came after the mark. */
  rewind(mark: CaptureMark): void;
}

export type CaptureMark = ReturnType<ObservedListener['mark']>;

const evidenceName = 'evidence';
/** Folders that runs leave for their cases, under the folder of the run record. */
const folderNames = [evidenceName, 'repro'] as const;
const caseId = /^[A-Z]+(-[A-Z0-9]+)*-\d{3}$/;

/** What one case came to, and its folder: its id, or that and the number of the repetition. */
export type EvidenceOf = Pick<CaseRecord, 'id' | 'title' | 'verdict' | 'reason' | 'proof'> & {
  readonly folder?: string;
};

/**
 * Leaves the evidence of a case as files that other programs read: `evidence/ID/transcript.txt` and its neighbours.
 * @returns their paths, relative to the folder of the run record
 */
export async function writeEvidence(
  outFolder: string,
  about: EvidenceOf,
  evidence: Evidence,
  capture: Capture | undefined,
): Promise<string[]> {
  const { certificates, outputs } = evidence;
  const files = new Map<string, string | Uint8Array>([['transcript.txt', transcriptOf(about, evidence)]]);
  if (certificates.length > 0) {
    files.set('certificates.pem', certificates.map(({ title, pem }) => `${title}\n${pem.trim()}\n`).join('\n'));
  }
  if (outputs.length > 0) {
    files.set('outputs.txt', outputs.map(({ title, text }) => `== ${title} ==\n${text.trimEnd()}\n`).join('\n'));
  }
  if (capture && capture.wire.connections.length > 0) {
    const { connections, keyLog } = capture.wire;
    files.set('tls.json', `${JSON.stringify(capture.contacts.map(tlsFacts), null, 2)}\n`);
    files.set('keylog.txt', keyLog.map((line) => `${line}\n`).join(''));
    files.set('capture.pcapng', pcapng(connections.flatMap(packetsOf), keyLog));
  }
  const name = about.folder ?? about.id;
  const folder = join(outFolder, evidenceName, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [file, content] of files) await writeFile(join(folder, file), content);
  return [...files.keys()].map((file) => `${evidenceName}/${name}/${file}`);
}

/** Is this file, by its path from the folder of the run record with `/`, in the folder of a case? */
export function isOfCase(path: string): boolean {
  const [folder, id = '', file] = path.split('/');
  return folderNames.some((name) => name === folder) && caseId.test(id) && file !== undefined;
}

/** What a run left for its cases, relative to the folder of its record: `evidence/ID`, `repro/ID`. */
export async function caseFolders(outFolder: string): Promise<string[]> {
  const all = folderNames.map(async (name) => {
    const cases = await readdir(join(outFolder, name)).catch(() => []);
    return cases.filter((one) => caseId.test(one)).map((id) => join(name, id));
  });
  return (await Promise.all(all)).flat();
}

/** Takes away what an earlier run left for its cases, or for some of them: its run record is about to be overwritten. */
export async function clearCaseFolders(outFolder: string, only?: readonly string[]): Promise<void> {
  for (const name of await caseFolders(outFolder))
    if (only?.includes(basename(name)) ?? true) await rm(join(outFolder, name), { recursive: true, force: true });
}

function tlsFacts(contact: TlsContact) {
  const { id: _id, openedAt, ...facts } = contact;
  return { openedAt: new Date(performance.timeOrigin + openedAt).toISOString(), ...facts };
}
