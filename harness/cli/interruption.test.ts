import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onInterruption } from './interruption.ts';

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} stops what is under way and gives its exit code ${code}; a second signal ends the process`, (t) => {
    const exit = t.mock.method(process, 'exit', () => undefined as never);
    const stop = t.mock.fn();
    const before = process.listenerCount(signal);
    const interruption = onInterruption(stop);
    assert.equal(interruption.exitCode(), undefined);
    process.emit(signal, signal);
    assert.equal(stop.mock.callCount(), 1);
    assert.equal(exit.mock.callCount(), 0);
    assert.equal(interruption.exitCode(), code);
    process.emit('SIGINT', 'SIGINT');
    assert.deepEqual(exit.mock.calls[0]?.arguments, [code]);
    interruption.release();
    assert.equal(process.listenerCount(signal), before);
  });
}
