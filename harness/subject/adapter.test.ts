import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MusterError } from '#protocol/errors.ts';
import { Adapter } from './adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-adapter-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, lines: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, mode);
  return path;
}

const broken = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'bench-broken' && pattern.test(thrown.message);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for yet is no process any more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function ends(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 40 && isAlive(pid); tries += 1) await delay(50);
  return !isAlive(pid);
}

test('an adapter gets its verb, the environment of the case and its input, and gives status and output', async () => {
  const adapter = new Adapter(script('echo', 'echo "$1 $MUSTER_CASE $(cat)"; echo oops >&2; exit 20'), 5);
  assert.deepEqual(await adapter.run('enroll', { MUSTER_CASE: 'DEV-TLS-001' }, 'input'), {
    exitCode: 20,
    stdout: 'enroll DEV-TLS-001 input\n',
    stderr: 'oops\n',
  });
});

test('an adapter gets the shell’s variables, and nothing of the run: no plan, no password of another target', async (t) => {
  const ours = {
    MUSTER_PLAN: 'canary-plan',
    MUSTER_PASSWORD: 'canary-password',
    PLAYWRIGHT_X: 'canary',
    SOME_TOOL: 'kept',
  };
  Object.assign(process.env, ours);
  t.after(() => {
    for (const name of Object.keys(ours)) delete process.env[name];
  });
  const { stdout } = await new Adapter(script('env', 'env'), 5).run('info', { MUSTER_CASE: 'X' });
  const names = stdout.split('\n').map((line) => line.split('=')[0] ?? '');
  assert.deepEqual(
    names.filter((name) => /^(MUSTER|PLAYWRIGHT)_/.test(name)),
    ['MUSTER_CASE'],
  );
  assert.doesNotMatch(stdout, /canary/);
  assert.ok(names.includes('PATH') && names.includes('SOME_TOOL'));
});

test('an adapter that does not end is stopped after its time, with all its children', async () => {
  const pids = join(folder, 'pids');
  const path = script('endless', `sleep 60 & echo $! > ${pids}; echo $$ >> ${pids}; echo begun; wait`);
  const begun = performance.now();
  const run = await new Adapter(path, 0.5).run('enroll', {});
  assert.equal(run.exitCode, undefined);
  assert.equal(run.stdout, 'begun\n');
  assert.ok(performance.now() - begun < 5000);
  for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) assert.ok(await ends(Number(pid)), pid);
});

test('what an adapter leaves behind does not hold it up, and is stopped', async () => {
  const pid = join(folder, 'left');
  const path = script('leaver', `sleep 60 & echo $! > ${pid}; echo done`);
  const begun = performance.now();
  assert.deepEqual(await new Adapter(path, 20).run('enroll', {}), { exitCode: 0, stdout: 'done\n', stderr: '' });
  assert.ok(performance.now() - begun < 5000);
  assert.ok(await ends(Number(readFileSync(pid, 'utf8'))));
});

test('what an adapter’s pipe writes just after its end is still read', async () => {
  const { stdout } = await new Adapter(script('late', '(sleep 0.2; echo late) &'), 5).run('enroll', {});
  assert.equal(stdout, 'late\n');
});

test('an adapter that a signal ended is told from one that ended by itself', async () => {
  assert.equal((await new Adapter(script('killed', 'kill -TERM $$'), 5).run('enroll', {})).exitCode, 143);
});

test('the output of an adapter is bounded', async () => {
  const path = script('noisy', 'head -c 3000000 /dev/zero | tr "\\0" a; head -c 3000000 /dev/zero | tr "\\0" b >&2');
  const { exitCode, stdout, stderr } = await new Adapter(path, 20).run('enroll', {});
  assert.equal(exitCode, 0);
  assert.equal(stdout.length, 256 * 1024);
  assert.equal(stderr.length, 256 * 1024);
});

test('an adapter that is not there, not executable, or no file is an error of the bench that says so', () => {
  const missing = join(folder, 'missing');
  assert.ok(!existsSync(missing));
  for (const path of [missing, script('plain', 'exit 0', 0o644), folder]) {
    assert.throws(() => new Adapter(path, 5), broken(new RegExp(`${path} is no executable file: chmod \\+x`)));
  }
});

test('an adapter that cannot start is an error of the bench', async () => {
  const path = join(folder, 'no-interpreter');
  writeFileSync(path, '#!/no/such/interpreter\n', { mode: 0o755 });
  await assert.rejects(new Adapter(path, 5).run('info', {}), broken(/does not start: spawn .*ENOENT/));
});

test('input that an adapter does not read breaks nothing', async () => {
  const run = await new Adapter(script('deaf', 'exit 0'), 5).run('info', {}, 'x'.repeat(1_000_000));
  assert.equal(run.exitCode, 0);
});
