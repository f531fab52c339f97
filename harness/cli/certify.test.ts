import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { unpacked } from '#reports/html/unpacked.ts';
import { junitProblems } from '#reports/junit-validity.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { schemaIn } from '#reports/schema-validity.ts';
import { makeIdentity } from '../case/identity.ts';
import { longTests } from '../long-tests.ts';
import { knownCases } from './known-cases.ts';
import { type Ended, MusterInFolder } from './spawned-muster.ts';

const { schema, validate } = schemaIn('run-record.schema.json');

let muster: MusterInFolder;
const running = new Set<ChildProcess>();
before(async () => {
  muster = await MusterInFolder.create();
});
after(async () => {
  for (const child of running) child.kill('SIGKILL');
  await muster.remove();
});

const at = (...parts: readonly string[]) => join(muster.folder, ...parts);
const textOf = (...parts: readonly string[]) => readFileSync(at(...parts), 'utf8');
const recordOf = (out: string) => JSON.parse(textOf(out, 'run.json')) as RunRecord;

const reportFiles = ['run.json', 'report.html', 'junit.xml', 'ctrf.json', 'findings.sarif'];

/** Every password that a bench could have made for these cases. */
function passwordsOf({ seed, cases }: RunRecord): string[] {
  return cases.flatMap(({ id }) => [0, 1, 2, 3].map((number) => makeIdentity(seed, id, number).password));
}

function expectNoPassword(record: RunRecord, out: string, { stdout, stderr }: Ended): void {
  const texts = [...reportFiles.map((file) => textOf(out, file)).map(unpacked), stdout, stderr];
  for (const password of passwordsOf(record)) {
    const forms = [password, password.replace('-', '%2D'), Buffer.from(password).toString('base64')];
    for (const form of forms) assert.ok(!texts.some((text) => text.includes(form)), `${form} was left in ${out}`);
  }
}

describe('what is no usable command line ends 2, and says what to do', () => {
  const seed = ['--seed', '5'];
  const rows: readonly [what: string, words: readonly string[], says: RegExp][] = [
    ['an unknown option', ['--sed', '5'], /Unknown argument: sed[\s\S]*See: muster certify --help/],
    ['an unknown role', ['toaster'], /Choices: "device", "server"/],
    [
      'an option of the other role',
      ['server', ...seed, '--adapter', 'x'],
      /--adapter belongs to: muster certify device/,
    ],
    [
      'a target without the rest',
      ['server', ...seed, '--target', 'https://h:1/'],
      /--target needs also: --cleartext, --anchor/,
    ],
    ['an option that would have no effect', ['server', ...seed, '--anchor', 'x'], /--anchor belongs to/],
    ['a budget of nothing', ['device', ...seed, '--budget', '0'], /a whole number above 0 is expected, seen 0/],
    [
      'a folder that cannot be written',
      ['device', ...seed, '--out', '/dev/null/x'],
      /reports cannot be written: ENOTDIR/,
    ],
  ];
  test('options that do not fit', async () => {
    const ends = await muster.runEach(rows.map(([, words]) => ['certify', ...words]));
    for (const [index, { code, stdout, stderr }] of ends.entries()) {
      const [what, , says] = rows[index] ?? assert.fail();
      assert.equal(code, 2, `${what}: ${stderr}`);
      assert.match(stderr, says, what);
      assert.equal(stdout, '', what);
    }
  });

  test('CI without a seed', async () => {
    const { code, stderr } = await muster.run(['certify'], { CI: 'true' });
    assert.equal(code, 2);
    assert.match(stderr, /In CI a seed is expected.*--seed N/);
  });

  test('a case that there is not: it names what there is', async () => {
    const words = ['certify', 'device', ...seed, '--case', 'DEV-TLS-001', '--case', 'nonsense'];
    const { code, stdout, stderr } = await muster.run(words);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /There is no case "nonsense"\. There is:\n {2}DEV-[\s\S]*DEV-TLS-001 {2}A device refuses/);
    assert.equal(stdout, '');
    assert.ok(!existsSync(at('muster-report', 'run.json')));
  });

  test('a case of the other role, though it is only to be listed', async () => {
    const { code, stderr } = await muster.run(['certify', 'server', ...seed, '--list', '--case', 'DEV-TLS-001']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /There is no case "DEV-TLS-001"\. There is:\n[\s\S]*SRV-ENR-001/);
    assert.doesNotMatch(stderr, /\n {2}DEV-/);
  });
});

