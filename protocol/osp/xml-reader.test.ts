import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { readXml, type XmlElement, xmlLimits } from './xml-reader.ts';
import { writeXml, type XmlPart } from './xml-writer.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const read = (text: string): XmlElement => readXml(Buffer.from(text));

function problem(bytes: Uint8Array | string): MusterError {
  try {
    readXml(Buffer.from(bytes));
  } catch (thrown) {
    assert.ok(thrown instanceof MusterError, String(thrown));
    assert.deepEqual([thrown.code, thrown.fault], ['xml-malformed', 'peer']);
    return thrown;
  }
  assert.fail(`read: ${String(bytes).slice(0, 80)}`);
}

test('a document becomes a tree, with attributes, texts and places', () => {
  const root = read('<?xml version="1.0"?>\n<a b="1&amp;2">x<c/>&lt;y&#62;<![CDATA[<z>]]><!-- not this --></a>\n');
  assert.deepEqual([root.name, root.attributes.get('b'), root.text, root.line], ['a', '1&2', 'x<y><z>', 2]);
  assert.deepEqual(
    root.children.map(({ name, children, text }) => [name, children, text]),
    [['c', [], '']],
  );
});

test('a name of an object’s own is a name like any other', () => {
  const root = read('<constructor __proto__="1" toString="2"/>');
  assert.deepEqual(
    [...root.attributes],
    [
      ['__proto__', '1'],
      ['toString', '2'],
    ],
  );
});

test('what is no XML is told by line and column', () => {
  for (const [text, line, column] of [
    ['<a>\n<b></a>', 2, 7],
    ['<a>&unknown;</a>', 1, 12],
    ['<a>&#0;</a>', 1, 7],
    ['<a b="1" b="2"/>', 1, 16],
    ['<a/><b/>', 1, 7],
    ['<a/>more', 1, 8],
    ['<a>\u0001</a>', 1, 4],
    ['<a>', 1, 3],
    ['', 1, 0],
  ] as const) {
    const { details, message } = problem(text);
    assert.deepEqual([details.line, details.column], [line, column], `${text}: ${message}`);
    assert.match(message, /^The XML cannot be read, line \d+, column \d+: .+\.$/);
  }
});

