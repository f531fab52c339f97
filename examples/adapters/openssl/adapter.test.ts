import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { knownCases } from '#harness/cli/known-cases.ts';
import { longTests } from '#harness/long-tests.ts';
import type { RunRecord } from '#reports/run-record.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const scratch = await mkdtemp(join(tmpdir(), 'muster-openssl-'));
after(() => rm(scratch, { recursive: true, force: true }));

/**
 * What its README declares: curl takes a certificate without a subjectAltName by its common name, one with a negative
 * serial number or with zero, and the RSA exponents 3 and 1. All of these are SHOULDs.
 */
const declared = ['DEV-TLS-026', 'DEV-TLS-059', 'DEV-TLS-060', 'DEV-TLS-068', 'DEV-TLS-071'];

/** The whole catalogue takes a minute of two cores; without MUSTER_LONG=1 every fortieth case stands for it. */
async function chosen(): Promise<readonly string[]> {
  const all = (await knownCases()).map(({ id }) => id).filter((id) => id.startsWith('DEV-'));
  assert.ok(all.length > 150, `${all.length} cases`);
  return longTests ? all : all.filter((id, index) => declared.includes(id) || index % 40 === 0);
}

// Devices of openssl and curl that do not do what they should are in variants.test.ts.
test('the openssl adapter passes every case but the SHOULDs that it declares', async () => {
  const words = ['harness/cli/muster.mjs', 'certify', 'device', '--adapter', 'examples/adapters/openssl/adapter'];
  const ids = await chosen();
  const child = spawn(process.execPath, [...words, '--seed', '1', '--out', scratch, '--case', ...ids], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  assert.equal(exitCode, 0, said);
  const { status, cases } = JSON.parse(await readFile(join(scratch, 'run.json'), 'utf8')) as RunRecord;
  assert.equal(status, 'complete');
  assert.equal(cases.length, ids.length);
  const others = cases.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not-applicable');
  assert.deepEqual(
    others.map(({ id, verdict }) => [id, verdict]).sort(),
    declared.map((id) => [id, 'warn']),
    said,
  );
});
