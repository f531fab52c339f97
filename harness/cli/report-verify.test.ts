import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { samplePackage } from '../certificate/sample-package.ts';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const inFolder = (...names: string[]): string => join(muster.folder, ...names);

test('a key is made, a certification signed, and verified; a changed file ends 1 and is named; nothing of the key is shown', async () => {
  await samplePackage({}, inFolder('run'));
  const passphrase = { MUSTER_PASSPHRASE: 'correct horse' };
  const made = await muster.run(['report', 'keygen', '--out', 'lab', '--type', 'p256'], passphrase);
  assert.equal(made.code, 0, made.stderr);
  assert.equal((await stat(inFolder('lab', 'private.pem'))).mode & 0o777, 0o600);
  const [key = ''] = /[0-9a-f]{64}/.exec(made.stdout) ?? [];
  const again = await muster.run(['report', 'keygen', '--out', 'lab'], passphrase);
  assert.deepEqual([again.code, /is there already/.test(again.stderr)], [2, true]);

  const sign = ['report', 'sign', 'run', '--key', 'lab/private.pem'];
  const signed = await muster.run(sign, passphrase);
  assert.deepEqual([signed.code, signed.stderr], [0, '']);
  assert.match(signed.stdout, /over a certificate/);
  const verify = ['report', 'verify', 'run', '--key', 'lab/public.pem'];
  const good = await muster.run(verify);
  assert.equal(good.code, 0, good.stdout);
  assert.match(
    good.stdout,
    new RegExp(`^GOOD [\\s\\S]*Example Gateway 2\\.4\\.1[\\s\\S]*verdict pass[\\s\\S]*signed by the key ${key}`),
  );

  await writeFile(inFolder('run', 'junit.xml'), 'other');
  const changed = await muster.run([...verify, '--json']);
  const { good: isGood, findings } = JSON.parse(changed.stdout);
  assert.deepEqual(
    [changed.code, isGood, findings.map(({ file }: { file: string }) => file)],
    [1, false, ['junit.xml']],
  );
  const refused = await muster.run(sign, passphrase);
  assert.deepEqual([refused.code, /^NOT SIGNED [\s\S]*junit\.xml/.test(refused.stdout)], [1, true]);
  const pem = await readFile(inFolder('lab', 'private.pem'), 'utf8');
  const shown = [made, again, signed, good, changed, refused].map(({ stdout, stderr }) => stdout + stderr).join('');
  for (const line of [...pem.split('\n').filter((text) => text.length > 20 && !text.startsWith('-')), 'correct horse'])
    assert.ok(!shown.includes(line), line);
});