test('--list names every case, for people and as JSON, and runs none', async () => {
  const cases = await knownCases();
  assert.ok(cases.length > 300);
  assert.deepEqual([...new Set(cases.map(({ group }) => group))].sort(), ['device', 'property', 'server']);
  const few = ['PROP-001', 'SRV-ENR-001'];
  const json = await muster.run(['certify', 'server', '--list', '--json', '--case', ...few]);
  assert.deepEqual(
    JSON.parse(json.stdout),
    cases.filter(({ id }) => few.includes(id)),
  );
  const { code, stdout } = await muster.run(['certify', 'device', '--list']);
  assert.equal(code, 0);
  const listed = [...stdout.matchAll(/^([A-Z]+-[\w-]+) +\S/gm)].map(([, id]) => id);
  assert.deepEqual(
    listed,
    cases.filter(({ group }) => group === 'device').map(({ id }) => id),
  );
  assert.match(stdout, /; must fail: no-anchor-check/);
  assert.ok(!existsSync(at('muster-report', 'run.json')));
});

const picked = ['--case', 'DEV-TLS-001', '--case', 'SRV-CRD-001', '--seed', '7'];

test('cases that pass end 0 and leave valid reports, without any password', async () => {
  const ended = await muster.run(['certify', ...picked, '--out', 'first']);
  assert.equal(ended.code, 0, ended.stderr);
  const record = recordOf('first');
  assert.equal(record.status, 'complete');
  assert.equal(record.verdict, 'pass');
  assert.deepEqual(validate(schema, record), []);
  assert.deepEqual(record.cases.map(({ id }) => id).sort(), ['DEV-TLS-001', 'SRV-CRD-001']);
  for (const { id, proof, evidence } of record.cases) {
    assert.ok(proof, id);
    assert.ok((evidence?.ladder.length ?? 0) > 2 && (evidence?.certificates.length ?? 0) > 0, id);
  }
  assert.equal(record.command, `muster certify ${picked.join(' ')} --out first`);
  assert.deepEqual(await junitProblems(textOf('first', 'junit.xml')), []);
  assert.match(textOf('first', 'report.html'), /DEV-TLS-001/);
  assert.match(ended.stdout, /PASS .*seed 7[\s\S]*2 pass\nreport: first\/report\.html/);
  assert.match(ended.stderr, /^Seed 7\.\n[\s\S]*✓ DEV-TLS-001/);
  expectNoPassword(record, 'first', ended);
});

test('the same seed again has the same names and verdicts; --json prints the record without its evidence', async () => {
  const ended = await muster.run(['certify', ...picked, '--out', 'second', '--json']);
  assert.equal(ended.code, 0, ended.stderr);
  const printed = JSON.parse(ended.stdout) as RunRecord;
  const kept = recordOf('second');
  const cases = kept.cases.map(({ evidence: _left, ...rest }) => rest);
  assert.deepEqual(printed, { ...kept, cases });
  const first = recordOf('first');
  const verdicts = (record: RunRecord) => record.cases.map(({ id, verdict }) => `${id} ${verdict}`).sort();
  const names = (record: RunRecord) =>
    record.cases
      .flatMap(({ evidence }) => JSON.stringify(evidence).match(/\b(?:gw|user)-[0-9a-f]{8,10}\b/g) ?? [])
      .filter((name, index, all) => all.indexOf(name) === index)
      .sort();
  assert.deepEqual(verdicts(kept), verdicts(first));
  assert.deepEqual(names(kept), names(first));
  assert.ok(names(kept).length >= 2);
  expectNoPassword(kept, 'second', ended);
});

