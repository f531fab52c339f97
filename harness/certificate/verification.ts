import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '#protocol/errors.ts';
import type { CertificationStatement } from '#reports/attestation.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { disagreements } from '#reports/statement-check.ts';
import { type Envelope, goodSignatures, inTotoPayload, keyIdOf, readEnvelope } from './dsse.ts';
import { contentOf, digestsOf } from './file-digests.ts';
import { outsideStatement, packageFiles } from './package-files.ts';
import { frozenFrom } from './requirement-sets.ts';

const { envelope: envelopeFile, statement: statementFile, set: setFile } = packageFiles;

/** Something that is not as it was signed: in which file, and what. */
export interface PackageFinding {
  readonly file: string;
  readonly what: string;
}

/** What is known of a folder after it was looked at; good when nothing was found. */
export interface Verification {
  readonly findings: readonly PackageFinding[];
  /** Ids of the keys whose signature is good. */
  readonly signedBy: readonly string[];
  /** Ids in the envelope of keys that were not given: nobody looked at these signatures. */
  readonly unchecked: readonly string[];
  readonly statement?: CertificationStatement;
}

/** Looks at a certified folder, wherever it stands, with nothing but a public key: signature, files, and the judgement itself. */
export async function verifyPackage(folder: string, key: KeyObject): Promise<Verification> {
  const [sealed, stated] = await Promise.all([bytesOf(folder, envelopeFile), bytesOf(folder, statementFile)]);
  const seal = sealed ? sealOf(sealed, stated, key) : { findings: [{ file: envelopeFile, what: 'is missing' }] };
  const { findings, signedBy = [], unchecked = [] } = seal;
  const content = await checkContent(folder, seal.payload ?? stated);
  return { ...content, findings: [...findings, ...content.findings], signedBy, unchecked };
}

/** Looks at a folder that is about to be signed: files, and the judgement itself. */
export async function checkUnsigned(folder: string): Promise<Pick<Verification, 'findings' | 'statement'>> {
  return checkContent(folder, await bytesOf(folder, statementFile));
}

interface Seal {
  readonly findings: readonly PackageFinding[];
  readonly signedBy?: readonly string[];
  readonly unchecked?: readonly string[];
  /** The bytes that the key has signed. */
  readonly payload?: Buffer;
}

/** What the envelope is worth. It and the file of the statement hold the same bytes: the signature tells which was changed. */
function sealOf(sealed: Buffer, stated: Buffer | undefined, key: KeyObject): Seal {
  const inEnvelope = (what: string) => ({ file: envelopeFile, what });
  let envelope: Envelope;
  try {
    envelope = readEnvelope(sealed.toString('utf8'), envelopeFile);
  } catch (cause) {
    return { findings: [inEnvelope(messageOf(cause))] };
  }
  const payload = Buffer.from(envelope.payload, 'base64');
  const keyId = keyIdOf(key);
  const good = goodSignatures(envelope, payload, key);
  if (good.length === 0) {
    const isCarried = stated !== undefined && goodSignatures(envelope, stated, key).length > 0;
    const what = isCarried
      ? `its payload was changed: the signature of key ${keyId} is good over ${statementFile}`
      : `no signature of key ${keyId} is good: another key has signed it, or it was changed`;
    return { findings: [inEnvelope(what)], ...(isCarried ? { payload: stated } : {}) };
  }
  const findings: PackageFinding[] = [];
  if (envelope.payloadType !== inTotoPayload) findings.push(inEnvelope(`its payloadType is not ${inTotoPayload}`));
  if (good.some(({ keyid }) => keyid !== keyId))
    findings.push(inEnvelope(`the signature of key ${keyId} bears another "keyid"`));
  if (!stated) findings.push({ file: statementFile, what: 'is missing' });
  else if (!stated.equals(payload)) findings.push({ file: statementFile, what: 'is not what was signed' });
  const others = envelope.signatures.filter((one) => !good.includes(one)).map(({ keyid }) => keyid);
  if (others.includes(keyId)) findings.push(inEnvelope(`a second signature of key ${keyId} is not good`));
  return { findings, signedBy: [keyId], unchecked: others.filter((keyid) => keyid !== keyId), payload };
}

async function checkContent(
  folder: string,
  payload: Buffer | undefined,
): Promise<Pick<Verification, 'findings' | 'statement'>> {
  const statement = payload && statementIn(payload);
  if (!statement) {
    const what = payload
      ? 'is no statement that Muster makes'
      : 'is missing: only a certification that was over has one';
    return { findings: [{ file: statementFile, what }] };
  }
  const findings = await changedFiles(folder, statement);
  const changed = new Set(findings.map(({ file }) => file));
  // What was changed is named already; what it says is worth nothing.
  if (!changed.has('run.json') && !changed.has(setFile)) findings.push(...(await checkJudgement(folder, statement)));
  return { findings, statement };
}

function statementIn(payload: Buffer): CertificationStatement | undefined {
  try {
    const statement = JSON.parse(payload.toString('utf8')) as Partial<CertificationStatement>;
    const { files, cases } = Object(statement.predicate) as Partial<CertificationStatement['predicate']>;
    const isWhole = Array.isArray(cases) && files?.every(({ name, digest }) => name !== undefined && digest.sha256);
    return isWhole ? (statement as CertificationStatement) : undefined;
  } catch {
    return undefined;
  }
}

/** Only files that stand in the folder are opened, never one because a statement names it. */
async function changedFiles(folder: string, { predicate }: CertificationStatement): Promise<PackageFinding[]> {
  const { files, strange } = await contentOf(folder);
  const signed = new Map(predicate.files.map(({ name, digest }) => [name, digest.sha256]));
  const present = files.filter((name) => !outsideStatement.has(name));
  const found = new Map((await digestsOf(folder, present)).map(({ name, digest }) => [name, digest.sha256]));
  const names = [...new Set([...signed.keys(), ...found.keys()])].sort();
  const changed = names.flatMap((file): PackageFinding[] => {
    const [was, is] = [signed.get(file), found.get(file)];
    if (was === is) return [];
    if (was === undefined) return [{ file, what: 'is not in the statement: it came later' }];
    if (is === undefined) return [{ file, what: 'is missing' }];
    return [{ file, what: `was changed: SHA-256 ${was} was signed, seen ${is}` }];
  });
  return [...changed, ...strange.map((file) => ({ file, what: 'is no plain file' }))];
}

/** Does the statement say what the run says, by the set that lies beside it? */
async function checkJudgement(folder: string, statement: CertificationStatement): Promise<PackageFinding[]> {
  try {
    const record = JSON.parse((await bytesOf(folder, 'run.json'))?.toString('utf8') ?? '') as RunRecord;
    const { set, digest } = frozenFrom((await bytesOf(folder, setFile))?.toString('utf8') ?? '', setFile);
    const found = disagreements(statement, record, set).map((what) => ({ file: statementFile, what }));
    if (digest === record.requirementSet?.digest) return found;
    return [...found, { file: setFile, what: 'is not the set that run.json names' }];
  } catch (cause) {
    return [{ file: 'run.json', what: `cannot be judged again: ${messageOf(cause)}` }];
  }
}

async function bytesOf(folder: string, name: string): Promise<Buffer | undefined> {
  return readFile(join(folder, name)).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
}
