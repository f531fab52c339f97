import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterInFolder } from '#harness/cli/spawned-muster.ts';
import { long } from '#harness/long-tests.ts';

const adapter = join(import.meta.dirname, 'adapter.mjs');
const GATEWAY = `${process.execPath} ${join(import.meta.dirname, '..', '..', '..', 'harness', 'cli', 'muster.mjs')}`;
const muster = await MusterInFolder.create();
after(() => muster.remove());

test('the adapter says what its device is, and what it cannot do', () => {
  const of = (verb: string) =>
    spawnSync(process.execPath, [adapter, verb], { env: { ...process.env, GATEWAY }, encoding: 'utf8' });
  assert.match(
    of('info').stdout,
    /^\{"name":"a gateway at the command line","version":"\d+\.\d+\.\d+","capabilities":\[/,
  );
  assert.equal(of('call').status, 89);
});

test('a device behind its command line enrolls, waits, renews, and refuses spoofed servers', long, async () => {
  const cases = ['DEV-ENR-001', 'DEV-PND-001', 'DEV-LIF-001', 'DEV-TLS-001', 'DEV-TLS-002'];
  const words = ['certify', 'device', '--adapter', adapter, '--seed', '1', '--case', ...cases];
  const { code, stdout, stderr } = await muster.run(words, { GATEWAY });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /\n5 pass\n/);
});
