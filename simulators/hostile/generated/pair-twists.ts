import fc from 'fast-check';
import { signCertificate } from '#protocol/pki/authority.ts';
import { authorityTemplate, base64, deviceCertificate } from '../answer-parts.ts';
import { certificateName, type Twist, type TwistContext, twistsOf } from './twist.ts';

const twist = twistsOf('pairs');
const place = fc.nat(255);

/** A status that is almost 0, or another. */
const statuses = [
  ...['', '00', '-0', '+0', ' 0', '0 ', '0.0', '0x0', '0,0', '0;', '0=', '0\0', '0%00', '0%20', '%', '%3', '0%', 'O'],
  ...['0\r\n', '0\n', '\0', '\u00b2', '\u00ff0', '4294967296', '18446744073709551616', '1e-9', 'false', 'null', 'ok'],
  ...[
    'abc',
    '-1',
    '1',
    '2',
    '3',
    '7',
    '8',
    '9',
    '10',
    '11',
    '12',
    '200',
    '4294967295',
    '9'.repeat(400),
    '0'.repeat(99),
  ],
];
/** Names that are almost the right one. */
const near: Readonly<Record<string, (name: string) => string>> = {
  longer: (name) => `${name}x`,
  'after another': (name) => `x${name}`,
  shorter: (name) => name.slice(0, -1),
  capital: (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  'in capitals': (name) => name.toUpperCase(),
  'with a blank': (name) => `${name} `,
  'after a blank': (name) => ` ${name}`,
  'with a NUL': (name) => `${name}\0`,
  'with an index': (name) => `${name}[]`,
  'of the other answer': (name) => (name === 'cert' ? 'certificate' : name === 'certificate' ? 'cert' : 'state'),
};
const unknownNames = [
  'x',
  'note',
  'statusx',
  'xstatus',
  'status0',
  'certx',
  'xcert',
  'error',
  'Nonce',
  'a-b_c',
  '\u00e9',
];
const unknownValues = ['', '0', '1', '=', '0=1', 'AAAA', '%00', '\0', '%25', '+', '\u00ff\u0080', 'x'.repeat(2000)];

type Where = 'before' | 'after';
const where = fc.constantFrom<Where>('after', 'before');
const beside = (pairs: readonly string[], pair: string, side: Where): string[] =>
  side === 'before' ? [pair, ...pairs] : [...pairs, pair];
const inserted = (pairs: readonly string[], pair: string, at: number): string[] =>
  pairs.toSpliced(at % (pairs.length + 1), 0, pair);

const isStatus = (pair: string): boolean => pair.startsWith('status=');
const isCertificate = (pair: string, context: TwistContext): boolean => pair.startsWith(`${certificateName(context)}=`);
const renamed = (pair: string, how: string): string => {
  const [name = '', ...rest] = pair.split('=');
  return [near[how]?.(name) ?? name, ...rest].join('=');
};

/** Another certificate for a second pair: none of them is what the device must install. */
const seconds: Readonly<Record<string, (context: TwistContext) => string>> = {
  'for another key': (context) => base64(deviceCertificate(context, { spki: context.others.spki })),
  'of another CA': (context) => base64(context.others.authority.certificate.der),
  empty: () => '',
  noise: () => 'AAAA',
};

/** What happens to the pairs of an answer. */
export const pairTwists: readonly Twist[] = [
  twist('order', { explanation: 'The pairs stand in another order.', allowed: true }, fc.constant(null), (_, pairs) =>
    pairs.toReversed(),
  ),
  twist(
    'unknown',
    { explanation: 'A variable stands in it that nobody knows.', allowed: true },
    fc.record({ name: fc.constantFrom(...unknownNames), value: fc.constantFrom(...unknownValues), at: place }),
    ({ name, value, at }, pairs) => inserted(pairs, `${name}=${value}`, at),
  ),
  twist(
    'empty-pairs',
    { explanation: 'Empty pairs stand in it.', allowed: true },
    fc.record({ at: place, pairs: fc.integer({ min: 1, max: 40 }) }),
    ({ at, pairs: many }, pairs) => inserted(pairs, '&'.repeat(many), at),
  ),
  twist(
    'nonce',
    { explanation: 'It bears a nonce of the server’s own.', allowed: true },
    fc.record({ bytes: fc.uint8Array({ minLength: 1, maxLength: 128 }).map((bytes) => [...bytes]), at: place }),
    ({ bytes, at }, pairs) => {
      const value = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      return pairs.some((pair) => pair.startsWith('nonce=')) ? pairs : inserted(pairs, `nonce=${value}`, at);
    },
  ),
  twist(
    'repeated',
    { explanation: 'A pair stands twice, and agrees with itself.', allowed: true },
    fc.record({ which: fc.nat(1), side: where }),
    ({ which, side }, pairs) => beside(pairs, pairs[which] ?? '', side),
  ),
  twist(
    'synonym',
    { explanation: 'The CA certificate stands under its other name.', allowed: true, only: 'getcacert' },
    fc.constant(null),
    (_, pairs) => pairs.map((pair) => pair.replace(/^certificate=/, 'cacert=')),
  ),
  twist('status', { explanation: 'The status is not 0, however near.' }, fc.constantFrom(...statuses), (value, pairs) =>
    pairs.map((pair) => (isStatus(pair) ? `status=${value}` : pair)),
  ),
  twist(
    'status-name',
    { explanation: 'The status stands under another name, however near.' },
    fc.constantFrom(...Object.keys(near)),
    (how, pairs) => pairs.map((pair) => (isStatus(pair) ? renamed(pair, how) : pair)),
  ),
  twist('no-status', { explanation: 'There is no status.' }, fc.constant(null), (_, pairs) =>
    pairs.filter((pair) => !isStatus(pair)),
  ),
  twist(
    'second-status',
    { explanation: 'A second status stands there, and disagrees.' },
    fc.record({ value: fc.constantFrom('1', '8', '12', '', '00', '-0', 'abc'), side: where }),
    ({ value, side }, pairs) => beside(pairs, `status=${value}`, side),
  ),
  twist(
    'certificate-name',
    { explanation: 'The certificate stands under another name, however near.' },
    fc.constantFrom(...Object.keys(near)),
    (how, pairs, context) => pairs.map((pair) => (isCertificate(pair, context) ? renamed(pair, how) : pair)),
  ),
  twist('no-certificate', { explanation: 'There is no certificate.' }, fc.constant(null), (_, pairs, context) =>
    pairs.filter((pair) => !isCertificate(pair, context)),
  ),
  twist(
    'second-certificate',
    { explanation: 'A second certificate stands there, and disagrees.' },
    fc.record({ is: fc.constantFrom(...Object.keys(seconds)), side: where }),
    ({ is, side }, pairs, context) =>
      beside(pairs, `${certificateName(context)}=${seconds[is]?.(context) ?? ''}`, side),
  ),
  twist(
    'certificate-under-both-names',
    {
      explanation:
        'The certificate of the answer is another device’s, and a good one has the name of the other answer.',
    },
    fc.constant(null),
    (_, pairs, context) => {
      const [good, bad] = context.operation === 'getcacert' ? ['cacert', 'certificate'] : ['certificate', 'cert'];
      const rest = pairs.filter((pair) => !isCertificate(pair, context));
      const own = pairs.find((pair) => isCertificate(pair, context)) ?? '';
      return [...rest, own.replace(/^[^=]*/, good), `${bad}=${otherCertificate(context)}`];
    },
  ),
  twist(
    'stray',
    { explanation: 'A piece stands in it that is no pair.' },
    fc.record({
      piece: fc.constantFrom('x', '=', '=0', '\0', '%', 'status', 'cert', 'x=%', 'x=%4g', 'nonce='),
      at: place,
    }),
    ({ piece, at }, pairs) => inserted(pairs, piece, at),
  ),
];

function otherCertificate(context: TwistContext): string {
  if (context.operation === 'enrollment') return base64(deviceCertificate(context, { spki: context.others.spki }));
  const { authority } = context.others;
  const template = { ...authorityTemplate(context, 365), spki: authority.certificate.spki };
  const issuer = { subject: template.subject, key: authority.key };
  return base64(signCertificate(template, issuer, authority.signature));
}
