import type { HttpAnswer } from '#protocol/http.ts';
import {
  type AuthoritySituation,
  type Ruling,
  ruleOnAuthority,
  ruleOnIssued,
  type Situation,
  severest,
  type Verdict,
} from './certificate-rulings.ts';

/** The names of the certificate in an answer (WO 01/47232, Tables 1, 3 and 6). */
const issuedNames: ReadonlySet<string> = new Set(['cert']);
const authorityNames: ReadonlySet<string> = new Set(['certificate', 'cacert']);

/** How far a device may be trusted to read: longer answers need not be read (protocol decisions, «Messages: HTTP»). */
const longestBody = 64 * 1024;

/** A ruling on a whole answer, and the certificate that stands in it: empty when there is none. */
export type AnswerRuling = Ruling & { readonly certificate: Uint8Array };

/**
 * May a device be enrolled by this answer? It is read here once more, by hand and from the protocol decisions alone. Where
 * the certificate is good and merely the form around it is not, that is left to the device.
 */
export function ruleOnEnrollment(answer: HttpAnswer, situation: Situation): AnswerRuling {
  return ruled(answer, issuedNames, (der) => ruleOnIssued(der, situation));
}

/** May a device go on after this answer to getcacert? */
export function ruleOnGetCaCert(answer: HttpAnswer, situation: AuthoritySituation): AnswerRuling {
  return ruled(answer, authorityNames, (der) => ruleOnAuthority(der, situation));
}

/** Is it pending, or a server that cannot answer now? Then a device may wait, and ask again. */
export function asksForPatience({ status, body }: HttpAnswer): boolean {
  const pairs = pairsOf(Buffer.from(body).toString('latin1'));
  return (
    status === 408 ||
    status === 429 ||
    status >= 500 ||
    pairs.some(({ name, value }) => name === 'status' && value === '1')
  );
}

function ruled(
  { status, body }: HttpAnswer,
  names: ReadonlySet<string>,
  onCertificate: (der: Uint8Array) => Ruling,
): AnswerRuling {
  const pairs = pairsOf(Buffer.from(body).toString('latin1'));
  const statuses = pairs.filter(({ name }) => name === 'status');
  const certificates = pairs.filter(({ name }) => names.has(name)).map(({ value }) => value);
  const ders = certificates.map((text) => Buffer.from(text, 'base64'));
  const [der] = ders;
  const ruling = severest([
    when(status < 200 || status > 299, 'refuse', `it came under HTTP ${status}`),
    when(statuses.length === 0, 'refuse', 'it has no status'),
    when(
      statuses.some(({ value }) => value !== '0'),
      'refuse',
      `its status is ${JSON.stringify(statuses.map(({ value }) => value.slice(0, 20)).join(' and '))}`,
    ),
    when(der === undefined, 'refuse', 'it has no certificate where one is due'),
    when(
      ders.some((other) => der !== undefined && Buffer.compare(other, der) !== 0),
      'refuse',
      'it has two certificates that disagree',
    ),
    when(
      certificates.some((text) => text.includes('-----')),
      'refuse',
      'its certificate is in PEM',
    ),
    der && onCertificate(der),
    when(status !== 200, 'either', `it came under HTTP ${status}`),
    when(body.length > longestBody, 'either', `it has ${body.length} bytes`),
    when(
      certificates.some((text) => !isBase64(text) || text !== certificates[0]),
      'either',
      'its base64 is not in the one form',
    ),
    when(
      pairs.some(({ oddity }) => oddity),
      'either',
      'a piece of it is no pair, or an escape is none',
    ),
    when(
      pairs.some(({ name, value }) => name === 'nonce' && (value === '' || value.length > 128)) || disagree(pairs),
      'either',
      'its nonce or its error text is malformed',
    ),
  ]);
  return { ...ruling, certificate: der ?? new Uint8Array() };
}

function when(holds: boolean, verdict: Verdict, why: string): Ruling | undefined {
  return holds ? { verdict, why } : undefined;
}

interface ReadPair {
  readonly name: string;
  /** With its escapes undone. */
  readonly value: string;
  readonly oddity: boolean;
}

/** "variable=value pairs joined by &", a `%` and two digits for a byte; an empty pair says nothing. */
function pairsOf(text: string): ReadPair[] {
  return text
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const equals = piece.indexOf('=');
      const raw = piece.slice(equals + 1);
      return {
        name: equals < 0 ? '' : piece.slice(0, equals),
        value: raw.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
        oddity: equals < 1 || /%(?![0-9a-f]{2})/i.test(raw),
      };
    });
}

/** "Padded base64; CR and LF inside it are accepted" (protocol decisions, «Messages: form of the values»). */
function isBase64(text: string): boolean {
  const written = text.replace(/[\r\n]/g, '');
  return Buffer.from(written, 'base64').toString('base64') === written;
}

/** Does a variable other than status and certificate stand there twice with different values? */
function disagree(pairs: readonly ReadPair[]): boolean {
  return ['nonce', 'error'].some((known) => {
    return new Set(pairs.filter(({ name }) => name === known).map(({ value }) => value)).size > 1;
  });
}
