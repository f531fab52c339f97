import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { samplePackage } from '../certificate/sample-package.ts';
import { expectWhole } from './certify-lock.ts';
import { MusterInFolder } from './spawned-muster.ts';

const whole = { certify: true, role: 'device', adapter: './adapter' } as const;

test('a certification is of one subject, whole; what would make it less is refused, by name', () => {
  expectWhole(whole);
  expectWhole({ ...whole, requirementSet: '2026-11', firmware: 'gw.bin', strict: true, repeat: 3 });
  expectWhole({ certify: true, role: 'server', target: 'https://ch.example.com:1443/tep' });
  const less: Record<string, unknown> = {
    case: ['DEV-TLS-001'],
    shard: {},
    budget: 500,
    baseline: 'b.txt',
    list: true,
    'last-failed': true,
  };
  for (const [name, value] of Object.entries(less)) {
    const refused = { code: 'settings-invalid', message: new RegExp(`^--${name} does not go with --certify: `) };
    assert.throws(() => expectWhole({ ...whole, [name]: value }), refused);
    expectWhole({ ...whole, certify: false, [name]: value });
  }
  assert.throws(() => expectWhole({ certify: true }), /one subject is expected/);
  assert.throws(() => expectWhole({ certify: true, role: 'device' }), /--adapter PATH is expected/);
  assert.throws(() => expectWhole({ certify: true, role: 'server' }), /--target URL is expected/);
  assert.throws(() => expectWhole({ ...whole, adapter: 'prompt' }), /by hand only two inputs/);
});

test('what belongs to a certification has no effect without one, and is refused', () => {
  for (const [name, option] of [
    ['requirementSet', 'requirement-set'],
    ['firmware', 'firmware'],
  ] as const) {
    const message = `--${option} belongs to --certify.`;
    assert.throws(() => expectWhole({ certify: false, [name]: 'x' }), { code: 'settings-invalid', message });
  }
});

test('a device whose firmware has no digest is certified by no case, and what an earlier run left is still there', async () => {
  const muster = await MusterInFolder.create();
  after(() => muster.remove());
  const adapter = join(muster.folder, 'adapter');
  await writeFile(adapter, `#!/bin/sh\necho '{"name":"Gateway 9","version":"1","firmware":"build 7"}'\n`, {
    mode: 0o755,
  });
  const out = join(muster.folder, 'run');
  await samplePackage({}, out);
  const left = await readdir(out, { recursive: true });
  const words = ['certify', 'device', '--adapter', adapter, '--certify', '--seed', '1', '--out', 'run'];
  const nameless = await muster.run(words);
  assert.equal(nameless.code, 2, nameless.stderr);
  assert.match(nameless.stderr, /Gateway 9 1 names none \(it says: build 7\)\. Give --firmware FILE/);
  assert.deepEqual(await readdir(out, { recursive: true }), left);
});
