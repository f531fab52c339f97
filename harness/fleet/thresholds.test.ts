import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { judgeThreshold, parseThreshold, type Stretch } from './thresholds.ts';

const stretch: Stretch = {
  seconds: 10,
  due: 220,
  started: 200,
  late: 20,
  dropped: 20,
  retried: 1,
  polls: 19,
  early: 1,
  succeeded: 198,
  failed: 2,
  memoryMiB: 1400,
  latency: (step, percentile) => (step === 'enroll' ? (percentile === 95 ? 1500 : 800) : undefined),
};

const judged: readonly [text: string, met: boolean, seen: string][] = [
  ['enroll.p95<2s', true, '1.50 s'],
  ['enroll.p95<1500ms', false, '1.50 s'],
  ['enroll.p95<=1500ms', true, '1.50 s'],
  ['enroll.mean > 0.5s', true, '800.0 ms'],
  ['retrieve.p99.9<1s', false, 'nothing was timed'],
  ['failed<1%', false, '1.00 %'],
  ['failed<1.5%', true, '1.00 %'],
  ['failed<3', true, '2'],
  ['late<=10%', true, '10.00 %'],
  ['dropped<5%', false, '9.09 %'],
  ['retried<1', false, '1'],
  ['early<1', false, '1'],
  ['early<=5%', true, '5.00 %'],
  ['rate>=19.8/s', true, '19.8/s'],
  ['rate>100/s', false, '19.8/s'],
  ['memory<1.5GiB', true, '1400 MiB'],
  ['memory<1400MiB', false, '1400 MiB'],
];

for (const [text, met, seen] of judged) {
  test(`${text} ${met ? 'holds' : 'does not hold'} where ${seen} was seen`, () => {
    assert.deepEqual(judgeThreshold(parseThreshold(text), stretch), { met, seen });
  });
}

test('a threshold may look at the last stretch, and may end the run', () => {
  const { windowSeconds, aborts, bound } = parseThreshold('failed<0.5%/1m:abort');
  assert.deepEqual([windowSeconds, aborts, bound], [60, true, 0.005]);
  const plain = parseThreshold('failed<0.5%');
  assert.deepEqual([plain.windowSeconds, plain.aborts], [undefined, false]);
  assert.equal(parseThreshold('rate>5/s/30s').windowSeconds, 30);
});

const refused: readonly [text: string, why: RegExp][] = [
  ['', /expected STEP/],
  ['enroll.p95', /expected STEP/],
  ['enroll.p95<2', /compared with a duration/],
  ['enroll.p95<2%', /compared with a duration/],
  ['enroll.p42<2s', /no «p42» of enroll; expected one of min/],
  ['enrol.p95<2s', /no «enrol»; expected one of failed/],
  ['failed<2s', /number or a percentage/],
  ['rate>5', /a rate is N\/s/],
  ['memory<2', /compared with a size/],
  ['failed<1%/100ms', /at least 1s/],
  ['failed<1%:stop', /expected STEP/],
  ['failed=1%', /expected STEP/],
];

for (const [text, why] of refused) {
  test(`«${text}» is refused with what was expected`, () => {
    assert.throws(
      () => parseThreshold(text),
      (error) => error instanceof MusterError && error.code === 'settings-invalid' && why.test(error.message),
    );
  });
}