for (const [signal, exitCode] of [['SIGINT', 130], ...(longTests ? [['SIGTERM', 143] as const] : [])] as const) {
  test(`a run says incomplete while it runs, and after ${signal}, which ends it ${exitCode} with its reports`, async () => {
    const out = `stopped-${exitCode}`;
    const script = join(import.meta.dirname, 'muster.mjs');
    const words = ['certify', 'device', '--case', 'DEV-LIF-001', '--case', 'DEV-ENR-001', '--seed', '3', '--out', out];
    const child = spawn(process.execPath, [script, ...words], {
      cwd: muster.folder,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        said[stream] += chunk.toString('utf8');
      });
    }
    const closed = once(child, 'close') as Promise<[number | null]>;
    const files = reportFiles.map((file) => at(out, file));
    // One case is over; the other waits for a certificate to expire.
    while (!(files.every((file) => existsSync(file)) && /DEV-ENR-001/.test(said.stderr))) {
      assert.equal(child.exitCode, null, said.stderr);
      await delay(50);
    }
    assert.equal(recordOf(out).status, 'incomplete');
    assert.match(textOf(out, 'junit.xml'), /<property name="verdict" value="incomplete"\/>[\s\S]*<error /);
    child.kill(signal);
    const [code] = await closed;
    running.delete(child);
    assert.equal(code, exitCode, said.stderr);
    const record = recordOf(out);
    assert.equal(record.status, 'incomplete');
    assert.equal(record.verdict, 'incomplete');
    assert.deepEqual(validate(schema, record), []);
    assert.deepEqual(await junitProblems(textOf(out, 'junit.xml')), []);
    assert.match(textOf(out, 'report.html'), /incomplete/i);
    const verdicts = Object.fromEntries(record.cases.map(({ id, verdict, reason }) => [id, `${verdict}: ${reason}`]));
    // What was proved of a case that did not end proves nothing.
    assert.match(verdicts['DEV-LIF-001'] ?? '', /^error: The run was (stopped|over) before this case ended/);
    assert.match(verdicts['DEV-ENR-001'] ?? '', /^pass/);
    expectNoPassword(record, out, { code, ...said });
  });
}

test('a muster that was killed leaves no run behind that goes on meeting the device', async () => {
  writeFileSync(
    at('endless'),
    '#!/bin/sh\n[ "$1" = info ] && echo "{}" && exit 0\necho "$PPID" >>meeting\nsleep 1\nexit 0\n',
    {
      mode: 0o755,
    },
  );
  const script = join(import.meta.dirname, 'muster.mjs');
  const words = ['certify', 'device', '--adapter', './endless', '--seed', '3', '--out', 'killed'];
  const child = spawn(process.execPath, [script, ...words], {
    cwd: muster.folder,
    env: { PATH: process.env.PATH },
    stdio: 'ignore',
  });
  running.add(child);
  while (!existsSync(at('meeting'))) await delay(50);
  child.kill('SIGKILL');
  await once(child, 'close');
  running.delete(child);
  const worker = Number(textOf('meeting').split('\n')[0]);
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline && isAlive(worker)) await delay(50);
  assert.ok(!isAlive(worker), 'the worker is still there');
  assert.equal(recordOf('killed').status, 'incomplete');
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a server elsewhere', () => {
  const account = ['--device-name', 'gw1.example.com', '--device', '1', '--customer', '1', '--username', 'sample'];

  test('is judged as it is: what cannot be set is not applicable, with the reason, and nothing fails', async () => {
    const server = await muster.serve([]);
    const { httpUrl, tlsUrl, anchor = '', caFingerprintSha256, password = '' } = server.needs;
    const where = [
      '--target',
      tlsUrl,
      '--cleartext',
      httpUrl,
      '--anchor',
      anchor,
      '--fingerprint',
      caFingerprintSha256,
    ];
    const cases = [
      'SRV-CA-001',
      'SRV-ENR-001',
      'SRV-CRD-001',
      'SRV-CFG-001',
      'SRV-LIF-001',
      'SRV-PND-001',
      'SRV-KEY-003',
    ];
    const words = ['certify', 'server', ...where, ...account, '--seed', '5', '--out', 'target'];
    const environment = { MUSTER_PASSWORD: password };
    const ended = await muster.run([...words, ...cases.flatMap((id) => ['--case', id])], environment);
    await server.stop('SIGTERM');
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const record = recordOf('target');
    const by = new Map(record.cases.map((each) => [each.id, each]));
    for (const id of ['SRV-CA-001', 'SRV-ENR-001', 'SRV-CRD-001']) assert.equal(by.get(id)?.verdict, 'pass', id);
    for (const [id, reason] of [
      ['SRV-CFG-001', /configuration file cannot be set/],
      ['SRV-LIF-001', /lifetime cannot be set/],
      ['SRV-PND-001', /--operator/],
      ['SRV-KEY-003', /was given one device/],
    ] as const) {
      assert.equal(by.get(id)?.verdict, 'not-applicable', id);
      assert.match(by.get(id)?.reason ?? '', reason);
    }
    assert.ok(password.length > 10);
    const texts = reportFiles.map((file) => unpacked(textOf('target', file)));
    for (const text of [...texts, ended.stdout, ended.stderr]) assert.ok(!text.includes(password));
    expectNoPassword(record, 'target', ended);
  });

  test('that does not answer is an error of the bench, told once and early', async () => {
    writeFileSync(at('anchor.pem'), 'not read before the server answers');
    const silent = createServer(() => {});
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const { port } = silent.address() as { port: number };
    silent.close();
    await once(silent, 'close');
    const where = ['--target', `https://127.0.0.1:${port}/tep`, '--cleartext', `http://127.0.0.1:${port}/tep`];
    const words = [
      'certify',
      'server',
      ...where,
      '--anchor',
      'anchor.pem',
      ...account,
      '--seed',
      '5',
      '--out',
      'closed',
    ];
    const began = performance.now();
    const { code, stdout, stderr } = await muster.run(words, { MUSTER_PASSWORD: 'x' });
    assert.equal(code, 3, stderr);
    assert.ok(performance.now() - began < 10_000);
    assert.match(stderr, /The server under test does not answer at https:\/\/127\.0\.0\.1:\d+\/tep\. .*ECONNREFUSED/);
    assert.match(stderr, /Start it, or mend --target\./);
    assert.equal(stdout, '');
  });
});

