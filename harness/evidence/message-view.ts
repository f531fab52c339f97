import { STATUS_CODES } from 'node:http';
import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { describeKey, fingerprint } from '#protocol/pki/keys.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import { statusTable } from '#protocol/status.ts';
import { decodePairs, type Pair } from '#protocol/wire.ts';
import type { MessageView } from '#reports/run-record.ts';
import { viewOsp } from './osp-view.ts';
import type { Redaction } from './redaction.ts';

const longestRaw = 8 * 1024;
const longestValue = 4096;
const longestLabel = 80;

/** A request as a person reads it: the pairs, the PKCS#10 field by field, and the bytes as text. */
export function viewRequest(request: HttpRequest, redaction: Redaction): { label: string; view: MessageView } {
  const osp = viewOsp(request.body);
  const pairs = osp ? undefined : pairsOf(request.body);
  const operation = osp?.label ?? (pairs && textOf(pairs, 'operation'));
  const label = labelOf(operation ? safe(operation) : `${request.method} ${request.path}`, redaction);
  const pkcs10 = pairs?.find(({ name }) => name === 'request' || name === 'certreq');
  const head = [
    `${request.method} ${request.path} HTTP/1.1`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  const fields =
    osp?.fields.map(([name, value]) => [safe(name), safe(value)] as const) ??
    pairs?.map(({ name, value }) => [safe(name), /^password$/i.test(name) ? '[redacted]' : safe(value)] as const);
  return {
    label,
    view: {
      title: `${label} (${request.secure ? 'TLS' : 'cleartext'})`,
      fields: [...(fields ?? [['body', safe(request.body)] as const]), ...(pkcs10 ? pkcs10Fields(pkcs10) : [])].map(
        ([name, value]) => field(name, value, redaction),
      ),
      raw: rawText(head, request.body, redaction),
    },
  };
}

/** An answer as a person reads it, and the certificate that it holds, if any. */
export function viewAnswer(
  request: HttpRequest,
  answer: HttpAnswer,
  redaction: Redaction,
): { label: string; view: MessageView; certificate?: Uint8Array } {
  const osp = viewOsp(answer.body);
  const pairs = osp ? undefined : pairsOf(answer.body);
  const status = pairs && textOf(pairs, 'status');
  const known = Object.entries(statusTable).find(([code]) => code === status)?.[1];
  const holder = pairs?.find(({ name }) => name === 'cert' || name === 'certificate' || name === 'cacert');
  const said = status === undefined ? undefined : `status=${safe(status)}${known ? ` ${known.id}` : ''}`;
  const what = osp ? safe(osp.label) : (said ?? `HTTP ${answer.status}`);
  const label = labelOf(answer.status === 200 ? what : `HTTP ${answer.status}, ${what}`, redaction);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    ...Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
  const certificate = holder && Buffer.from(Buffer.from(holder.value).toString('latin1'), 'base64');
  return {
    label,
    view: {
      title: `Answer to ${viewRequest(request, redaction).label}: ${label}`,
      fields: (
        osp?.fields.map(([name, value]) => [safe(name), safe(value)] as const) ??
        pairs?.map(({ name, value }) => [safe(name), safe(value)] as const) ?? [['body', safe(answer.body)] as const]
      ).map(([name = '', value = '']) => field(name, value, redaction)),
      raw: rawText(head, answer.body, redaction),
    },
    ...(certificate ? { certificate } : {}),
  };
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

function pkcs10Fields(pair: Pair): (readonly [string, string])[] {
  try {
    const request = parsePkcs10(Buffer.from(Buffer.from(pair.value).toString('latin1'), 'base64'));
    return [
      ['PKCS#10 subject', request.subjectText],
      ['PKCS#10 public key', `${describeKey(request.publicKey).text}, SHA-256 ${fingerprint(request.spki, 'sha256')}`],
      ['PKCS#10 signature', request.signatureAlgorithm ?? request.signatureOid],
      ['PKCS#10 challengePassword', request.challengePassword ?? 'none'],
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
