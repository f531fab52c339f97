import type { Configuration } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import type { HttpAnswer, HttpRequest, Responder } from '#protocol/http.ts';
import { type Answer, encodeAnswer } from '#protocol/messages/answers.ts';
import { decodeRequest, type RequestMessage } from '#protocol/messages/requests.ts';
import { decodePairs } from '#protocol/wire.ts';
import type { Audit } from '../audit.ts';
import type { Engine } from '../enrollment/engine.ts';
import type { Flaw } from '../flaw.ts';

const paths: ReadonlySet<string> = new Set(['/', '/tep']);

/** The HTTP door of the enrollment: from a request to an answer, and the one place where an error becomes one. */
export function enrollmentResponder(
  engine: Engine,
  configuration: () => Configuration,
  audit: Audit,
  flaw: Flaw,
): Responder {
  const refuse = (request: HttpRequest, http: number, error: string, headers: Record<string, string> = {}) => {
    audit({ event: 'refused', from: request.from, status: 4, detail: error });
    return protocolAnswer({ kind: 'refused', status: 4, error }, http, headers);
  };

  const decode = (body: Uint8Array): RequestMessage => {
    const message = decodeRequest(body);
    if (message.operation === 'getcacert' || !flaw.readsPkcs10) return message;
    return { ...message, pkcs10: flaw.readsPkcs10(message.pkcs10) };
  };

  return async (request) => {
    const slip = flaw.logs?.(request);
    if (slip !== undefined) audit({ event: 'refused', from: request.from, detail: slip });
    const [path = '', query] = request.path.split('?', 2);
    if (!paths.has(path) && !flaw.omits.has('path')) return refuse(request, 404, 'enrollment is served at /tep');
    if (request.method !== 'POST' && !flaw.omits.has('post-only')) {
      return refuse(request, 405, 'all messages are POST', { allow: 'POST' });
    }
    if (query !== undefined && !flaw.omits.has('query')) return refuse(request, 400, 'parameters belong in the body');
    if (!request.secure && configuration().ssl && !flaw.omits.has('ssl-flag')) {
      return refuse(request, 403, 'this server is reached over TLS only');
    }
    const body = flaw.reads ? bytesOf(flaw.reads(textOf(request.body))) : request.body;
    try {
      if (!request.secure && carriesCredentials(body) && !flaw.omits.has('tls-for-credentials')) {
        return refuse(request, 403, 'request and retrieve are sent over TLS only');
      }
      const message = decode(body);
      const active = engine.flawFor(message);
      const answer = await engine.answer(message, request.from, active);
      const { retryAfterSeconds } = answer;
      return retryAfterSeconds === undefined
        ? protocolAnswer(withStatus(answer, active), 200, active.headers)
        : protocolAnswer(answer, 429, { 'retry-after': String(Math.ceil(retryAfterSeconds)) });
    } catch (thrown) {
      if (thrown instanceof MusterError && thrown.fault === 'peer') {
        if (flaw.crashesOn === 'message') return protocolAnswer({ kind: 'refused', status: 12 }, 500);
        return refuse(request, thrown.code === 'wire-malformed' ? 400 : 200, thrown.message);
      }
      audit({ event: 'internal-error', from: request.from, detail: String(thrown) });
      return protocolAnswer({ kind: 'refused', status: 12, error: 'server error; nothing was stored' }, 500);
    }
  };
}

function carriesCredentials(body: Uint8Array): boolean {
  const operation = decodePairs(body).find((pair) => pair.name === 'operation');
  return operation !== undefined && Buffer.from(operation.value).toString('latin1') !== 'getcacert';
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function withStatus(answer: Answer, flaw: Flaw): Answer {
  const instead = answer.kind === 'refused' ? flaw.statusInstead?.[answer.status] : undefined;
  return answer.kind === 'refused' && instead !== undefined ? { ...answer, status: instead } : answer;
}

/** The deployed client reads these two headers in lower case and needs both (protocol decisions, «Messages: HTTP»). */
function protocolAnswer(answer: Answer, status: number, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  const body = encodeAnswer(answer);
  return { status, headers: { 'content-type': 'text/plain', 'content-length': String(body.length), ...headers }, body };
}
