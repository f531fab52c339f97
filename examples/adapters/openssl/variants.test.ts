import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { long } from '#harness/long-tests.ts';
import type { CaseRecord, RunRecord } from '#reports/run-record.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const muster = join(root, 'harness', 'cli', 'muster.mjs');
const adapter = join(import.meta.dirname, 'adapter');
const scratch = await mkdtemp(join(tmpdir(), 'muster-variants-'));
after(() => rm(scratch, { recursive: true, force: true }));

/** The cases that tell these devices apart. */
const telling = ['DEV-ENR-001', 'DEV-SEC-001', 'DEV-TLS-001', 'DEV-TLS-002', 'DEV-TLS-005'];

async function script(name: string, lines: readonly string[]): Promise<string> {
  const path = join(await mkdtemp(join(scratch, 'bin-')), name);
  await writeFile(path, ['#!/usr/bin/env bash', ...lines, ''].join('\n'));
  await chmod(path, 0o755);
  return path;
}

/** The folder of a command that takes curl's place, and finds the real one behind itself. */
async function folderOf(curl: readonly string[]): Promise<string> {
  return dirname(await script('curl', [`PATH=\${PATH#*${delimiter}}`, ...curl]));
}

interface Run {
  readonly exitCode: number | null;
  readonly said: string;
  readonly cases: readonly CaseRecord[];
  readonly seconds: number;
}

