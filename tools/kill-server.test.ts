import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

test('a server that is killed again and again keeps what it told its devices', () => {
  const tool = join(import.meta.dirname, 'kill-server.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--kills', '3'], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  assert.match(
    stdout,
    /^3 kills of seed \d+: \d+ requests, [1-9]\d* certificates, [1-9]\d* answers lost; 0 promises broken/m,
  );
});
