/** The usual request of a device, as `readShortRequest` takes it. */
export interface ShortRequest {
  readonly method: 'POST';
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const headBytesAtMost = 2048;
const requestLine = /^POST (\/[\w./~%?&=-]*) HTTP\/1\.1$/;
const headerLine = /^([A-Za-z][A-Za-z0-9-]*): ?([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)$/;
/** Fields that change what follows; whoever sends one is answered by node:http. */
const momentous = ['transfer-encoding', 'expect', 'upgrade', 'te', 'trailer'] as const;

/** What the head of a short request says. */
interface ShortHead {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly length: number;
}

/** Devices of one make send the same head, but for a digit of its length: what was read once need not be again. Secrets are not kept. */
const heads = new Map<string, ShortHead>();
const headsAtMost = 64;

/**
 * A POST that is here from its first byte to its last, in the plainest form that HTTP has: each field once, a length that is
 * true, the connection to be closed afterwards. Undefined for everything else, which is no judgement on it: a reader that
 * knows all of HTTP has to look.
 */
export function readShortRequest(bytes: Buffer, maximumBodyBytes: number): ShortRequest | undefined {
  const headEnd = bytes.subarray(0, headBytesAtMost).indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const text = bytes.toString('latin1', 0, headEnd);
  const head = heads.get(text) ?? readHead(text);
  if (head === undefined) return undefined;
  const body = bytes.subarray(headEnd + 4);
  if (body.length !== head.length || body.length > maximumBodyBytes) return undefined;
  return { method: 'POST', path: head.path, headers: head.headers, body };
}

function readHead(text: string): ShortHead | undefined {
  const [first = '', ...lines] = text.split('\r\n');
  const path = requestLine.exec(first)?.[1];
  const headers = path === undefined ? undefined : readHeaders(lines);
  if (path === undefined || headers === undefined) return undefined;
  const { host, connection, 'content-length': length = '' } = headers;
  if (host === undefined || connection?.toLowerCase() !== 'close' || !/^\d{1,8}$/.test(length)) return undefined;
  if (momentous.some((name) => Object.hasOwn(headers, name))) return undefined;
  const head = { path, headers: Object.freeze(headers), length: Number(length) };
  if (headers.authorization !== undefined) return head;
  if (heads.size >= headsAtMost) heads.clear();
  heads.set(text, head);
  return head;
}

/** Undefined when a line is no plain field, or repeats one. */
function readHeaders(lines: readonly string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? [];
    const known = name?.toLowerCase();
    if (known === undefined || value === undefined || Object.hasOwn(headers, known)) return undefined;
    headers[known] = value;
  }
  return headers;
}
