import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { whileLocked } from './change-lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-lock-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('work under one lock is never at once, whatever ends it; under another lock it may be', async () => {
  const lock = join(folder, 'a.lock');
  let inside = 0;
  let most = 0;
  const work = async (fails: boolean): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
    if (fails) throw new Error('on purpose');
  };
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, (_, number) => whileLocked(lock, () => work(number % 3 === 0))),
  );
  assert.deepEqual([most, all.filter(({ status }) => status === 'rejected').length], [1, 7]);
  await Promise.all([whileLocked(lock, () => work(false)), whileLocked(join(folder, 'b.lock'), () => work(false))]);
  assert.equal(most, 2, 'the control');
});

test('the lock of a process that was killed is none', async () => {
  const lock = join(folder, 'c.lock');
  const program = `
    import { whileLocked } from ${JSON.stringify(join(import.meta.dirname, 'change-lock.ts'))};
    await whileLocked(${JSON.stringify(lock)}, async () => {
      console.log('held');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  let had = false;
  const waiting = whileLocked(lock, async () => {
    had = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(had, false, 'while it lives it keeps the lock');
  holder.kill('SIGKILL');
  await waiting;
  assert.equal(had, true);
});

test('a folder that is not there cannot hold a lock, and says so', async () => {
  await assert.rejects(
    whileLocked(join(folder, 'nowhere', 'd.lock'), async () => {}),
    { code: 'settings-invalid' },
  );
});
