import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weighRests } from './polling-flows.ts';

const rows: readonly (readonly [what: string, rests: readonly number[], told: number | undefined, verdict: string])[] =
  [
    ['one message for each command shows no pace', [], undefined, 'unseen'],
    ['one message for each command shows no pace, whatever was told', [], 0.05, 'unseen'],
    ['a second or more is a rest', [1000, 1500], undefined, 'rests'],
    ['less than a second is short where nothing was told', [1500, 300, 1500], undefined, 'short'],
    ['one poll without a rest is enough', [1500, 2, 1500], undefined, 'none'],
    ['what was told is a rest', [50.2, 61], 0.05, 'rests'],
    ['a timer may end on a whole millisecond', [49], 0.05, 'rests'],
    ['less than what was told is none', [61, 30], 0.05, 'none'],
    ['no pace that was told allows no rest at all', [1], 0.001, 'none'],
  ];

for (const [what, rests, told, verdict] of rows) {
  test(`the rests of a polling device: ${what}`, () => {
    const weighed = weighRests(rests, told);
    assert.equal(weighed.verdict, verdict, weighed.because);
    if (rests.length > 0) assert.match(weighed.because, new RegExp(`\\b${Math.min(...rests).toFixed(0)} ms`));
  });
}