describe('what no message of a gateway needs is refused', () => {
  const entities = Array.from({ length: 10 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');
  for (const [what, text] of [
    ['an entity bomb', `<!DOCTYPE a [<!ENTITY e0 "ha">${entities}]><a>&e10;</a>`],
    ['an entity of its own', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
    ['a file as an entity', '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    ['a DOCTYPE alone', '<!DOCTYPE a><a/>'],
    ['a processing instruction', '<?xml-stylesheet href="x"?><a/>'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ['more levels than there may be', '<a>'.repeat(xmlLimits.depth + 1) + '</a>'.repeat(xmlLimits.depth + 1)],
    ['more elements than there may be', `<a>${'<b/>'.repeat(xmlLimits.elements)}</a>`],
    ['more attributes than there may be', `<a ${Array.from({ length: 17 }, (_, n) => `b${n}=""`).join(' ')}/>`],
    ['a longer name than there may be', `<${'a'.repeat(xmlLimits.name + 1)}/>`],
    ['a longer name of an attribute', `<a ${'b'.repeat(xmlLimits.name + 1)}=""/>`],
    ['a longer value of an attribute', `<a b="${'x'.repeat(xmlLimits.value + 1)}"/>`],
    ['more bytes than there may be', `<a>${' '.repeat(xmlLimits.bytes)}</a>`],
  ] as const) {
    test(what, () => void problem(text));
  }

  test('and as much as there may be is read (control)', () => {
    read('<a>'.repeat(xmlLimits.depth) + '</a>'.repeat(xmlLimits.depth));
    read(`<a>${'<b/>'.repeat(xmlLimits.elements - 1)}</a>`);
    read(`<a ${Array.from({ length: 16 }, (_, n) => `b${n}=""`).join(' ')}/>`);
    read(`<${'a'.repeat(xmlLimits.name)} ${'b'.repeat(xmlLimits.name)}="${'x'.repeat(xmlLimits.value)}"/>`);
    read(`<a>${' '.repeat(xmlLimits.bytes - 7)}</a>`);
    read('\ufeff<?xml version="1.0" encoding="us-ascii"?><a/>');
  });

  test('bytes that are no UTF-8, and of them it says that the encoding is wrong', () => {
    assert.equal(problem(Uint8Array.of(0x3c, 0xe9, 0x2f, 0x3e)).details.encoding, true);
    assert.equal(problem('<?xml version="1.0" encoding="latin1"?><a/>').details.encoding, true);
    assert.equal(problem('<a').details.encoding, undefined);
  });
});

/** Shapes that cost a careless reader more than their length. */
const costly = [
  (n: number) => '<a>'.repeat(n / 3),
  (n: number) => '<'.repeat(n),
  (n: number) => `<a>${'&amp;'.repeat(n / 5)}`,
  (n: number) => `<a>${'&'.repeat(n)}`,
  (n: number) => `<a>${'<![CDATA[]]>'.repeat(n / 12)}</a>`,
  (n: number) => `<a>${']]'.repeat(n / 2)}`,
  (n: number) => `<!DOCTYPE a [${'<!ENTITY a "&a;">'.repeat(n / 17)}`,
  (n: number) => `<!--${'-'.repeat(n)}`,
  (n: number) => `<a ${'b="" '.repeat(n / 5)}`,
  (n: number) => `<a b="${'\n'.repeat(n)}`,
];

test('eight times the bytes take no more than about eight times the time', () => {
  const bytes = xmlLimits.bytes - 64;
  for (const shape of costly) {
    // In milliseconds of our own work, the best of several: what else the machine does just then does not count.
    const timed = (text: string): number => {
      const once = (): number => {
        const before = process.cpuUsage();
        try {
          read(text);
        } catch {
          // Refused or not, it must end.
        }
        return process.cpuUsage(before).user / 1000;
      };
      return Math.min(...Array.from({ length: 8 }, once));
    };
    const [short, long] = [shape(bytes / 8), shape(bytes)];
    timed(short);
    // A quadratic reader would need 64 times as long, however often it is measured; a busy machine disturbs one time or another.
    const isLinear = (): boolean => timed(long) < 24 * timed(short) + 5;
    assert.ok(isLinear() || isLinear() || isLinear(), long.slice(0, 20));
  }
});

test('no bytes make the reader throw anything but its own error', () => {
  const pieces = [
    '<a',
    '>',
    '</a>',
    '/>',
    '<!DOCTYPE',
    '<![CDATA[',
    ']]>',
    '&#',
    ';',
    '<?xml',
    '?>',
    ' b="',
    '"',
    '\0',
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())).map((parts) => Buffer.from(parts.join(''))),
  );
  const property = fc.property(bytes, (some) => {
    try {
      readXml(some);
    } catch (thrown) {
      assert.ok(thrown instanceof MusterError && thrown.code === 'xml-malformed', String(thrown));
    }
  });
  fc.assert(property, { seed, numRuns: 2000 });
});

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9._-]{0,10}$/);
const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((one) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML excludes
  return !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(one);
});
const part: fc.Arbitrary<XmlPart> = fc.letrec<{ part: XmlPart }>((tie) => ({
  part: fc.record(
    {
      name,
      attributes: fc.dictionary(name, text, { maxKeys: 4, noNullPrototype: true }),
      content: fc.oneof({ depthSize: 'small' }, text, fc.array(tie('part'), { minLength: 1, maxLength: 3 })),
    },
    { noNullPrototype: true },
  ),
})).part;

test('what is written is read again, whatever characters it has', () => {
  const back = ({ name, attributes, children, text }: XmlElement): XmlPart => ({
    name,
    attributes: Object.fromEntries(attributes),
    content: children.length > 0 ? children.map(back) : text,
  });
  const property = fc.property(part, (some) => {
    assert.deepEqual(back(readXml(writeXml(some))), some);
  });
  fc.assert(property, { seed, numRuns: 500 });
});

test('a character that XML has no form for is not written', () => {
  for (const content of ['\0', '\u001b', '\ufffe', '\ud800'])
    assert.throws(() => writeXml({ name: 'a', content }), { code: 'internal', message: /U\+[0-9a-f]{4}/ });
  assert.equal(read(Buffer.from(writeXml({ name: 'a', content: '\t\r\n😀' })).toString()).text, '\t\r\n😀');
});