/** Certifies by the command line itself. `curl`: the lines of a command that takes curl's place. */
async function certify(
  path: string,
  options: { curl?: readonly string[]; timeout?: string; profile?: string; cases?: readonly string[] } = {},
): Promise<Run> {
  const out = await mkdtemp(join(scratch, 'out-'));
  const shim = options.curl && (await folderOf(options.curl));
  const words = [
    'certify',
    'device',
    '--adapter',
    path,
    '--seed',
    '1',
    '--out',
    out,
    '--case',
    ...(options.cases ?? telling),
  ];
  if (options.profile) words.push('--profile', options.profile);
  const begun = performance.now();
  const child = spawn(process.execPath, [muster, ...words, '--adapter-timeout', options.timeout ?? '30s'], {
    cwd: root,
    env: { ...process.env, PATH: [shim ?? [], process.env.PATH].flat().join(delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const { cases, status } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunRecord;
  assert.equal(status, 'complete', said);
  assert.match(await readFile(join(out, 'report.html'), 'utf8'), /<html/);
  return { exitCode, said, cases, seconds: (performance.now() - begun) / 1000 };
}

const verdicts = ({ cases }: Run) => Object.fromEntries(cases.map(({ id, verdict }) => [id, verdict]));

/** The cases pass, but for those that are named. */
const expected = (failing: readonly string[], cases: readonly string[] = telling) =>
  Object.fromEntries(cases.map((id) => [id, failing.includes(id) ? 'fail' : 'pass']));
const spoofed = telling.filter((id) => id.startsWith('DEV-TLS-'));

/** Finds the URL and the CA file among curl's words. */
const readWords = [
  'url=; ca=; previous=',
  'for word; do',
  '  case $word in http*://*) url=$word ;; esac',
  '  [[ $previous == --cacert ]] && ca=$word',
  '  previous=$word',
  'done',
];

/** Commands that take curl's place: each makes another device of the one with openssl and curl. */
const curls = {
  'verifies nothing': ['exec curl "$@" --insecure'],
  'ignores the name': [
    ...readWords,
    'if [[ $url == https:* ]]; then',
    `  host=\${url#https://}; host=\${host%%/*}`,
    `  openssl s_client -connect "$host" -servername "\${host%:*}" -CAfile "$ca" -verify_return_error </dev/null >/dev/null 2>&1 ||`,
    '    { echo "curl: (60) the chain does not verify"; exit 60; }',
    'fi',
    'exec curl "$@" --insecure',
  ],
  'asks in cleartext first': [
    ...readWords,
    '[[ $url == https:* ]] || exec curl "$@"',
    'body=$(cat)',
    'printf %s "$body" | curl -q -s -o /dev/null -H "Content-Type: text/html" --data-binary @- "$MUSTER_HTTP_URL"',
    'printf %s "$body" | curl "$@"',
  ],
  'rejects on Node’s TLS': onNode('rejects'),
  'is silent on Node’s TLS': onNode('silent'),
} as const;

function onNode(conduct: string): readonly string[] {
  const post = join(import.meta.dirname, 'node-post.mjs');
  return ['[[ $* != *--version* ]] || exec curl "$@"', `exec ${process.execPath} ${post} ${conduct} "$@"`];
}

const described = 'info) echo \'{"name":"x","version":"1"}\' ;;';

describe('an adapter that is another device in each case', () => {
  /** The device of each case, by what takes curl's place or by what it does instead, and the verdict that it earns. */
  const devices: readonly (readonly [id: string, device: keyof typeof curls | readonly string[], verdict: string])[] = [
    ['DEV-ENR-001', [], 'pass'],
    ['DEV-SEC-001', 'asks in cleartext first', 'fail'],
    ['DEV-TLS-001', 'verifies nothing', 'fail'],
    ['DEV-TLS-002', 'ignores the name', 'fail'],
    ['DEV-TLS-003', 'verifies nothing', 'fail'],
    ['DEV-TLS-004', 'is silent on Node’s TLS', 'unverified'],
    ['DEV-TLS-005', 'is silent on Node’s TLS', 'unverified'],
    ['DEV-TLS-006', 'ignores the name', 'pass'],
    ['DEV-TLS-007', [`[[ $1 != status ]] || echo '{"state":"none"}'`, 'exit 0'], 'error'],
    ['DEV-TLS-008', ['kill -SEGV $$'], 'error'],
  ];
  let run: Run;
  before(async () => {
    const lines = ['case $MUSTER_CASE in'];
    for (const [id, device] of devices) {
      const does = typeof device === 'string' ? [`PATH=${await folderOf(curls[device])}:$PATH`] : device;
      lines.push(`${id})`, ...does, ';;');
    }
    const path = await script('adapter', [...lines, 'esac', `exec ${adapter} "$@"`]);
    run = await certify(path, { cases: devices.map(([id]) => id) });
  });
  const reasonOf = (id: string) => run.cases.find((one) => one.id === id)?.reason ?? '';

  test('each gets what it deserves', () => {
    assert.deepEqual(verdicts(run), Object.fromEntries(devices.map(([id, , verdict]) => [id, verdict])), run.said);
    assert.equal(run.exitCode, 1);
  });

  test('the one that asks in cleartext first fails by what it sent', () => {
    assert.match(reasonOf('DEV-SEC-001'), /password|cleartext/);
  });

  test('the one that accepts, sends nothing and blames the server is not judged by the handshake', () => {
    for (const id of ['DEV-TLS-004', 'DEV-TLS-005'])
      assert.match(reasonOf(id), /finished handshake without an application byte proves neither/);
  });

  test('the one that crashes is told by its exit status', () => {
    assert.match(reasonOf('DEV-TLS-008'), /exit status 139/);
  });
});

// The fourth, the honest one, passes every case in adapter.test.ts.
describe('three of four devices that share openssl and curl', long, () => {
  test('the one that verifies nothing fails wherever a server is spoofed', async () => {
    const run = await certify(adapter, { curl: curls['verifies nothing'] });
    assert.deepEqual(verdicts(run), expected(spoofed), run.said);
    assert.equal(run.exitCode, 1);
  });

  test('the one that verifies the chain and ignores the name fails by the name alone', async () => {
    const run = await certify(adapter, { curl: curls['ignores the name'] });
    assert.deepEqual(verdicts(run), expected(['DEV-TLS-002']), run.said);
    assert.equal(run.exitCode, 1);
  });

  test('the one that verifies all, and sends its request in cleartext first, fails by what it sent', async () => {
    const cases = ['DEV-SEC-001', 'DEV-TLS-001'];
    const run = await certify(adapter, { cases, curl: curls['asks in cleartext first'] });
    // The password left before a server was verified (ID-013), whatever the device then did with the spoofed one.
    assert.deepEqual(verdicts(run), expected(cases, cases), run.said);
    for (const { reason } of run.cases) assert.match(reason, /password|cleartext/);
    assert.equal(run.exitCode, 1);
  });
});

describe('a device on Node’s own TLS, which sends no alert when it rejects a certificate', long, () => {
  const cases = ['DEV-ENR-001', ...spoofed];

  test('passes when it rejects in silence and says so, by TLS 1.2 and by 1.3', async () => {
    const run = await certify(adapter, { cases, curl: curls['rejects on Node’s TLS'] });
    assert.deepEqual(verdicts(run), expected([], cases), run.said);
    assert.equal(run.exitCode, 0);
    const proofs = run.cases.filter(({ id }) => spoofed.includes(id)).map(({ proof = '' }) => proof);
    for (const proof of proofs) assert.match(proof, /no application byte/);
    assert.ok(
      proofs.some((proof) => /after 1 finished handshake/.test(proof)),
      proofs.join('\n'),
    );
  });

  test('is unverified when it accepts, sends nothing, and blames the server', async () => {
    const run = await certify(adapter, { cases, curl: curls['is silent on Node’s TLS'] });
    const { 'DEV-ENR-001': enrolled, ...others } = verdicts(run);
    assert.equal(enrolled, 'pass', run.said);
    assert.deepEqual(others, Object.fromEntries(spoofed.map((id) => [id, 'unverified'])), run.said);
    assert.equal(run.exitCode, 4);
  });
});

const doneIn = ({ cases }: Run) => cases.flatMap(({ evidence }) => evidence?.done ?? []);

describe('a device is judged by what it can do, not by what the bench varies', () => {
  test(
    'one that speaks TLS 1.2 alone, and neither renews nor retrieves, is shown that at its first enrollment',
    long,
    async () => {
      const simple = ['case $1 in', 'renew | retrieve) exit 89 ;;', `*) exec ${adapter} "$@" ;;`, 'esac'];
      const curl = ['exec curl "$@" --tls-max 1.2'];
      const run = await certify(await script('adapter', simple), { cases: spoofed, curl });
      assert.deepEqual(verdicts(run), expected([], spoofed), run.said);
      for (const given of [
        'The device was shown TLSv1.3 alone, and does not offer it: TLS is as the profile says.',
        'The device does not support “retrieve”: the first enrollment takes its place.',
      ]) {
        assert.ok(doneIn(run).includes(given), run.said);
      }
      for (const { id, evidence } of run.cases) {
        assert.ok(
          evidence?.done.some((line) => /at its first enrollment/.test(line)),
          id,
        );
      }
    },
  );

  test('one whose ClientHello does not tell that it refuses old TLS is shown newer once it did', long, async () => {
    const run = await certify(adapter, {
      profile: 'legacy',
      cases: spoofed,
      curl: ['exec curl "$@" --tlsv1.2 --tls-max 1.2'],
    });
    assert.deepEqual(verdicts(run), expected([], spoofed), run.said);
    const given = 'The device was shown TLSv1 alone, and did not agree to that: TLS is as the profile says.';
    assert.ok(doneIn(run).includes(given), run.said);
  });
});

test('where its vendor says that it asks for revocation, a device is shown a revoked certificate', long, async () => {
  const profile = join(scratch, 'asks.profile');
  await writeFile(profile, 'device "asks for revocation"\nprofile modern\nrevocation checked\n');
  const cases = ['DEV-TLS-073'];
  const never = await certify(adapter, { profile, cases });
  assert.deepEqual(verdicts(never), { 'DEV-TLS-073': 'fail' }, never.said);
  const list = join(scratch, 'list');
  const asks = [
    ...readWords,
    '[[ $url == https:* ]] || exec curl "$@"',
    `curl -q -s -o ${list}.der "\${MUSTER_HTTP_URL%/tep}/third-party.crl"`,
    `openssl crl -inform DER -in ${list}.der -out ${list}.pem || exit 2`,
    `exec curl "$@" --crlfile ${list}.pem`,
  ];
  const run = await certify(adapter, { profile, cases, curl: asks });
  assert.deepEqual(verdicts(run), { 'DEV-TLS-073': 'pass' }, run.said);
  assert.match(run.cases[0]?.proof ?? '', /revoked/);
});

describe('a device that cannot be judged leaves a report, and no pass by silence', () => {
  test('one that never connects', long, async () => {
    const run = await certify(
      await script('adapter', [`case $1 in ${described} status) echo '{"state":"none"}' ;; esac`]),
    );
    assert.ok(run.exitCode === 3 || run.exitCode === 4, run.said);
    assert.ok(run.cases.every(({ verdict }) => verdict === 'error' || verdict === 'unverified'));
    for (const { reason } of run.cases) assert.notEqual(reason, '');
  });

  test('one that hangs costs its time-out three times, and not once a case', async () => {
    const run = await certify(await script('adapter', [`case $1 in ${described} *) sleep 60 ;; esac`]), {
      timeout: '1s',
    });
    assert.equal(run.exitCode, 3, run.said);
    assert.deepEqual([...new Set(run.cases.map(({ verdict }) => verdict))], ['error']);
    const left = run.cases.filter(({ reason }) => /^The device stopped answering: .* no end within 1 s/.test(reason));
    assert.equal(left.length, telling.length - 3, run.said);
    assert.ok(run.seconds < 60, `${run.seconds} s`);
  });

  test('one that crashes in mid-run', long, async () => {
    const count = join(scratch, 'calls');
    const crashing = await script('adapter', [
      `echo >>${count}`,
      `[[ $(wc -l <${count}) -lt 8 ]] || kill -SEGV $$`,
      `exec ${adapter} "$@"`,
    ]);
    const run = await certify(crashing);
    assert.equal(run.exitCode, 3, run.said);
    assert.equal(run.cases.length, telling.length);
    const errors = run.cases.filter(({ verdict }) => verdict === 'error');
    assert.ok(errors.length >= 3, run.said);
    assert.ok(
      errors.every(({ reason }) => /exit status 139/.test(reason)),
      run.said,
    );
    assert.ok(run.cases.every(({ verdict }) => verdict === 'error' || verdict === 'pass'));
  });
});