test('an adapter that says nothing is asked once, and early: every case is an error of the bench, and none runs', async () => {
  writeFileSync(at('nothing'), '#!/bin/sh\necho "$1" >>calls\n', { mode: 0o755 });
  const words = ['certify', 'device', '--adapter', './nothing', '--case', 'DEV-TLS-001', '--case', 'DEV-TLS-002'];
  const { code, stderr } = await muster.run([...words, '--seed', '5', '--out', 'silent']);
  assert.equal(code, 3, stderr);
  assert.equal(textOf('calls'), 'info\n');
  const { status, verdict, cases } = recordOf('silent');
  assert.deepEqual([status, verdict, cases.length], ['complete', 'error', 2]);
  const said =
    /did not say what it is\. The adapter .*\/nothing, verb "info", exit status 0: a JSON object is expected/;
  for (const { id, verdict: judged, reason } of cases) {
    assert.equal(judged, 'error', id);
    assert.match(reason, said);
  }
});

test('a statement that the device contradicts stops the run before any case; the same without that line runs', async () => {
  const statement = 'device x\nprofile modern\ntls 1.2 1.3\nrenew no\n';
  writeFileSync(at('gw.profile'), `${statement}keys rsa2048\n`);
  const words = ['certify', 'device', '--seed', '5', '--profile', 'gw.profile', '--case', 'DEV-LIF-002', 'DEV-TLS-001'];
  const stopped = await muster.run([...words, '--out', 'stopped']);
  assert.equal(stopped.code, 2, stopped.stderr);
  assert.match(stopped.stderr, /line 4: "renew no" is declared; seen is "renew yes"\n {2}line 5: "keys rsa2048"/);
  assert.ok(!existsSync(at('stopped', 'run.json')));
  writeFileSync(
    at('gw.profile'),
    statement.replace('renew no', 'renew yes').replace('tls', 'common-name refused\ntls'),
  );
  const judged = await muster.run([...words, '--out', 'judged']);
  assert.equal(judged.code, 0, judged.stdout);
  const { profile } = recordOf('judged');
  assert.deepEqual(
    profile.statement?.lines.map(({ line, discovered }) => [line, discovered]),
    [
      ['common-name', undefined],
      ['tls', '1.2 1.3'],
      ['renew', 'yes'],
    ],
  );
  assert.deepEqual(validate(schema, recordOf('judged')), []);
  assert.match(textOf('judged', 'report.html'), /Declared of x, and seen before the run/);
});
