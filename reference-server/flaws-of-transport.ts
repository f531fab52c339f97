import { scanPairs } from '#protocol/wire.ts';
import { type Flaw, flaw } from './flaw.ts';

/** Servers that are wrong in what carries the messages: HTTP, TLS, and the log of both. */
export const transportFlaws: readonly Flaw[] = [
  flaw('cleartext-request', 'Accepts credentials over cleartext.', { omits: ['tls-for-credentials'] }),
  flaw('ssl-flag-ignored', 'Serves cleartext although ssl is enabled.', { omits: ['ssl-flag'] }),
  flaw('any-method', 'Answers GET as if it were POST.', { omits: ['post-only'] }),
  flaw('no-body-limit', 'Reads a body of any size.', { omits: ['body-limit'] }),
  flaw('answers-html', 'Answers as text/html.', { headers: { 'content-type': 'text/html' } }),
  flaw('crashes-on-malformed', 'Answers HTTP 500 to what it cannot decode.', { crashesOn: 'message' }),
  flaw('any-path', 'Enrolls devices at whatever path they post to.', { omits: ['path'] }),
  flaw('query-ignored', 'Answers a request with parameters in a query.', { omits: ['query'] }),
  flaw('closes-connections', 'Closes each connection after its first answer.', { headers: { connection: 'close' } }),
  flaw('length-over-chunks', 'Ends a chunked body where its Content-Length says.', { framing: 'length-over-chunks' }),
  flaw('chunks-over-length', 'Ends a body with a Content-Length where its chunks say.', {
    framing: 'chunks-over-length',
  }),
  flaw('last-length', 'Takes the last of several Content-Lengths, and of each the digits that it begins with.', {
    framing: 'last-length',
  }),
  flaw('whole-packet', 'Takes what comes in one packet for a whole body.', { framing: 'whole-packet' }),
  flaw('half-a-body', 'Answers what came of a body when its sender says no more.', { framing: 'half' }),
  flaw('no-time-out', 'Waits for the rest of a request for ever.', { settings: { requestTimeoutSeconds: 0 } }),
  flaw('few-connections', 'Serves a hundred connections, and nobody beside them.', { maximumConnections: 100 }),
  flaw(
    'one-answer-at-a-time',
    'Looks at no request before the answer to the one before, whoever sent it, has been taken.',
    {
      answersInLine: true,
    },
  ),
  flaw('sheds-load', 'Turns away what comes while it has fifty requests to answer.', { mostAtOnce: 50 }),
  flaw('anonymous-tls', 'Agrees to ciphers in which it shows no certificate.', {
    tls: { ciphers: 'ALL:aNULL@SECLEVEL=0' },
  }),
  flaw('open-tls', 'Agrees to ciphers that hide nothing.', { tls: { ciphers: 'ALL:eNULL@SECLEVEL=0' } }),
  flaw('old-tls', 'Agrees to every TLS version that it knows.', {
    tls: { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
  }),
  flaw('logs-paths', 'Writes whole request lines into its log.', { logs: ({ path }) => path }),
  flaw('logs-cleartext', 'Writes what it refused in cleartext into its log.', {
    logs: ({ secure, body }) => (secure ? undefined : Buffer.from(body).toString('latin1')),
  }),
  flaw('logs-requests', 'Writes the PKCS#10s that it gets into its log.', {
    logs: ({ body }) => {
      const request = scanPairs(body, () => {}).find(({ name }) => name === 'request');
      return request && Buffer.from(request.value).toString('latin1');
    },
  }),
  flaw('echoes-requests', 'Repeats what it cannot read in its refusal.', {
    errorText: ({ check }, { pkcs10 }) =>
      check === 'pkcs10' ? `no PKCS#10: ${Buffer.from(pkcs10).toString('base64')}` : undefined,
  }),
  flaw('crashes-on-pkcs10', 'Answers HTTP 500 to a PKCS#10 that it cannot read.', { crashesOn: 'pkcs10' }),
];
