import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { longTests } from '#harness/long-tests.ts';
import type { RunRecord } from '#reports/run-record.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const scratch = await mkdtemp(join(tmpdir(), 'muster-openssl-server-'));
const env = { ...process.env, MUSTER_PASSWORD: 'canary-of-the-example', OPENSSL_SERVER_DATA: join(scratch, 'data') };
let server: ChildProcess | undefined;
after(async () => {
  server?.kill();
  await rm(scratch, { recursive: true, force: true });
});

/** In its README; the others are cases that a server of a few lines must get right. */
const findings = [
  'SRV-CRD-006',
  'SRV-DER-005',
  'SRV-DER-006',
  'SRV-HTTP-006',
  'SRV-HTTP-007',
  'SRV-HTTP-010',
  'SRV-HTTP-019',
  'SRV-KEY-003',
  'SRV-KEY-006',
  'SRV-LIM-001',
];
/** A thousand wrong passwords, each by a connection of its own to a server in Python. */
const slow = ['SRV-CRD-006'];
const tried = longTests ? findings : findings.filter((id) => !slow.includes(id));
const good = [
  'SRV-ENR-001',
  'SRV-PND-002',
  'SRV-POP-001',
  'SRV-CLR-001',
  'SRV-DEV-001',
  'SRV-DEV-004',
  'SRV-RET-002',
  'PROP-004',
];
const inapplicable = ['SRV-CFG-001', 'PROP-003', 'SRV-CRD-008'];

async function start(): Promise<Record<string, string>> {
  const words = ['--data', env.OPENSSL_SERVER_DATA, '--approve', 'manual', '--http', '0', '--tls', '0'];
  const child = spawn('python3', [join(import.meta.dirname, 'server.py'), ...words], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server = child;
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as Record<string, string>;
}

test('a server from other hands gets exactly the findings that its README lists', async () => {
  const { target, cleartext, anchor, fingerprint, deviceName, device, customer, username } = await start();
  const about = { target, cleartext, anchor, fingerprint, 'device-name': deviceName, device, customer, username };
  const options = Object.entries(about).flatMap(([name, value]) => [`--${name}`, value ?? '']);
  const cases = [...tried, ...good, ...inapplicable];
  const words = ['certify', 'server', ...options, '--operator', join(import.meta.dirname, 'operator')];
  const muster = [
    join(root, 'harness', 'cli', 'muster.mjs'),
    ...words,
    '--seed',
    '1',
    '--budget',
    '3',
    '--out',
    scratch,
    '--case',
    ...cases,
  ];
  const child = spawn(process.execPath, muster, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const text = await readFile(join(scratch, 'run.json'), 'utf8');
  const verdicts = Object.fromEntries((JSON.parse(text) as RunRecord).cases.map(({ id, verdict }) => [id, verdict]));
  const expected = { fail: tried, pass: good, 'not-applicable': inapplicable };
  const due = Object.entries(expected).flatMap(([verdict, ids]) => ids.map((id) => [id, verdict] as const));
  assert.deepEqual(verdicts, Object.fromEntries(due), said);
  assert.equal(exitCode, 1);
  assert.ok(!text.includes(env.MUSTER_PASSWORD));
  const readme = await readFile(join(import.meta.dirname, 'README.md'), 'utf8');
  assert.deepEqual([...readme.matchAll(/^\| (SRV-[A-Z]+-\d+) \|/gm)].map(([, id]) => id).sort(), findings);
});
