import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { unpacked } from '#reports/html/unpacked.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { makeIdentity } from '../case/identity.ts';
import { clearCaseFolders } from './evidence-folder.ts';
import { Redaction } from './redaction.ts';

const seed = 20261123;
const caseId = 'DEV-TLS-001';
const noTshark = spawnSync('tshark', ['--version']).error ? 'the command tshark is not there' : false;
let out: string;
const file = (name: string) => readFile(join(out, 'evidence', caseId, name), 'utf8');

before(async () => {
  out = await mkdtemp(join(tmpdir(), 'muster-evidence-'));
  const muster = join(import.meta.dirname, '../cli/muster.mjs');
  const words = ['certify', 'device', '--case', caseId, '--seed', String(seed), '--out', out];
  const { status, stderr } = spawnSync(process.execPath, [muster, ...words], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
after(() => rm(out, { recursive: true, force: true }));

test('each case leaves its evidence as files, and the record names them', async () => {
  const names = ['transcript.txt', 'certificates.pem', 'outputs.txt', 'tls.json', 'keylog.txt', 'capture.pcapng'];
  const there = await readdir(join(out, 'evidence', caseId));
  assert.deepEqual(there.toSorted(), names.toSorted());
  const record = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunRecord;
  const [one] = record.cases;
  assert.deepEqual(one?.evidence?.files?.toSorted(), there.map((name) => `evidence/${caseId}/${name}`).toSorted());
  const page = unpacked(await readFile(join(out, 'report.html'), 'utf8'));
  for (const name of there) assert.match(page, new RegExp(`href="evidence/${caseId}/${name}"`));
});

test('the transcript tells every message in order; the certificates have their titles', async () => {
  const transcript = await file('transcript.txt');
  assert.match(transcript, /^DEV-TLS-001: .*\nVerdict: pass\./);
  const [before = -1, fault = -1, after = -1] = ['Control before', 'the fault “unknown-ca”', 'Control after'].map(
    (text) => transcript.indexOf(text),
  );
  assert.ok(before > 0 && fault > before && after > fault);
  assert.match(transcript, /device -> server \(tls\): request\n {4}operation = request\n/);
  assert.match(transcript, /POST \/tep HTTP\/1\.1/);
  assert.match(await file('certificates.pem'), /^Server certificate \(unknown-ca\)\n-----BEGIN CERTIFICATE-----$/m);
});

test('the facts of each TLS connection', async () => {
  const contacts = JSON.parse(await file('tls.json')) as Record<string, unknown>[];
  const refused = contacts.filter(({ applicationBytes }) => applicationBytes === 0);
  assert.ok(refused.length > 0 && refused.length < contacts.length);
  for (const contact of contacts) {
    assert.match(String(contact.openedAt), /^\d{4}-.*Z$/);
    assert.equal(contact.certificateSent, true);
  }
  for (const contact of contacts.filter(({ handshakeCompleted }) => handshakeCompleted)) {
    assert.match(String(contact.protocol), /^TLSv1\.[23]$/);
  }
});

test('no password, in any form, and no private key stands in any file; in the capture it is encrypted', async () => {
  const { password } = makeIdentity(seed, caseId);
  const redaction = new Redaction();
  redaction.hide(password);
  const names = await readdir(out, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  assert.ok(files.length >= 8);
  for (const { parentPath, name } of files) {
    const text = await readFile(join(parentPath, name), 'latin1');
    assert.equal(redaction.text(text) === text, true, `${name} holds a secret`);
  }
  assert.equal(redaction.text(`x ${password}`), 'x [redacted]');
});

test('with the key log that is in it, the capture shows what the device sent', { skip: noTshark }, () => {
  const capture = join(out, 'evidence', caseId, 'capture.pcapng');
  const words = ['-n', '-r', capture, '-Y', 'http.request', '-T', 'fields', '-e', 'http.file_data'];
  const { stdout } = spawnSync('tshark', words, { encoding: 'utf8' });
  assert.match(
    stdout,
    new RegExp(`operation=request&.*password=${makeIdentity(seed, caseId).password.replace('-', '(-|%2D)')}`, 'i'),
  );
});

test('what an earlier run left for its cases goes, and nothing else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-evidence-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['evidence/DEV-TLS-001', 'repro/DEV-TLS-001', 'evidence/holiday', 'other/DEV-TLS-001']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  await writeFile(join(folder, 'evidence', 'notes.txt'), 'mine');
  await clearCaseFolders(folder);
  const left = await readdir(folder, { recursive: true });
  assert.deepEqual(left.toSorted(), [
    'evidence',
    'evidence/holiday',
    'evidence/notes.txt',
    'other',
    'other/DEV-TLS-001',
    'repro',
  ]);
});
