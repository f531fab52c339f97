import type { Configuration } from '#protocol/config-file/configuration.ts';
import { messageOf } from '#protocol/errors.ts';
import type { HttpAnswer, HttpRequest, Responder } from '#protocol/http.ts';
import { encodeMessage, type OspMessage, openMessage } from '#protocol/osp/message.ts';
import type { OspStatus } from '#protocol/osp/status.ts';
import type { Audit } from '../audit.ts';
import type { Flaw } from '../flaw.ts';
import { type Clearinghouse, statusFor, statusOfError } from './clearinghouse.ts';

export const ospPath = '/osp';

/** The HTTP door of what follows enrollment: from a request to an answer, and the one place where an error becomes one. */
export function ospResponder(
  clearinghouse: Clearinghouse,
  configuration: () => Configuration,
  audit: Audit,
  flaw: Flaw,
): Responder {
  const refuse = (request: HttpRequest, http: number, code: OspStatus, why: string, headers = {}): HttpAnswer => {
    audit({ event: 'call-refused', from: request.from, status: code, detail: why });
    const components = [{ kind: 'Status', status: statusFor(code, why) }] as const;
    return answerOf(request, { messageId: '0', components }, http, headers);
  };

  return async (request) => {
    if (request.method !== 'POST' && !flaw.omits.has('post-only'))
      return refuse(request, 405, 400, 'all messages are POST', { allow: 'POST' });
    if (request.path.includes('?') && !flaw.omits.has('query'))
      return refuse(request, 400, 400, 'messages belong in the body');
    if (!request.secure && configuration().ssl && !flaw.omits.has('ssl-flag'))
      return refuse(request, 403, 425, 'this server is reached over TLS only');
    try {
      const body = flaw.readsOsp?.(request.body) ?? request.body;
      const answer = await clearinghouse.answer(openMessage(body, flaw.xmlLimits), request);
      return answerOf(request, flaw.answersOsp?.(answer) ?? answer, 200);
    } catch (thrown) {
      const status = statusOfError(thrown);
      if (status !== undefined && flaw.crashesOn !== 'osp') return refuse(request, 400, status, messageOf(thrown));
      audit({ event: 'internal-error', from: request.from, detail: String(thrown) });
      return answerOf(request, failure, 500);
    }
  };
}

const failure: OspMessage = { messageId: '0', components: [{ kind: 'Status', status: statusFor(500) }] };

/** In the type in which it was asked, where that is one of XML. */
function answerOf(request: HttpRequest, message: OspMessage, status: number, headers = {}): HttpAnswer {
  const body = encodeMessage(message);
  const [asked = ''] = (request.headers['content-type'] ?? '').split(';');
  const type = /^(text|application)\/xml$/i.test(asked.trim()) ? asked.trim().toLowerCase() : 'text/plain';
  return { status, headers: { 'content-type': type, 'content-length': String(body.length), ...headers }, body };
}
