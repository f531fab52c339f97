import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteWord, tokenizeLine } from './tokenizer.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

function texts(line: string): string[] {
  return tokenizeLine(line).words.map(({ text }) => text);
}

test('blanks and tabs part words, quotes of either kind hold them together, # begins a comment outside quotes', () => {
  assert.deepEqual(texts(' \tdevice\t "a b"  \'c "d"\' "" e#f "g" '), ['device', 'a b', 'c "d"', '', 'e']);
  assert.deepEqual(texts('group "#1" # two'), ['group', '#1']);
  assert.deepEqual(texts('# all "comment'), []);
  assert.deepEqual(texts(''), []);
});

test('a word knows where it stands and whether it was quoted', () => {
  assert.deepEqual(tokenizeLine(' a "b" ').words, [
    { text: 'a', quoted: false, start: 1, end: 2 },
    { text: 'b', quoted: true, start: 3, end: 6 },
  ]);
});

test('a broken word is named by its column, and a good one by none', () => {
  assert.equal(tokenizeLine('group "a').problem?.column, 7);
  assert.equal(tokenizeLine('group "a"b').problem?.column, 10);
  assert.equal(tokenizeLine('group "a" b').problem, undefined);
});

test('blanks of other scripts are refused outside quotes, where they would look like ours, and allowed inside', () => {
  assert.match(tokenizeLine('group\u00a0ACME').problem?.message ?? '', /U\+00A0/);
  assert.deepEqual(texts('group "HK\u00a0Telecom"'), ['group', 'HK\u00a0Telecom']);
  assert.equal(tokenizeLine('group "HK\u00a0Telecom"').problem, undefined);
});

test('a word is written bare where that reads back the same, else in double quotes, else in single quotes', () => {
  assert.equal(quoteWord('ACME'), 'ACME');
  assert.equal(quoteWord('ACME ITSP'), '"ACME ITSP"');
  assert.equal(quoteWord(''), '""');
  assert.equal(quoteWord('a#b'), '"a#b"');
  assert.equal(quoteWord("O'Hara"), '"O\'Hara"');
  assert.equal(quoteWord('the "first"'), '\'the "first"\'');
});

test('a word that no quotes can hold is refused', () => {
  for (const word of ['"\'', 'a\nb', 'a\u0000', '\ud800']) {
    assert.throws(() => quoteWord(word), { code: 'config-invalid' }, JSON.stringify(word));
  }
});

test('property: every word that can be written reads back as itself, next to any other', () => {
  const word = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(word, word, (one, other) => {
      let line: string;
      try {
        line = `${quoteWord(one)} ${quoteWord(other)}# end`;
      } catch {
        fc.pre(false);
        return;
      }
      assert.deepEqual(texts(line), [one, other]);
      assert.equal(tokenizeLine(line).problem, undefined);
    }),
    { seed },
  );
});
