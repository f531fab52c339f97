import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const muster = join(root, 'harness', 'cli', 'muster.mjs');
const help = spawnSync(process.execPath, [muster, 'serve', '--help'], { encoding: 'utf8' });

for (const name of ['systemd/muster.service', 'Containerfile', 'compose.yaml']) {
  test(`${name}: every option that it gives to muster serve is there`, () => {
    assert.equal(help.status, 0, help.stderr);
    const text = read(name).replace(/^(?:RUN npm|#) .*$/gm, '');
    const given = [...text.matchAll(/(?<![\w-])--([a-z]+)/g)].map(([, option = '']) => option);
    assert.ok(given.includes('config') && given.includes('metrics'), given.join(' '));
    for (const option of given) assert.match(help.stdout, new RegExp(`^ +--${option}\\b`, 'm'));
  });
}

const commands = [['load'], ['worker'], ['report', 'merge']];
const helps = commands.map((words) => ({ words, text: helpOf(words) }));

function helpOf(words: readonly string[]): string {
  return spawnSync(process.execPath, [muster, ...words, '--help'], { encoding: 'utf8' }).stdout;
}

for (const name of ['load/indexed-job.yaml', 'load/workers.yaml', 'load/github-matrix.yaml']) {
  test(`${name}: every option that it gives to muster is there`, () => {
    const known = new Set(
      helps.flatMap(({ text }) => [...text.matchAll(/^ +(--[a-z-]+)/gm)].map(([, option]) => option)),
    );
    const used = read(name).replace(/^ *#.*$|docker run .*$|kubectl .*$/gm, '');
    const given = [...used.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
    assert.ok(given.includes('--devices') || given.includes('--anchor'), given.join(' '));
    assert.deepEqual(
      given.filter((option) => !known.has(option)),
      [],
    );
  });
}

test('the Indexed Job has a slice for each pod, and says how to merge as many', () => {
  const job = read('load/indexed-job.yaml');
  const [completions, shards] = [/completions: (\d+)/, /name: SHARDS, value: "(\d+)"/].map((of) => of.exec(job)?.[1]);
  assert.equal(completions, shards);
  const merged = /report merge((?: \/results\/\d+)+) --out/.exec(job)?.[1]?.trim().split(' ');
  assert.equal(String(merged?.length), completions);
});

test('every metric that the README names is one', () => {
  const source = readFileSync(join(root, 'reference-server', 'operations', 'metrics.ts'), 'utf8');
  const named = [...read('README.md').matchAll(/\bmuster_\w+/g)].map(([metric]) => metric);
  assert.ok(named.length >= 5);
  for (const metric of named) assert.ok(source.includes(`'${metric}'`), metric);
});
