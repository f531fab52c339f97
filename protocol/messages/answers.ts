import { MusterError } from '../errors.ts';
import type { RequirementId } from '../requirements/catalogue.ts';
import { statusTable } from '../status.ts';
import { decodePairs, encodePairs, type Pair } from '../wire.ts';
import type { Finding } from './examine.ts';
import { blemish, breach, collect, demand, type Reading } from './reading.ts';
import type { Operation } from './requests.ts';
import { readBase64, readErrorText, readNonce, readStatus } from './values.ts';

/** What a server answers (WO 01/47232, Tables 3, 5 and 6). Certificates are DER, and are not looked into here. */
export type Answer =
  | { readonly kind: 'cacert'; readonly certificate: Uint8Array; readonly nonce?: Uint8Array }
  | { readonly kind: 'issued'; readonly certificate: Uint8Array; readonly nonce?: Uint8Array }
  | { readonly kind: 'pending'; readonly nonce?: Uint8Array }
  | { readonly kind: 'refused'; readonly status: number; readonly error?: string; readonly nonce?: Uint8Array };

/** Reads the answer to `operation` strictly; throws as `decodeRequest` does. Success is told by nothing but `status=0`. */
export function decodeAnswer(operation: Operation, body: Uint8Array): Answer {
  return demand(readAnswer(operation, decodePairs(body), body.length), `answer to ${operation}`);
}

type AnswerVariable = 'status' | 'certificate' | 'cert' | 'nonce' | 'error';

/** The names in an answer to getcacert (WO 01/47232, Tables 1 and 3). */
const caCertNames: ReadonlyMap<string, AnswerVariable> = new Map([
  ['status', 'status'],
  ['certificate', 'certificate'],
  ['cacert', 'certificate'],
  ['nonce', 'nonce'],
  ['error', 'error'],
]);

/** The names in an answer to request and retrieve (WO 01/47232, Tables 5 and 6). */
const enrollmentNames: ReadonlyMap<string, AnswerVariable> = new Map([
  ['status', 'status'],
  ['cert', 'cert'],
  ['nonce', 'nonce'],
  ['error', 'error'],
]);

/** What an answer of success holds: which kind it is, the variable of its certificate, and who says so. */
interface Success {
  readonly kind: 'cacert' | 'issued';
  readonly names: ReadonlyMap<string, AnswerVariable>;
  readonly variable: 'certificate' | 'cert';
  readonly requirement: RequirementId;
}

const issued: Success = { kind: 'issued', names: enrollmentNames, variable: 'cert', requirement: 'REQ-014' };

const successes: Readonly<Record<Operation, Success>> = {
  getcacert: { kind: 'cacert', names: caCertNames, variable: 'certificate', requirement: 'CA-002' },
  request: issued,
  retrieve: { ...issued, requirement: 'RET-004' },
};

/** Judges the pairs of an answer to `operation`. `end` is the length of the body. */
export function readAnswer(operation: Operation, pairs: readonly Pair[], end: number): Reading<Answer> {
  const success = successes[operation];
  const findings: Finding[] = [];
  const variables = collect(pairs, success.names, findings);
  const nonce = readAnswerNonce(variables.get('nonce'), findings);
  const status = readAnswerStatus(variables.get('status'), end, findings);
  if (status === undefined) return { message: undefined, findings };
  if (status === 0) {
    const certificate = readCertificate(success, variables.get(success.variable), pairs, end, findings);
    const message = certificate && { kind: success.kind, certificate, ...nonce };
    return { message, findings };
  }
  const surplus = variables.get(success.variable);
  if (surplus !== undefined) {
    const requirement = status === 1 ? 'RET-003' : 'REQ-016';
    findings.push(blemish(requirement, surplus.offset, `expected no certificate with status ${status}, saw one`));
  }
  if (status === 1) {
    // A CA certificate is there or it is not: nothing about it can be pending.
    if (operation === 'getcacert') findings.push(breach('CA-002', end, 'expected status 0 or a refusal, saw status 1'));
    return { message: { kind: 'pending', ...nonce }, findings };
  }
  const error = readRefusal(status, variables, end, findings);
  return { message: { kind: 'refused', status, ...(error === undefined ? {} : { error }), ...nonce }, findings };
}

