import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weighReturns } from './spread-flows.ts';

const rows: readonly (readonly [what: string, restsMs: readonly number[], isBurst: boolean])[] = [
  ['in step', [1001, 1002, 1001, 1004, 1003, 1002], true],
  ['in step, on a busy machine', [1001, 1260, 1030, 1044, 1003, 1120], true],
  ['a fixed part on top is no chance', [1301, 1302, 1301, 1304, 1303, 1302], true],
  ['spread over half of the time', [1020, 1480, 1210, 1333, 1102, 1405], false],
  ['two by chance at one moment', [1020, 1030, 1210, 1333, 1102, 1405], false],
  ['half of them at one moment are no more than half', [1001, 1010, 1020, 1333, 1102, 1405], false],
  ['a slow device, by what it waits itself', [5001, 5200, 5240, 5100, 5230, 5900], true],
];

for (const [what, restsMs, isBurst] of rows) {
  test(`devices that were told to wait at one moment come back: ${what}`, () => {
    const weighed = weighReturns(restsMs);
    assert.equal(weighed.isBurst, isBurst, weighed.because);
    assert.match(weighed.because, /told to wait for 1 s, 6 starts/);
  });
}
