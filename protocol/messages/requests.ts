import type { RequirementId } from '../requirements/catalogue.ts';
import { decodePairs, encodePairs, type Pair } from '../wire.ts';
import type { Finding } from './examine.ts';
import { breach, collect, demand, type Reading } from './reading.ts';
import { type Judged, readId, readNonce, readPkcs10, readText } from './values.ts';

/** What a device asks for (WO 01/47232, Table 1). */
export type Operation = 'getcacert' | 'request' | 'retrieve';

/** Asks for the CA certificate (WO 01/47232, Table 2). */
export interface GetCaCertMessage {
  readonly operation: 'getcacert';
}

/** Asks for a certificate, or for the outcome of having asked (WO 01/47232, Table 4). */
export interface EnrollmentMessage {
  readonly operation: 'request' | 'retrieve';
  /** 1 to 128 bytes of any value. */
  readonly nonce: Uint8Array;
  /** 1 to 255 bytes of UTF-8 without control characters; the password likewise. */
  readonly username: string;
  readonly password: string;
  /** Decimal, up to 2^64-1, without leading zeros; the customer likewise. */
  readonly device: string;
  readonly customer: string;
  /** DER, at most 16 KiB. Whether it is a PKCS#10 is not looked at here. */
  readonly pkcs10: Uint8Array;
}

export type RequestMessage = GetCaCertMessage | EnrollmentMessage;

/**
 * Writes a request in the order and the escaping of the deployed client (WO 01/47232, Table 4). The values are not
 * judged: what the receiver makes of them is its own matter.
 */
export function encodeRequest(message: RequestMessage): Uint8Array {
  if (message.operation === 'getcacert') return encodePairs([['operation', 'getcacert']]);
  return encodePairs([
    ['operation', message.operation],
    ['nonce', message.nonce],
    ['username', message.username],
    ['password', message.password],
    ['device', message.device],
    ['customer', message.customer],
    ['request', Buffer.from(message.pkcs10).toString('base64')],
  ]);
}

/**
 * Reads a request strictly. Throws `wire-malformed` when the body is no series of pairs, and `message-malformed` when the
 * pairs are no request; `details` hold the offset and, for the latter, the requirement. No value is in the error.
 */
export function decodeRequest(body: Uint8Array): RequestMessage {
  return demand(readRequest(decodePairs(body), body.length), 'request');
}

type RequestVariable = 'operation' | 'nonce' | 'username' | 'password' | 'device' | 'customer' | 'request';

/** The variables of a request (WO 01/47232, Tables 1 and 4), under every name they may bear. */
const names: ReadonlyMap<string, RequestVariable> = new Map([
  ['operation', 'operation'],
  ['nonce', 'nonce'],
  ['username', 'username'],
  ['password', 'password'],
  ['device', 'device'],
  ['customer', 'customer'],
  ['request', 'request'],
  ['certreq', 'request'],
]);

/** Judges the pairs of a request. `end` is the length of the body. */
export function readRequest(pairs: readonly Pair[], end: number): Reading<RequestMessage> {
  const findings: Finding[] = [];
  const variables = collect(pairs, names, findings);

  function read<Value>(
    variable: RequestVariable,
    judge: (bytes: Uint8Array) => Judged<Value>,
    requirement: RequirementId,
  ): Value | undefined {
    const pair = variables.get(variable);
    // A request carries all of its variables (WO 01/47232, Table 4).
    if (pair === undefined || pair.value.length === 0) {
      findings.push(breach('REQ-006', pair?.offset ?? end, `expected ${variable}, saw none`));
      return undefined;
    }
    const judged = judge(pair.value);
    if (judged.ok) return judged.value;
    findings.push(breach(requirement, pair.valueOffset, `in ${variable}: ${judged.problem}`));
    return undefined;
  }

  const operation = variables.get('operation');
  const asked = operation === undefined ? '' : Buffer.from(operation.value).toString('latin1');
  // Nothing else in a getcacert matters (WO 01/47232, Table 2).
  if (asked === 'getcacert') return { message: { operation: asked }, findings };
  if (asked !== 'request' && asked !== 'retrieve') {
    const where = operation?.valueOffset ?? end;
    findings.push(breach('MSG-019', where, 'expected the operation getcacert, request or retrieve, saw none of them'));
    return { message: undefined, findings };
  }
  const parts = {
    nonce: read('nonce', readNonce, 'MSG-022'),
    username: read('username', readText, 'MSG-021'),
    password: read('password', readText, 'MSG-021'),
    device: read('device', readId, 'MSG-020'),
    customer: read('customer', readId, 'MSG-020'),
    pkcs10: read('request', readPkcs10, 'MSG-023'),
  };
  return { message: isWhole(parts) ? { operation: asked, ...parts } : undefined, findings };
}

type Parts = Omit<EnrollmentMessage, 'operation'>;

function isWhole(parts: { readonly [Key in keyof Parts]: Parts[Key] | undefined }): parts is Parts {
  return Object.values(parts).every((part) => part !== undefined);
}
