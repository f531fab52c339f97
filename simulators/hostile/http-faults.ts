/** What a hostile gateway has in hand: a good body, and where it is to go. */
export interface HttpForge {
  readonly host: string;
  readonly path: string;
  /** The body of a good request, byte for character. */
  readonly body: string;
}

/** One way in which an HTTP request is wrong, as data: the bytes that go out, one named change of the good ones. */
export interface HttpFault {
  readonly id: string;
  readonly explanation: string;
  bytes(forge: HttpForge): string;
}

/** A whole request in the middle of another one: nobody asked for it, so nobody may answer it. */
function hidden({ host, path }: HttpForge): string {
  const body = 'operation=getcacert';
  return `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function request({ host, path }: HttpForge, headers: readonly string[], rest: string): string {
  return [`POST ${path} HTTP/1.1`, `Host: ${host}`, ...headers, '', rest].join('\r\n');
}

function chunked(body: string): string {
  return `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

/** Requests whose end can be read in two ways (RFC 9112 §6.3): one of them smuggles. */
export const framingFaults = {
  'length-and-chunks': {
    id: 'length-and-chunks',
    explanation: 'It has a Content-Length and is chunked, and by its chunks it ends before a second request.',
    bytes: (forge) => {
      const rest = `0\r\n\r\n${hidden(forge)}`;
      return request(forge, [`Content-Length: ${rest.length}`, 'Transfer-Encoding: chunked'], rest);
    },
  },
  'chunks-and-length': {
    id: 'chunks-and-length',
    explanation: 'It is chunked and has a Content-Length, and by its length it ends before a second request.',
    bytes: (forge) => {
      const inner = hidden(forge);
      const size = inner.length.toString(16);
      const headers = ['Transfer-Encoding: chunked', `Content-Length: ${size.length + 2}`];
      return request(forge, headers, `${size}\r\n${inner}\r\n0\r\n\r\n`);
    },
  },
  'length-twice': {
    id: 'length-twice',
    explanation: 'It has two Content-Lengths that disagree, and by the last one it ends before a second request.',
    bytes: (forge) => {
      const inner = hidden(forge);
      const headers = [`Content-Length: ${forge.body.length + inner.length}`, `Content-Length: ${forge.body.length}`];
      return request(forge, headers, `${forge.body}${inner}`);
    },
  },
  'length-listed': {
    id: 'length-listed',
    explanation: 'Its Content-Length is a list of two that disagree.',
    bytes: (forge) =>
      request(forge, [`Content-Length: ${forge.body.length}, ${forge.body.length + 9}`], `${forge.body}`),
  },
  'length-signed': {
    id: 'length-signed',
    explanation: 'Its Content-Length has a sign.',
    bytes: (forge) => request(forge, [`Content-Length: +${forge.body.length}`], forge.body),
  },
  'length-with-letters': {
    id: 'length-with-letters',
    explanation: 'Letters follow its Content-Length.',
    bytes: (forge) => request(forge, [`Content-Length: ${forge.body.length} bytes`], forge.body),
  },
  'length-over-64-bits': {
    id: 'length-over-64-bits',
    explanation: 'Its Content-Length is 2^64 and the right one.',
    bytes: (forge) => request(forge, [`Content-Length: ${2n ** 64n + BigInt(forge.body.length)}`], forge.body),
  },
  'coding-unknown': {
    id: 'coding-unknown',
    explanation: 'Its Transfer-Encoding only sounds like chunked.',
    bytes: (forge) => request(forge, ['Transfer-Encoding: xchunked'], chunked(forge.body)),
  },
  'coding-not-last': {
    id: 'coding-not-last',
    explanation: 'In its Transfer-Encoding another coding follows chunked.',
    bytes: (forge) => request(forge, ['Transfer-Encoding: chunked, identity'], chunked(forge.body)),
  },
  'coding-with-blank': {
    id: 'coding-with-blank',
    explanation: 'A blank stands before the colon of its Transfer-Encoding.',
    bytes: (forge) =>
      request(forge, [`Content-Length: ${forge.body.length}`, 'Transfer-Encoding : chunked'], forge.body),
  },
} as const satisfies Record<string, HttpFault>;

/** Requests whose head is no head (RFC 9112 §2.2, §3.2, §5). */
export const headFaults = {
  'line-feeds': {
    id: 'line-feeds',
    explanation: 'Its lines end with a line feed alone.',
    bytes: (forge) => {
      const good = request(forge, [`Content-Length: ${forge.body.length}`], forge.body);
      return good.replaceAll('\r\n', '\n');
    },
  },
  'line-folded': {
    id: 'line-folded',
    explanation: 'A header line goes on in the next line.',
    bytes: (forge) => request(forge, ['Content-Length:', ` ${forge.body.length}`], forge.body),
  },
  'nul-in-header': {
    id: 'nul-in-header',
    explanation: 'A header value holds a NUL.',
    bytes: (forge) => request(forge, ['X: a\0b', `Content-Length: ${forge.body.length}`], forge.body),
  },
  'header-without-name': {
    id: 'header-without-name',
    explanation: 'A header line begins with a colon.',
    bytes: (forge) => request(forge, [': nothing', `Content-Length: ${forge.body.length}`], forge.body),
  },
  'host-missing': {
    id: 'host-missing',
    explanation: 'It names no Host.',
    bytes: ({ path, body }) => `POST ${path} HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  },
  'header-huge': {
    id: 'header-huge',
    explanation: 'A header value has 64 KiB.',
    bytes: (forge) => request(forge, [`X: ${'a'.repeat(65_536)}`, `Content-Length: ${forge.body.length}`], forge.body),
  },
} as const satisfies Record<string, HttpFault>;

/** Requests whose body is not as long as it says. */
export const lengthFaults = {
  'length-short': {
    id: 'length-short',
    explanation: 'Its Content-Length is forty bytes short; what is left is a line that is no request.',
    bytes: (forge) => request(forge, [`Content-Length: ${forge.body.length - 40}`], `${forge.body}\r\n\r\n`),
  },
  'length-absent': {
    id: 'length-absent',
    explanation: 'It has a body, nothing says how long that is, and so it is a line that is no request.',
    bytes: (forge) => request(forge, [], `${forge.body}\r\n\r\n`),
  },
  'chunk-size-broken': {
    id: 'chunk-size-broken',
    explanation: 'The size of its chunk is no hexadecimal number.',
    bytes: (forge) => request(forge, ['Transfer-Encoding: chunked'], `zz\r\n${forge.body}\r\n0\r\n\r\n`),
  },
  'chunk-size-huge': {
    id: 'chunk-size-huge',
    explanation: 'The size of its chunk takes more than 64 bits.',
    bytes: (forge) => request(forge, ['Transfer-Encoding: chunked'], `${'f'.repeat(20)}\r\n${forge.body}\r\n`),
  },
} as const satisfies Record<string, HttpFault>;
