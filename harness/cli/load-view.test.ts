import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { Tally } from '../fleet/batch.ts';
import { Collector } from '../fleet/collector.ts';
import { samplePlan } from '../fleet/sample-target.ts';
import { viewOn } from './load-view.ts';

const target = { kind: 'at', tlsUrl: '', httpUrl: '', anchorPem: '' } as const;
const open = { kind: 'open', perSecond: 10, stages: [{ seconds: 10, perSecond: 10 }] } as const;
const plan = samplePlan(target, { model: open });

/** What was written, on a terminal or into a file. */
function stream(isTTY: boolean) {
  const written: string[] = [];
  const output = { isTTY, columns: 120, write: (text: string) => written.push(text) };
  return { written, output: output as unknown as NodeJS.WriteStream };
}

/** Three enrolled, one refused, one waits. */
function counted(): Collector {
  const now = Date.now();
  const tally = new Tally();
  for (let i = 0; i < 5; i++) {
    tally.count('due');
    tally.count('started');
    if (i < 3) tally.ended('enrolled');
    if (i < 3) tally.took('enroll', 20 + i);
  }
  tally.ended('refused');
  tally.pending = 1;
  const collector = new Collector(plan, now - 1500, 2, String);
  collector.take(0, tally.take(now - 600, 0));
  return collector;
}

test('without a terminal there is a plain line every five seconds', () => {
  const { written, output } = stream(false);
  const view = viewOn(output, plan);
  view.phase('running', '');
  for (const elapsedMs of [500, 1000, 4500, 5600]) view.tick(counted(), elapsedMs, 0);
  view.end();
  assert.equal(written.length, 3, written.join(''));
  assert.match(written[1] ?? '', /^ +1 s {2}started 5 {2}ok 3 {2}failed 1 {2}late 0 {2}dropped 0 .*p50 21\.0 ms/);
  assert.ok(!written.join('').includes('\u001b'));
});

test('on a terminal the ladder is drawn again in its place, and taken away at the end', () => {
  const { written, output } = stream(true);
  const view = viewOn(output, plan);
  view.tick(counted(), 500, 0);
  const ladder = written.join('');
  const lines = ladder.split('\n').length - 1;
  assert.match(ladder, /ok +3 .*p50 21\.0 ms/);
  assert.match(ladder, /refused +1/);
  view.tick(counted(), 1000, 0);
  view.end();
  const erased = `\u001b[${lines}A\u001b[J`;
  assert.equal(written.filter((text) => text === erased).length, 2);
});

test('keys pause and go on, change the rate, drain, and stop', () => {
  const input = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: () => {},
    setEncoding: () => {},
    pause: () => {},
  });
  const done: string[] = [];
  const fleet = { factor: 1, drain: () => done.push('drain'), stop: () => done.push('stop') };
  const { output } = stream(true);
  const release = viewOn(output, plan).keys(input as unknown as NodeJS.ReadStream, fleet);
  const press = (keys: string): number => {
    input.emit('data', keys);
    return Math.round(fleet.factor * 100);
  };
  assert.deepEqual([press('+'), press('p'), press('p'), press('-')], [110, 0, 110, 100]);
  press('d');
  press('d');
  press('q');
  assert.deepEqual(done, ['drain', 'stop', 'stop']);
  release();
  press('p');
  assert.equal(fleet.factor.toFixed(2), '1.00');
  assert.equal(input.listenerCount('data'), 0);
});
