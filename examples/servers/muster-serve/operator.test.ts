import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterInFolder } from '#harness/cli/spawned-muster.ts';
import { long } from '#harness/long-tests.ts';
import type { RunRecord } from '#reports/run-record.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const read = (...parts: string[]): Promise<string> => readFile(join(muster.folder, ...parts), 'utf8');

/** `muster serve`, judged from outside with its operator. What was set for the cases is undone in the end. */
async function judged(data: string, words: readonly string[]) {
  const { needs, stop } = await muster.serve(['--approve', 'manual', '--data', data]);
  const before = [await read(data, 'muster.conf'), await read(data, 'accounts')];
  const where = ['--target', needs.tlsUrl, '--cleartext', needs.httpUrl, '--anchor', needs.anchor ?? ''];
  const device = ['--device-name', 'gw1.example.com', '--device', '1', '--customer', '1', '--username', 'sample'];
  const operator = ['--operator', join(import.meta.dirname, 'operator.mjs')];
  const ended = await muster.run(
    ['certify', 'server', ...where, '--fingerprint', needs.caFingerprintSha256, ...device, ...operator, ...words],
    {
      MUSTER_PASSWORD: needs.password ?? '',
      SERVE_DATA: join(muster.folder, data),
      SERVE_API: needs.managementUrl,
    },
  );
  await stop('SIGTERM');
  // But for the mark of the device that was enrolled meanwhile.
  const left = (await read(data, 'muster.conf')).replace(/ enrolled$/gm, '');
  assert.deepEqual([left, await read(data, 'accounts')], before, 'both files are what they were');
  assert.ok(!existsSync(join(muster.folder, data, 'muster.conf.before-certification')));
  return ended;
}

/** A few of the cases that need each verb. */
const cases = ['SRV-CFG-001', 'SRV-CFG-005', 'SRV-DEV-004', 'SRV-PND-002'];

test('the reference server passes, as a server elsewhere, the cases for which its operator sets files and devices', async () => {
  const ended = await judged('server', ['--seed', '1', '--budget', '2', '--case', ...cases]);
  const record = JSON.parse(await read('muster-report', 'run.json')) as RunRecord;
  const verdicts = Object.fromEntries(record.cases.map(({ id, verdict }) => [id, verdict]));
  assert.deepEqual(verdicts, Object.fromEntries(cases.map((id) => [id, 'pass'])), ended.stdout);
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(record.subject[0]?.name, 'muster serve');
});

test(
  'the reference server is certified from outside: every case passes, or a line of its profile excludes it',
  long,
  async () => {
    const profile = join(import.meta.dirname, '..', '..', 'profiles', 'muster-serve.profile');
    const firmware = join(import.meta.dirname, '..', '..', '..', 'package.json');
    const ended = await judged('certified', [
      ...['--certify', '--firmware', firmware, '--profile', profile, '--seed', '1', '--out', 'certificate'],
    ]);
    assert.equal(ended.code, 0, ended.stdout);
    const record = JSON.parse(await read('certificate', 'run.json')) as RunRecord;
    assert.equal(record.verdict, 'pass');
    for (const { id, verdict, profileLine } of record.cases)
      assert.ok(verdict === 'pass' || (verdict === 'not-applicable' && profileLine !== undefined), id);

    await muster.run(['report', 'keygen', '--out', 'lab']);
    assert.equal((await muster.run(['report', 'sign', 'certificate', '--key', 'lab/private.pem'])).code, 0);
    const verified = await muster.run(['report', 'verify', 'certificate', '--key', 'lab/public.pem']);
    assert.deepEqual([verified.code, /^GOOD /.test(verified.stdout)], [0, true], verified.stdout + verified.stderr);
  },
);
