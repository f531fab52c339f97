import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterInFolder } from '#harness/cli/spawned-muster.ts';
import type { RunRecord } from '#reports/run-record.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const at = (...parts: string[]): string => join(muster.folder, ...parts);

/** A few of the cases that need each verb; `muster certify` without `--case` has them all. */
const cases = ['SRV-CFG-001', 'SRV-CFG-005', 'SRV-DEV-004', 'SRV-PND-002'];

test('the reference server passes, as a server elsewhere, the cases for which its operator sets files and devices', async () => {
  const { needs, stop } = await muster.serve(['--approve', 'manual', '--data', 'server']);
  const configuration = await readFile(at('server', 'muster.conf'), 'utf8');
  const where = ['--target', needs.tlsUrl, '--cleartext', needs.httpUrl, '--anchor', needs.anchor ?? ''];
  const device = ['--device-name', 'gw1.example.com', '--device', '1', '--customer', '1', '--username', 'sample'];
  const words = ['certify', 'server', ...where, '--fingerprint', needs.caFingerprintSha256, ...device];
  const ended = await muster.run(
    [
      ...words,
      '--operator',
      join(import.meta.dirname, 'operator.mjs'),
      '--seed',
      '1',
      '--budget',
      '2',
      '--case',
      ...cases,
    ],
    { MUSTER_PASSWORD: needs.password ?? '', SERVE_DATA: at('server'), SERVE_API: needs.managementUrl },
  );
  await stop('SIGTERM');
  const record = JSON.parse(await readFile(at('muster-report', 'run.json'), 'utf8')) as RunRecord;
  const verdicts = Object.fromEntries(record.cases.map(({ id, verdict }) => [id, verdict]));
  assert.deepEqual(verdicts, Object.fromEntries(cases.map((id) => [id, 'pass'])), ended.stdout);
  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(record.subject[0]?.name, 'muster serve');
  // But for the mark of the device that was enrolled meanwhile.
  const left = (await readFile(at('server', 'muster.conf'), 'utf8')).replace(/ enrolled$/gm, '');
  assert.equal(left, configuration, 'the file is what it was');
  assert.ok(!existsSync(at('server', 'muster.conf.before-certification')));
});
