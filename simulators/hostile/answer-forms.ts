import type { HttpAnswer } from '#protocol/http.ts';
import type { AnswerContext, AnswerFault } from './answer-fault.ts';

/** The honest answer, written in another form that the protocol allows (protocol decisions, «Messages»). */
function form(id: string, explanation: string, rewrite: (honest: string) => string): AnswerFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    allowed: true,
    body: async ({ honest }: AnswerContext) => rewrite(Buffer.from(honest.body).toString('latin1')),
  };
}

const certificateIn = /(?<=cert=)[^&]*/;

export const answerForms: readonly AnswerFault[] = [
  form('escaped-base64', 'The base64 of the certificate is escaped.', (honest) =>
    honest.replace(certificateIn, (base64) => encodeURIComponent(base64)),
  ),
  form('wrapped-base64', 'The base64 of the certificate has line breaks.', (honest) =>
    honest.replace(certificateIn, (base64) => base64.replace(/(.{64})/g, '$1\r\n')),
  ),
  form('other-order', 'The certificate stands before the status.', (honest) => honest.split('&').reverse().join('&')),
  form(
    'unknown-variables',
    'Variables stand in it that nobody knows.',
    (honest) => `${honest}&statusx=9&xcert=AAAA&note=hello`,
  ),
  form('own-nonce', 'It bears a nonce of the server’s own.', (honest) => `${honest}&nonce=A1F0765F71C9E6AD`),
  form('empty-pairs', 'Empty pairs stand in it.', (honest) => `&&${honest.replace('&', '&&')}&`),
];

/** Any honest answer with its base64 escaped: no plus stands raw in it. */
export function withEscapedBase64(honest: HttpAnswer): HttpAnswer {
  const text = Buffer.from(honest.body).toString('latin1');
  const body = Buffer.from(text.replace(/(?<=(?:cert|certificate)=)[^&]*/g, (base64) => encodeURIComponent(base64)));
  return { ...honest, headers: { ...honest.headers, 'content-length': String(body.length) }, body };
}
