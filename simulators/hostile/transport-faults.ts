import type { HttpAnswer } from '#protocol/http.ts';
import type { AnswerContext, TransportFault } from './answer-fault.ts';

/** The honest answer, which would enroll the device, under another HTTP status. */
function underStatus(
  status: number,
  explanation: string,
  more: { readonly headers?: HttpAnswer['headers']; readonly operation?: 'getcacert'; readonly empty?: true } = {},
): TransportFault {
  const { headers = {}, operation = 'enrollment', empty } = more;
  const variant = [operation === 'getcacert' && 'ca', empty && 'empty', ...Object.keys(headers)].filter(Boolean);
  return {
    id: ['http', status, ...variant].join('-'),
    explanation,
    operation,
    transport: true,
    answer: ({ honest }) => {
      const { 'content-type': type = '', 'content-length': length = '' } = honest.headers;
      // RFC 9110 §8.6: no Content-Length under 204.
      const framing = status === 204 ? {} : { 'content-type': type, 'content-length': empty ? '0' : length };
      return { status, headers: { ...framing, ...headers }, body: empty ? new Uint8Array() : honest.body };
    },
  };
}

/** What says of an answer that it is none: the HTTP status. */
export const statusFaults = {
  internalError: underStatus(500, 'The answer that would enroll comes under HTTP 500.'),
  badGateway: underStatus(502, 'The answer that would enroll comes under HTTP 502.'),
  unavailable: underStatus(503, 'The answer that would enroll comes under HTTP 503.'),
  unavailableForNow: underStatus(503, 'The answer that would enroll comes under HTTP 503, with Retry-After.', {
    headers: { 'retry-after': '1' },
  }),
  forbidden: underStatus(403, 'The answer that would enroll comes under HTTP 403.'),
  notFound: underStatus(404, 'The answer that would enroll comes under HTTP 404.'),
  created: underStatus(201, 'The answer that would enroll comes under HTTP 201.'),
  partial: underStatus(206, 'The answer that would enroll comes under HTTP 206, as a part of something.'),
  noContent: underStatus(204, 'The answer is HTTP 204, and nothing.', { empty: true }),
  empty: underStatus(200, 'The answer is HTTP 200 with an empty body.', { empty: true }),
  authorityInternalError: underStatus(500, 'The right CA certificate comes under HTTP 500.', {
    operation: 'getcacert',
  }),
  authorityNotFound: underStatus(404, 'The right CA certificate comes under HTTP 404.', { operation: 'getcacert' }),
} as const satisfies Record<string, TransportFault>;

type Elsewhere = keyof AnswerContext['elsewhere'];

const places: Readonly<Record<Elsewhere, string>> = {
  cleartext: 'the same server in cleartext',
  otherHost: 'a server of another name, whose certificate is as good',
};

function redirect(status: number, to: Elsewhere): TransportFault {
  return {
    id: `redirect-${status}-${to === 'cleartext' ? 'cleartext' : 'other-host'}`,
    explanation: `The answer is HTTP ${status}, a redirect to ${places[to]}.`,
    operation: 'enrollment',
    transport: true,
    answer: ({ elsewhere }) => {
      return { status, headers: { location: elsewhere[to], 'content-length': '0' }, body: new Uint8Array() };
    },
  };
}

/** RFC 9110 §15.4: after 301 and 302 many a client makes a GET of a POST, after 307 and 308 it repeats the body. */
const redirectStatuses = [307, 308, 301, 302] as const;
export const redirectsToCleartext = redirectStatuses.map((status) => redirect(status, 'cleartext'));
export const redirectsToOtherHost = redirectStatuses.map((status) => redirect(status, 'otherHost'));
