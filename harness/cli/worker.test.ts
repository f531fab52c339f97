import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ThrowAwayPostgres } from '#reference-server/store/throw-away-postgres.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { type SampleTarget, startSampleTarget } from '../fleet/sample-target.ts';
import { long } from '../long-tests.ts';
import { loadWithLoss } from '../queue/sample-workers.ts';
import { exitCodes } from './exit-codes.ts';

const fleet = 21;
const { schema, validate } = schemaIn('load-record.schema.json');

let cluster: ThrowAwayPostgres;
let target: SampleTarget;
before(async () => {
  [cluster, target] = await Promise.all([ThrowAwayPostgres.start(), startSampleTarget(fleet)]);
  target.delayMs = 150;
});
after(() => Promise.all([cluster.remove(), target.close()]));

test(
  'three workers at one queue, one killed in the middle: seen, redelivered, and the merged verdict right to the last device',
  long,
  async () => {
    const { code, record, devices, printed } = await loadWithLoss({
      target,
      queue: cluster.url(),
      fleet,
      lostAfter: '2s',
    });
    assert.equal(code, exitCodes.good, printed);
    assert.deepEqual(validate(schema, record), []);
    assert.deepEqual([record.verdict, record.counts.ends.enrolled, record.ledger.certificates], ['pass', fleet, fleet]);
    assert.deepEqual(new Set(devices).size, fleet);
    assert.match(
      record.reasons.join('\n'),
      /Shard 2 of 3: its worker was lost, and it was delivered again: delivery \d counts/,
    );
    assert.match(printed, /shard 2 of 3: 7 simulators, \d+ threads, delivery \d/);
    assert.doesNotMatch(printed, /canary/);
  },
);