function readAnswerNonce(pair: Pair | undefined, findings: Finding[]): { readonly nonce?: Uint8Array } {
  if (pair === undefined) return {};
  const judged = readNonce(pair.value);
  if (judged.ok) return { nonce: judged.value };
  findings.push(breach('MSG-022', pair.valueOffset, `in nonce: ${judged.problem}`));
  return {};
}

function readAnswerStatus(pair: Pair | undefined, end: number, findings: Finding[]): number | undefined {
  if (pair === undefined) {
    findings.push(breach('MSG-037', end, 'expected a status, saw none'));
    return undefined;
  }
  const judged = readStatus(pair.value);
  if (judged.ok) return judged.value;
  findings.push(breach('MSG-037', pair.valueOffset, `in status: ${judged.problem}`));
  return undefined;
}

function readCertificate(
  success: Success,
  pair: Pair | undefined,
  pairs: readonly Pair[],
  end: number,
  findings: Finding[],
): Uint8Array | undefined {
  if (pair === undefined) {
    // Each answer has its own name for its certificate (WO 01/47232, Tables 3 and 6).
    const misnamed = pairs.find(({ name }) => name === 'certificate' || name === 'cert' || name === 'cacert');
    findings.push(
      misnamed === undefined
        ? breach(success.requirement, end, `expected ${success.variable} with status 0, saw no certificate`)
        : breach('MSG-012', misnamed.offset, `expected the certificate in ${success.variable}, saw ${misnamed.name}`),
    );
    return undefined;
  }
  const judged = readBase64(pair.value);
  if (!judged.ok) {
    findings.push(breach(success.requirement, pair.valueOffset, `in ${pair.name}: ${judged.problem}`));
    return undefined;
  }
  // Raw and unbroken is how the deployed client needs it; this receiver reads the rest too.
  const notRaw = firstNotRaw(pair.raw);
  if (notRaw !== -1) {
    const saw = pair.raw[notRaw] === 0x25 ? 'an escape' : 'a line break';
    findings.push(blemish('MSG-016', pair.valueOffset + notRaw, `expected raw base64 in one line, saw ${saw}`));
  }
  return judged.value;
}

/** Where the first escape or line break stands; -1: nowhere. */
function firstNotRaw(bytes: Uint8Array): number {
  const found = [0x25, 0x0d, 0x0a].map((byte) => bytes.indexOf(byte)).filter((at) => at !== -1);
  return found.length === 0 ? -1 : Math.min(...found);
}

function readRefusal(
  status: number,
  variables: ReadonlyMap<AnswerVariable, Pair>,
  end: number,
  findings: Finding[],
): string | undefined {
  const where = variables.get('status');
  if (!Object.hasOwn(statusTable, status)) {
    findings.push(blemish('MSG-041', where?.valueOffset ?? end, `expected a status of the table, saw ${status}`));
  }
  const pair = variables.get('error');
  const text = pair === undefined ? undefined : readErrorText(pair.value);
  if (pair === undefined || text === undefined) {
    findings.push(blemish('MSG-042', end, 'expected the text of the refusal in error, saw none'));
  } else if (where !== undefined && pair.offset < where.offset) {
    findings.push(blemish('MSG-042', pair.offset, 'expected error after status, saw it before'));
  }
  return text;
}

/**
 * Writes an answer: base64 raw, as the deployed client needs it (WO 01/47232, Tables 3 and 6), the text of a refusal
 * escaped after its status. A refusal with a status that is none is a bug of the caller (`internal`).
 */
export function encodeAnswer(answer: Answer): Uint8Array {
  const nonce = answer.nonce === undefined ? [] : [['nonce', answer.nonce] as const];
  switch (answer.kind) {
    case 'cacert':
      return encodePairs([['status', '0'], ['certificate', base64(answer.certificate), 'raw'], ...nonce]);
    case 'issued':
      return encodePairs([['status', '0'], ['cert', base64(answer.certificate), 'raw'], ...nonce]);
    case 'pending':
      return encodePairs([['status', '1'], ...nonce]);
    case 'refused': {
      const status = String(answer.status);
      if (!readStatus(Buffer.from(status)).ok || answer.status < 2) {
        throw new MusterError('internal', `${status} is no status of a refusal.`);
      }
      const error = answer.error === undefined ? [] : [['error', answer.error] as const];
      return encodePairs([['status', status], ...error, ...nonce]);
    }
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
