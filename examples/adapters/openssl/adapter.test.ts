import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { RunRecord } from '#reports/run-record.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const muster = join(root, 'harness', 'cli', 'muster.mjs');
const adapter = join(import.meta.dirname, 'adapter');
const execute = promisify(execFile);
const scratch = await mkdtemp(join(tmpdir(), 'muster-openssl-'));
after(() => rm(scratch, { recursive: true, force: true }));

interface Run {
  readonly exitCode: number | null;
  readonly said: string;
  readonly cases: ReadonlyMap<string, string>;
}

/** Runs the command line itself, as a person would. */
async function certify(name: string, path: string, options: { cases?: readonly string[]; before?: string } = {}) {
  const out = join(scratch, name);
  const selection = (options.cases ?? []).flatMap((id) => ['--case', id]);
  const words = [muster, 'certify', 'device', '--adapter', path, '--seed', '1', '--out', out];
  const child = spawn(process.execPath, [...words, ...selection], {
    cwd: root,
    env: { ...process.env, PATH: [options.before ?? [], process.env.PATH].flat().join(delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const text = await readFile(join(out, 'run.json'), 'utf8').catch(() => undefined);
  const cases = text === undefined ? [] : (JSON.parse(text) as RunRecord).cases;
  const run: Run = { exitCode, said, cases: new Map(cases.map(({ id, verdict }) => [id, verdict])) };
  return run;
}

/** An executable of these lines, in a folder of its own. */
async function script(folder: string, name: string, lines: readonly string[]): Promise<string> {
  const path = join(await mkdtemp(join(scratch, `${folder}-`)), name);
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

/** Cases in which a spoofed server is met, one of each kind: at enrollment, at a poll, at re-enrollment. */
const spoofed = [
  ...['001', '002', '003', '004', '005', '006', '007', '008', '020', '030', '047', '056'].map((n) => `DEV-TLS-${n}`),
  'DEV-LIF-002',
];

/**
 * What its README declares: curl takes a certificate without a subjectAltName by its common name, one with a negative
 * serial number or with zero, and the RSA exponent 3. All of these are SHOULDs.
 */
const declared = ['DEV-TLS-026', 'DEV-TLS-059', 'DEV-TLS-060', 'DEV-TLS-068'];

/** Every case for a device, by id, without running any. */
const listing = execute(process.execPath, [muster, 'certify', 'device', '--list', '--json'], { cwd: root });
const listedCases = listing.then(({ stdout }) => (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id));

const idle: Readonly<Record<string, readonly string[]>> = {
  'that does nothing and says nothing': ['exit 0'],
  'that describes itself and does nothing': [
    'case $1 in',
    '  info) echo \'{"name":"idle","version":"1","capabilities":[]}\' ;;',
    '  status) echo \'{"state":"none"}\' ;;',
    'esac',
  ],
};

describe('the openssl adapter', { concurrency: true }, () => {
  test('passes every case', async () => {
    const { exitCode, said, cases } = await certify('good', adapter);
    assert.equal(exitCode, 0, said);
    assert.deepEqual([...cases.keys()].sort(), (await listedCases).sort());
    const others = [...cases].filter(([, verdict]) => verdict !== 'pass' && verdict !== 'not-applicable');
    assert.deepEqual(others.sort(), declared.map((id) => [id, 'warn']).sort(), said);
  });

  test('with curl --insecure fails the cases of a spoofed server, and no other', async () => {
    const shim = await script('insecure', 'curl', [
      `PATH=\${PATH#*${delimiter}}`,
      '# -q counts only as the first word, so the weakness comes last.',
      'exec curl "$@" --insecure',
    ]);
    const honest = ['DEV-ENR-001', 'DEV-SEC-001', 'DEV-CA-001', 'DEV-CRT-001', 'DEV-PND-001'];
    const run = await certify('insecure', adapter, { cases: [...spoofed, ...honest], before: dirname(shim) });
    assert.equal(run.exitCode, 1, run.said);
    const expected = [...spoofed.map((id) => [id, 'fail']), ...honest.map((id) => [id, 'pass'])];
    assert.deepEqual(Object.fromEntries(run.cases), Object.fromEntries(expected), run.said);
  });

  for (const [what, lines] of Object.entries(idle)) {
    test(`is needed: an adapter ${what} is never certified`, async () => {
      const cases = ['DEV-ENR-001', 'DEV-TLS-001'];
      const run = await certify(what.replaceAll(' ', '-'), await script('idle', 'adapter', lines), { cases });
      assert.ok(run.exitCode === 3 || run.exitCode === 4, `exit code ${run.exitCode}: ${run.said}`);
      assert.deepEqual(
        [...run.cases].filter(([, verdict]) => verdict === 'pass'),
        [],
      );
    });
  }
});
