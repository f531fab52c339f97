import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from './batch.ts';
import { Stopwatch } from './stopwatch.ts';

const secret = 'canary-1';

function sent(watch: Stopwatch, operation: string): void {
  watch.step({ name: operation, detail: 'over TLS' });
  const body = Buffer.from(`operation=${operation}&password=${secret}`);
  watch.wire({ direction: 'sent', transport: 'tls', head: 'POST /tep HTTP/1.1', body, at: new Date() });
}

test('the transcript of a device that waits begins with its last wait, and shows no password (control: one that does not wait)', () => {
  const tally = new Tally();
  const watch = new Stopwatch(tally, () => {});
  sent(watch, 'request');
  assert.match(watch.transcript(secret), /operation=request&password=\[redacted\]/);
  for (let poll = 0; poll < 3; poll++) {
    watch.step({ name: 'pending', detail: `poll ${poll}`, toldSeconds: 0.001 });
    sent(watch, 'retrieve');
  }
  const transcript = watch.transcript(secret);
  assert.doesNotMatch(transcript, /operation=request|canary/);
  assert.equal([...transcript.matchAll(/operation=retrieve/g)].length, 1);
  assert.match(transcript, /pending: poll 2/);
});

test('what a device was told and how long it waited are timed; a message before that time is early', () => {
  const tally = new Tally();
  const watch = new Stopwatch(tally, () => {});
  watch.step({ name: 'pending', detail: '', toldSeconds: 0 });
  sent(watch, 'retrieve');
  watch.step({ name: 'retry', detail: '', toldSeconds: 60 });
  sent(watch, 'retrieve');
  const { samples, early, polls, retried } = tally.take(0, 0);
  assert.deepEqual([early, polls, retried], [1, 2, 1]);
  assert.deepEqual(samples.told, [0, 60_000_000]);
  assert.equal(samples.rest?.length, 2);
});
