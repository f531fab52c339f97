import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from './commands.ts';
import { completionsFor } from './completion.ts';
import { completionScripts } from './completion-scripts.ts';

const wordsOf = async (...words: string[]): Promise<string[]> =>
  (await completionsFor(words)).map((line) => line.split('\t')[0] ?? '');

test('the first word becomes a command', async () => {
  assert.deepEqual(await wordsOf(''), Object.keys(commands));
  assert.deepEqual(await wordsOf('ce'), ['certify']);
  assert.deepEqual(await wordsOf('nothing'), []);
});

test('a command of a command, and its options with what they mean', async () => {
  assert.deepEqual(await wordsOf('config', 'ch'), ['check']);
  assert.deepEqual(await wordsOf('config', 'format', '--'), ['--write']);
  assert.ok((await completionsFor(['serve', '--app'])).every((line) => /^--approve\tWho approves/.test(line)));
});

test('the value of an option: one of its choices, or the name of a case, a persona, a flaw', async () => {
  assert.deepEqual(await wordsOf('serve', '--approve', ''), ['auto', 'manual']);
  assert.deepEqual(await wordsOf('serve', '--approve', '=', 'm'), ['manual'], 'as bash splits it');
  assert.deepEqual(await wordsOf('serve', '--approve=m'), ['manual']);
  assert.deepEqual(await wordsOf('certify', '--case', 'dev-tls-001'), ['DEV-TLS-001']);
  assert.deepEqual(await wordsOf('certify', '--case', 'DEV-TLS-001', 'SRV-ENR-001'), ['SRV-ENR-001']);
  assert.deepEqual(await wordsOf('replay', 'DEV-TLS-002'), ['DEV-TLS-002']);
  assert.ok((await wordsOf('enroll', '--persona', 'no-')).includes('no-name-check'));
  assert.ok((await wordsOf('load', '--flaw', '')).includes('any-password'));
});

test('whatever can be explained completes, and the words of a positional choice do', async () => {
  for (const id of ['DEV-TLS-002', 'ID-007', 'bench-broken', 'no-name-check', '70']) {
    assert.ok((await wordsOf('explain', id)).includes(id), id);
  }
  assert.deepEqual(await wordsOf('list', 'err'), ['errors']);
  assert.deepEqual(await wordsOf('certify', 'dev'), ['device']);
});

test('where a file is due nothing is said, so that the shell names files', async () => {
  assert.deepEqual(await wordsOf('certify', 'device', '--adapter', ''), []);
  assert.deepEqual(await wordsOf('config', 'check', ''), []);
});

test('an option that stands there already is not offered again, unless it may', async () => {
  assert.ok(!(await wordsOf('load', '--seed', '1', '--')).includes('--seed'));
  const options = await wordsOf('load', '--threshold', 'failed<1%', '--');
  assert.ok(options.includes('--threshold') && options.includes('--seed'));
});

test('bash, with the script of muster completion, completes the ids of cases', () => {
  const muster = join(import.meta.dirname, 'muster.mjs');
  const asked = `muster() { '${process.execPath}' '${muster}' "$@"; }
${completionScripts.bash}
COMP_WORDS=(muster certify --case DEV-TLS-002); COMP_CWORD=3; _muster; echo "\${COMPREPLY[*]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', asked], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(stdout.trim(), 'DEV-TLS-002');
});
