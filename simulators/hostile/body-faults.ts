import {
  after,
  type BodyFault,
  bothIds,
  faults,
  instead,
  rewritten,
  texts,
  twice,
  values,
  without,
} from './body-fault.ts';

const mandatory = ['nonce', 'username', 'password', 'device', 'customer', 'request'] as const;
const long = [
  ['256-bytes', 256],
  ['4-KiB', 4096],
  ['64-KiB', 65_536],
] as const;

/**
 * Bodies of a request that are wrong in one thing each, in groups that an honest server refuses alike. Bytes are written as
 * they go out: `%00` is three characters of a body.
 */
export const bodyFaults = {
  empty: faults([
    ['no-bytes', 'The body is empty.', () => ''],
    ['ampersand', 'The body is an ampersand.', () => '&'],
    ['ampersands', 'The body is three ampersands.', () => '&&&'],
    ['equals', 'The body is an equals sign.', () => '='],
    ['pairs-of-nothing', 'The body is pairs without names or values.', () => '=&=&='],
    ['names-only', 'The body is names without values.', () => 'operation&nonce&username&password'],
    ['piece-without-equals', 'A piece of the body has no equals sign.', after('&justaname')],
    ['value-without-name', 'A piece of the body has no name.', after('&=value')],
  ]),
  operation: faults([
    ['operation-missing', 'It has no operation.', without('operation')],
    ['operation-empty', 'Its operation is empty.', instead('operation', '')],
    ['operation-unknown', 'It asks for an operation that there is not.', instead('operation', 'enroll')],
    ['operation-in-capitals', 'Its operation is in capitals.', instead('operation', 'REQUEST')],
    ['operation-after-blank', 'A blank stands before its operation.', instead('operation', '%20request')],
    ['operation-before-nul', 'A NUL stands behind its operation.', instead('operation', 'request%00')],
  ]),
  repeated: faults([
    ['operation-twice', 'The operation stands twice and disagrees.', after('&operation=retrieve')],
    ...[...mandatory].flatMap(
      (name) =>
        [
          [`${name}-twice-bad-first`, `Another ${name} stands before the good one.`, twice(name, 'before')],
          [`${name}-twice-bad-last`, `Another ${name} stands after the good one.`, twice(name, 'after')],
        ] as const,
    ),
    ['synonym-disagrees', 'It has request and certreq, and they disagree.', after('&certreq=AAAA')],
  ]),
  missing: faults(
    mandatory.flatMap((name) => [
      [`${name}-missing`, `It has no ${name}.`, without(name)],
      [`${name}-empty`, `Its ${name} is empty.`, instead(name, '')],
    ]),
  ),
  long: faults(
    mandatory.flatMap((name) =>
      long.map(([size, bytes]) => [
        `${name}-of-${size}`,
        `Its ${name} has ${bytes} bytes.`,
        instead(name, (name === 'request' ? 'A' : '1').repeat(bytes)),
      ]),
    ),
  ),
  escapes: faults([
    ['percent-alone', 'A value ends with a percent sign.', after('&x=%')],
    ['percent-and-one-digit', 'A value ends with half an escape.', after('&x=%4')],
    ['percent-and-letters', 'An escape has no hexadecimal digits.', after('&x=%ZZ')],
    ['percent-twice', 'Two percent signs begin an escape.', after('&x=%%41')],
    ['percent-u', 'An escape is of the form that scripts use.', after('&x=%u0041')],
    ['percent-in-username', 'The user name ends with a percent sign.', rewritten('username', (value) => `${value}%`)],
  ]),
  'escaped-twice': faults([
    ...texts.map(
      (name) =>
        [
          `${name}-escaped-twice`,
          `The escapes of the ${name} are escaped again.`,
          rewritten(name, (value) => value.replaceAll('%', '%25')),
        ] as const,
    ),
    [
      'request-escaped-twice',
      'The escapes of the PKCS#10 are escaped again.',
      rewritten('request', (value) => value.replaceAll('%', '%25')),
    ],
    ...bothIds.map(
      (name) =>
        [
          `${name}-escaped-twice`,
          `The digits of the ${name} are escaped twice.`,
          rewritten(name, (value) => value.replace(/\d/g, '%253$&')),
        ] as const,
    ),
  ]),
  nul: faults(
    [...texts, ...bothIds].flatMap((name) => [
      [`${name}-before-nul`, `A NUL ends the ${name}.`, rewritten(name, (value) => `${value}%00`)],
      [`${name}-nul-and-more`, `A NUL and letters follow the ${name}.`, rewritten(name, (value) => `${value}%00more`)],
    ]),
  ),
  controls: faults([
    ...[...texts, ...bothIds].map(
      (name) =>
        [
          `${name}-with-line-break`,
          `A line break stands in the ${name}.`,
          rewritten(name, (value) => `${value.slice(0, 1)}%0D%0A${value.slice(1)}`),
        ] as const,
    ),
    [
      'header-in-username',
      'The user name goes on with a header line.',
      rewritten('username', (value) => `${value}%0D%0ASet-Cookie%3A%20a%3Db`),
    ],
    [
      'log-line-in-username',
      'The user name goes on with a line for the log.',
      rewritten('username', (value) => `${value}%0A2026-01-01T00%3A00%3A00Z%20issued%20everything`),
    ],
    ['tab-in-username', 'A tab ends the user name.', rewritten('username', (value) => `${value}%09`)],
    ['delete-in-username', 'The character DEL ends the user name.', rewritten('username', (value) => `${value}%7F`)],
    [
      'next-line-in-username',
      'The control character U+0085 ends the user name.',
      rewritten('username', (value) => `${value}%C2%85`),
    ],
  ]),
  'not-utf8': faults([
    ...texts.map(
      (name) =>
        [
          `${name}-overlong`,
          `The first letter of the ${name} takes two bytes.`,
          rewritten(name, (value) => `${overlong(value.charCodeAt(0))}${value.slice(1)}`),
        ] as const,
    ),
    ['overlong-nul', 'The user name holds a NUL of two bytes.', rewritten('username', (value) => `${value}%C0%80`)],
    [
      'overlong-slash',
      'The user name holds a slash of three bytes.',
      rewritten('username', (value) => `${value}%E0%80%AF`),
    ],
    ['surrogate', 'The user name holds half a surrogate pair.', rewritten('username', (value) => `${value}%ED%A0%80`)],
    [
      'byte-of-no-character',
      'The user name holds a byte that begins nothing.',
      rewritten('username', (value) => `${value}%80`),
    ],
    ['character-cut', 'The last character of the user name is cut.', rewritten('username', (value) => `${value}%C3`)],
    [
      'beyond-unicode',
      'The user name holds a character beyond Unicode.',
      rewritten('username', (value) => `${value}%F4%90%80%80`),
    ],
  ]),
  'almost-right': faults([
    ...texts.flatMap(
      (name) =>
        [
          [`${name}-with-blank-after`, `A blank follows the ${name}.`, rewritten(name, (value) => `${value}%20`)],
          [`${name}-with-blank-before`, `A blank comes before the ${name}.`, rewritten(name, (value) => `%20${value}`)],
          [`${name}-in-capitals`, `The ${name} is in capitals.`, rewritten(name, (value) => value.toUpperCase())],
          [`${name}-cut`, `The last letter of the ${name} is missing.`, rewritten(name, (value) => value.slice(0, -1))],
          [`${name}-and-more`, `A letter follows the ${name}.`, rewritten(name, (value) => `${value}x`)],
          [
            `${name}-with-mark`,
            `A byte order mark comes before the ${name}.`,
            rewritten(name, (value) => `%EF%BB%BF${value}`),
          ],
        ] as const,
    ),
  ]),
  injection: faults(
    values.flatMap(([id, what, text]) =>
      [...texts, ...bothIds].map((name) => [
        `${name}-of-${id}`,
        `The ${name} has the shape of ${what}.`,
        instead(name, encodeURIComponent(text).replaceAll("'", '%27')),
      ]),
    ),
  ),
  base64: faults([
    [
      'padding-missing',
      'The base64 of the PKCS#10 has no padding.',
      rewritten('request', (value) => value.replace(/(%3D)+$/, '')),
    ],
    [
      'padding-surplus',
      'The base64 of the PKCS#10 has more padding than is due.',
      rewritten('request', (value) => `${value}%3D%3D`),
    ],
    [
      'alphabet-of-urls',
      'The base64 of the PKCS#10 has minus and underscore for plus and slash.',
      rewritten('request', (value) => value.replaceAll('%2B', '%2D').replaceAll('%2F', '%5F')),
    ],
    [
      'blank-inside',
      'A blank stands in the base64 of the PKCS#10.',
      rewritten('request', (value) => `${value.slice(0, 40)}%20${value.slice(40)}`),
    ],
    ['pem-armour', 'The PKCS#10 is in its PEM armour.', rewritten('request', (value) => `${begin}${value}${end}`)],
    [
      'quotation-marks',
      'The base64 of the PKCS#10 stands in quotation marks.',
      rewritten('request', (value) => `%22${value}%22`),
    ],
    ['characters-of-none', 'The PKCS#10 is no base64 at all.', instead('request', '%21%21%21')],
  ]),
  names: faults([
    ['request-with-more', 'The PKCS#10 is in requestx and not in request.', renamed('request', 'requestx')],
    ['nonce-with-number', 'The nonce is in nonce1 and not in nonce.', renamed('nonce', 'nonce1')],
    ['operation-with-less', 'The operation is in operatio and not in operation.', renamed('operation', 'operatio')],
    [
      'operation-with-prefix',
      'The operation is in xoperation and not in operation.',
      renamed('operation', 'xoperation'),
    ],
    [
      'names-in-capitals',
      'The names of the variables are in capitals.',
      (good) => good.text.replace(/(^|&)(\w+)=/g, (name) => name.toUpperCase()),
    ],
    ['password-as-array', 'The password is in password[] and not in password.', renamed('password', 'password[]')],
  ]),
  numbers: faults(
    bothIds.flatMap((name) => [
      [`${name}-of-letters`, `Letters follow the ${name}.`, rewritten(name, (value) => `${value}abc`)],
      [`${name}-negative`, `The ${name} is negative.`, rewritten(name, (value) => `%2D${value}`)],
      [`${name}-with-plus`, `The ${name} has a plus sign.`, rewritten(name, (value) => `%2B${value}`)],
      [`${name}-with-zero`, `The ${name} has a leading zero.`, rewritten(name, (value) => `0${value}`)],
      [`${name}-with-blank`, `A blank comes before the ${name}.`, rewritten(name, (value) => `%20${value}`)],
      [`${name}-with-point`, `The ${name} is written as a fraction.`, rewritten(name, (value) => `${value}.0`)],
      [
        `${name}-over-64-bits`,
        `The ${name} is 2^64 and the right one.`,
        rewritten(name, (value) => String(2n ** 64n + BigInt(value))),
      ],
      [`${name}-of-2-64`, `The ${name} is 2^64.`, instead(name, String(2n ** 64n))],
      [
        `${name}-in-hexadecimal`,
        `The ${name} is in hexadecimal.`,
        rewritten(name, (value) => `0x${BigInt(value).toString(16)}`),
      ],
      [
        `${name}-in-other-digits`,
        `The ${name} is in full-width digits.`,
        rewritten(name, (value) => value.replace(/\d/g, (digit) => `%EF%BC%9${digit}`)),
      ],
    ]),
  ),
} as const satisfies Record<string, readonly BodyFault[]>;

const begin = encodeURIComponent('-----BEGIN CERTIFICATE REQUEST-----\n');
const end = encodeURIComponent('\n-----END CERTIFICATE REQUEST-----\n');

/** A character of one byte in the two that UTF-8 forbids it. */
function overlong(code: number): string {
  return `%${(0xc0 | (code >> 6)).toString(16)}%${(0x80 | (code & 0x3f)).toString(16)}`;
}

function renamed(name: string, other: string): BodyFault['body'] {
  return (good) => good.text.replace(new RegExp(`(^|&)${name}=`), `$1${other}=`);
}
