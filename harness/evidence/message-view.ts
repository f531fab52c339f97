import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { STATUS_CODES } from '#protocol/node-http.ts';
import { describePkcs10, parsePkcs10, verifyProofOfPossession } from '#protocol/pki/pkcs10.ts';
import { statusTable } from '#protocol/status.ts';
import { decodePairs, type Pair } from '#protocol/wire.ts';
import type { Field, MessageView } from '#reports/run-record.ts';
import type { FaultMarks } from './fault-marks.ts';
import { viewOsp } from './osp-view.ts';
import type { Redaction } from './redaction.ts';

const longestRaw = 8 * 1024;
const longestValue = 4096;
const longestLabel = 80;

/** A request as a person reads it: the pairs, the PKCS#10 field by field, and the bytes as text; `marks`: what is known to be wrong. */
export function viewRequest(
  request: HttpRequest,
  redaction: Redaction,
  marks?: FaultMarks,
): { label: string; view: MessageView } {
  const label = requestLabel(request, redaction);
  const fields = requestFields(request, redaction);
  const pkcs10 = pkcs10In(request.body);
  const fault = marks?.of(request.body, fields) ?? (pkcs10 && marks?.of(pkcs10, fields.filter(isOfPkcs10)));
  const head = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  return {
    label,
    view: {
      title: `${label} (${request.secure ? 'TLS' : 'cleartext'})`,
      fields,
      ...(fault ? { fault } : {}),
      raw: rawText(head, request.body, redaction),
    },
  };
}

function requestLabel({ method, path, body }: HttpRequest, redaction: Redaction): string {
  const osp = viewOsp(body);
  const pairs = osp ? undefined : pairsOf(body);
  const operation = osp?.label ?? (pairs && textOf(pairs, 'operation'));
  return labelOf(operation ? safe(operation) : `${method} ${path}`, redaction);
}

/** The pairs of a request, and the fields of the PKCS#10 among them. */
export function requestFields({ body }: Pick<HttpRequest, 'body'>, redaction: Redaction): readonly Field[] {
  const osp = viewOsp(body);
  const pairs = osp ? undefined : pairsOf(body);
  const pkcs10 = osp ? undefined : pkcs10In(body);
  const fields =
    osp?.fields.map(([name, value]) => [safe(name), safe(value)] as const) ??
    pairs?.map(({ name, value }) => [safe(name), /^password$/i.test(name) ? '[redacted]' : safe(value)] as const);
  return [...(fields ?? [['body', safe(body)] as const]), ...(pkcs10 ? pkcs10Fields(pkcs10) : [])].map(
    ([name, value]) => field(name, value, redaction),
  );
}

const isOfPkcs10 = ([name]: Field): boolean => name.startsWith('PKCS#10');

function pkcs10In(body: Uint8Array): Uint8Array | undefined {
  const pair = pairsOf(body)?.find(({ name }) => name === 'request' || name === 'certreq');
  return pair && bytesIn(pair);
}

/** An answer as a person reads it, and the certificates that it holds, whatever they are. */
export function viewAnswer(
  request: HttpRequest,
  answer: HttpAnswer,
  redaction: Redaction,
): { label: string; view: MessageView; certificates: readonly Uint8Array[] } {
  const osp = viewOsp(answer.body);
  const pairs = osp ? undefined : pairsOf(answer.body);
  const status = pairs && textOf(pairs, 'status');
  const known = Object.entries(statusTable).find(([code]) => code === status)?.[1];
  const said = status === undefined ? undefined : `status=${safe(status)}${known ? ` ${known.id}` : ''}`;
  const what = osp ? safe(osp.label) : (said ?? `HTTP ${answer.status}`);
  const label = labelOf(answer.status === 200 ? what : `HTTP ${answer.status}, ${what}`, redaction);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    ...Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  return {
    label,
    view: {
      title: `Answer to ${requestLabel(request, redaction)}: ${label}`,
      fields: answerFields(answer, redaction),
      raw: rawText(head, answer.body, redaction),
    },
    certificates: certificatesIn(answer),
  };
}

/** Names under which an answer holds a certificate. */
export const certificateNames: ReadonlySet<string> = new Set(['cert', 'certificate', 'cacert']);

/** The bytes of whatever stands in the place of a certificate. */
export function certificatesIn({ body }: Pick<HttpAnswer, 'body'>): readonly Uint8Array[] {
  return (pairsOf(body) ?? []).filter(({ name }) => certificateNames.has(name)).map(bytesIn);
}

export function answerFields({ body }: Pick<HttpAnswer, 'body'>, redaction: Redaction): readonly Field[] {
  const osp = viewOsp(body);
  const pairs = osp ? undefined : pairsOf(body);
  const fields = osp?.fields.map(([name, value]) => [safe(name), safe(value)] as const) ??
    pairs?.map(({ name, value }) => [safe(name), safe(value)] as const) ?? [['body', safe(body)] as const];
  return fields.map(([name = '', value = '']) => field(name, value, redaction));
}

function bytesIn({ value }: Pair): Uint8Array {
  return Buffer.from(Buffer.from(value).toString('latin1'), 'base64');
}

function pairsOf(body: Uint8Array): Pair[] | undefined {
  try {
    const pairs = decodePairs(body);
    return pairs.length > 0 ? pairs : undefined;
  } catch (thrown) {
    if (thrown instanceof MusterError) return undefined;
    throw thrown;
  }
}

function textOf(pairs: readonly Pair[], name: string): string | undefined {
  const pair = pairs.find((candidate) => candidate.name === name);
  return pair && Buffer.from(pair.value).toString('latin1');
}

/** A PKCS#10 field by field, under its name; of what is none, why. */
export function pkcs10Fields(der: Uint8Array): readonly Field[] {
  try {
    const request = parsePkcs10(der);
    const { challengePassword } = request;
    return [
      ...describePkcs10(request).flatMap(([name, value]): Field[] =>
        name === 'challenge password' ? [] : [[`PKCS#10 ${name}`, value]],
      ),
      ['PKCS#10 challengePassword', challengePassword ?? 'none'],
      [
        'PKCS#10 signature verifies',
        verifyProofOfPossession(request) ? 'yes, under its own key' : 'no, not under its own key',
      ],
    ];
  } catch (thrown) {
    if (thrown instanceof MusterError) return [['PKCS#10', thrown.message]];
    throw thrown;
  }
}

/** What is too long is cut after redaction: half a secret would not be known for one. */
function rawText(head: string, body: Uint8Array, redaction: Redaction): string {
  return cut(redaction.text(`${head}\r\n\r\n${Buffer.from(body).toString('latin1')}`), longestRaw);
}

function field(name: string, value: string, redaction: Redaction): readonly [string, string] {
  return [cut(redaction.text(name), longestLabel), cut(redaction.text(value), longestValue)];
}

function labelOf(text: string, redaction: Redaction): string {
  return cut(redaction.text(text), longestLabel);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}

/** Text of hostile bytes: controls are shown, not sent to somebody's terminal. */
function safe(value: Uint8Array | string): string {
  const text = typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
  return text.replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
