import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differenceOf, type TextDifference, unifiedText } from './text-difference.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

/** The other text, made of the one and the difference. */
function applied(before: string, { hunks }: TextDifference): string[] {
  const lines = before.split('\n');
  for (const { beforeLine, lines: said } of hunks.toReversed()) {
    const old = said.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
    const at = beforeLine - 1;
    assert.deepEqual(lines.slice(at, at + old.length), old, 'the hunk fits');
    lines.splice(at, old.length, ...said.filter((line) => !line.startsWith('-')).map((line) => line.slice(1)));
  }
  return lines;
}

test('a changed line is shown with what is around it, in the form of diff -u', () => {
  const lines = Array.from({ length: 20 }, (_, number) => `# ${number}`);
  const before = `${lines.join('\n')}\n`;
  const after = before.replace('# 9\n', 'enroll enabled\n');
  const difference = differenceOf(before, after);
  assert.deepEqual([difference.removed, difference.added], [1, 1]);
  assert.equal(
    unifiedText(difference, 'a', 'b'),
    '--- a\n+++ b\n@@ -7,7 +7,7 @@\n # 6\n # 7\n # 8\n-# 9\n+enroll enabled\n # 10\n # 11\n # 12\n',
  );
  assert.equal(unifiedText(differenceOf(before, before), 'a', 'b'), '');
});

test('license keys and parameters are not shown, and a change of one is seen', () => {
  const before = 'license "old-secret"\ncrypto secret-1\nenroll enabled\n';
  const after = '  license "new-secret" # now\ncrypto secret-1\nenroll disabled\n';
  const text = unifiedText(differenceOf(before, after), 'a', 'b');
  assert.doesNotMatch(text, /secret/);
  assert.match(text, /^-license \[not shown, [0-9a-f]{6}\]\n\+ {2}license \[not shown, [0-9a-f]{6}\]\n crypto \[not/m);
});

test('a last line without its end, and texts of nothing, are told from others', () => {
  for (const [before, after] of [
    ['', 'a\n'],
    ['a\n', ''],
    ['a\n', 'a\nb'],
    ['a\r\n', 'a\n'],
    ['a\n', 'a'],
  ] as const) {
    const { removed, added } = differenceOf(before, after);
    assert.ok(removed + added > 0, JSON.stringify([before, after]));
  }
});

test('line ends are shown where they differ, and not where they are alike', () => {
  assert.deepEqual(differenceOf('a\r\nb\r\n', 'a\r\nc\r\n').hunks[0]?.lines, [' a', '-b', '+c']);
  assert.deepEqual(differenceOf('a\r\n', 'a\n').hunks[0]?.lines, ['-a␍', '+a']);
});

test('property: the difference makes of the one text the other', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
  fc.assert(
    fc.property(texts, texts, fc.array(fc.constant('same'), { maxLength: 9 }), (one, other, around) => {
      const [before, after] = [one, other].map((lines) => [...around, ...lines, ...around, ''].join('\n'));
      const difference = differenceOf(before ?? '', after ?? '');
      assert.deepEqual(applied(before ?? '', difference).join('\n'), after);
    }),
    { seed, numRuns: 500 },
  );
});

test('large texts: one line of many is found at once; two that have nothing in common end in time, and are right', () => {
  const lines = Array.from({ length: 40_000 }, (_, number) => `device gw${number}.example.com a enabled`);
  const before = `${lines.join('\n')}\n`;
  const begun = performance.now();
  const one = differenceOf(before, before.replace('gw20000.example.com a enabled', 'gw20000.example.com a disabled'));
  assert.deepEqual([one.hunks.length, one.removed, one.added], [1, 1, 1]);
  assert.equal(one.hunks[0]?.beforeLine, 19_998);
  const all = differenceOf(before, before.replaceAll('enabled', 'disabled'));
  assert.deepEqual([all.removed, all.added], [40_000, 40_000]);
  const seconds = (performance.now() - begun) / 1000;
  assert.ok(seconds < 5, `took ${seconds.toFixed(1)} s`);
});
