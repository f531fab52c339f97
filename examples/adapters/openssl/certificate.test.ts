import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { contentOf } from '#harness/certificate/file-digests.ts';
import { readVerificationKey } from '#harness/certificate/signing-keys.ts';
import { verifyPackage } from '#harness/certificate/verification.ts';
import { MusterInFolder } from '#harness/cli/spawned-muster.ts';
import { long } from '#harness/long-tests.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const example = (...path: string[]) => join(import.meta.dirname, '..', '..', ...path);

test(
  'the openssl adapter is certified and signed; elsewhere the folder verifies, and a changed byte in any file is named',
  long,
  async () => {
    const run = async (...words: string[]) => {
      const { code, stdout, stderr } = await muster.run(words);
      return { code, said: stdout + stderr };
    };
    const adapter = ['--adapter', example('adapters', 'openssl', 'adapter')];
    const declared = ['--profile', example('profiles', 'openssl.profile')];
    const certified = await run(
      'certify',
      'device',
      ...adapter,
      ...declared,
      '--certify',
      '--seed',
      '1',
      '--out',
      'run',
    );
    assert.equal(certified.code, 0, certified.said);
    assert.equal((await run('report', 'keygen', '--out', 'lab')).code, 0);
    const signed = await run('report', 'sign', 'run', '--key', join('lab', 'private.pem'));
    assert.equal(signed.code, 0, signed.said);
    const moved = join(muster.folder, 'elsewhere');
    await cp(join(muster.folder, 'run'), moved, { recursive: true });
    const verified = await run('report', 'verify', moved, '--key', join('lab', 'public.pem'));
    assert.deepEqual([verified.code, verified.said.slice(0, 4)], [0, 'GOOD'], verified.said);
    const key = await readVerificationKey(join(muster.folder, 'lab', 'public.pem'));
    for (const name of (await contentOf(moved)).files) {
      const path = join(moved, name);
      const bytes = await readFile(path);
      if (bytes.length === 0) continue;
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      await writeFile(path, changed);
      const { findings } = await verifyPackage(moved, key);
      assert.deepEqual([...new Set(findings.map(({ file }) => file))], [name]);
      await writeFile(path, bytes);
    }
  },
);
