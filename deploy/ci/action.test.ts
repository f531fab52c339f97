import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { certifyCommand } from '#harness/cli/certify.ts';
import { commandTree } from '#harness/cli/command-tree.ts';
import { sampleRecord } from '#reports/sample-record.ts';
import { actionWords } from './action-words.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const root = join(import.meta.dirname, '..', '..');
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;
const scratch = mkdtempSync(join(tmpdir(), 'muster-action-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const notOptions = ['role', 'merge', 'args', 'artifact'];
const withoutInput: Readonly<Record<string, string>> = {
  list: 'runs nothing',
  json: 'what is printed is for people; the record is in the report',
  'password-file': 'a secret of a job is a variable: MUSTER_PASSWORD',
  'last-failed': 'a job begins without the record of an earlier run',
};

test('the inputs are the options of muster certify, and the other way round', async () => {
  const [certify] = await commandTree([async (y) => y.command(certifyCommand)]);
  const options = certify?.options.map(({ name }) => name).filter((name) => !(name in withoutInput)) ?? [];
  const inputs = Object.keys(action.inputs).filter((name) => !notOptions.includes(name));
  assert.ok(options.length > 20);
  assert.deepEqual(inputs.sort(), options.sort());
  for (const name of Object.keys(withoutInput))
    assert.ok(
      certify?.options.some((option) => option.name === name),
      name,
    );
  for (const [name, { description }] of Object.entries(action.inputs)) assert.match(description, /\S/, name);
});

test('inputs become words, each of them one, whatever is in it', () => {
  const rows: readonly (readonly [Readonly<Record<string, string>>, readonly string[]])[] = [
    [{ role: '', adapter: '', strict: '' }, ['certify', '--out', 'muster-report']],
    [
      { role: 'device', adapter: './my adapter; rm -rf /', out: 'r', strict: 'true', certify: 'false' },
      ['certify', 'device', '--adapter=./my adapter; rm -rf /', '--strict', '--out', 'r'],
    ],
    [
      { case: 'DEV-TLS-001  DEV-TLS-002', seed: '7', args: '--http\n5045\n', artifact: 'x' },
      ['certify', '--seed=7', '--out', 'muster-report', '--case', 'DEV-TLS-001', 'DEV-TLS-002', '--http', '5045'],
    ],
    [{ merge: 'a b', seed: '7', out: 'm' }, ['report', 'merge', 'a', 'b', '--out', 'm']],
  ];
  for (const [inputs, words] of rows) assert.deepEqual(actionWords(inputs), words);
  assert.throws(() => actionWords({ strict: 'yes' }), /strict: true or false is expected, seen "yes"/);
});

const runOf = (find: RegExp): string => {
  const step = action.runs.steps.find(({ run }) => run !== undefined && find.test(run));
  assert.ok(step?.run, `${find}`);
  return step.run;
};

/** A step as a runner runs it: `bash -e` in the folder of the workflow, with the variables of a job. */
function step(script: string, variables: Readonly<Record<string, string>>, path: readonly string[] = []) {
  const output = join(scratch, 'output');
  const summary = join(scratch, 'summary.md');
  for (const file of [output, summary]) writeFileSync(file, '');
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: scratch,
    encoding: 'utf8',
    env: {
      PATH: [...path, join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
      GITHUB_ACTION_PATH: root,
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...variables,
    },
  });
  const outputs = readFileSync(output, 'utf8').trim().split('\n');
  const pairs = outputs.map((line) => line.split('=', 2) as [string, string]);
  return { status, said: stdout + stderr, outputs: Object.fromEntries(pairs), summary: readFileSync(summary, 'utf8') };
}

const defaults = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default]));
const inputsFor = (given: Readonly<Record<string, string>>) => ({
  INPUTS: JSON.stringify({ ...defaults, seed: '7', ...given }),
});

test('the step judges, annotates, writes the summary and sets every output; the last one ends as muster did', () => {
  const { baseline: _baseline, ...record } = sampleRecord;
  const all = record.cases.map(({ id }) => id);
  for (const index of [0, 1]) {
    const shard = { index, of: 2, strict: false, cases: all };
    const cases = record.cases.filter((_, at) => at % 2 === index);
    mkdirSync(join(scratch, `shard-${index}`));
    writeFileSync(join(scratch, `shard-${index}`, 'run.json'), JSON.stringify({ ...record, cases, shard }));
  }
  const ran = step(runOf(/action-step/), inputsFor({ merge: 'shard-0 shard-1', out: 'merged' }));
  assert.equal(ran.status, 0, ran.said);
  assert.match(ran.said, /::error title=fail%3A DEV-TLS-004::/);
  assert.match(ran.said, /::error title=muster ended 1%3A findings::Judged, with findings/);
  assert.match(ran.summary, /^## FAIL: /);
  assert.deepEqual(ran.outputs, {
    verdict: 'fail',
    'exit-code': '1',
    report: 'merged',
    sarif: 'merged/findings.sarif',
  });
  assert.deepEqual(Object.keys(ran.outputs).sort(), Object.keys(action.outputs).sort());
  for (const code of ['0', '1', '4']) assert.equal(step(runOf(/^exit/), { EXIT_CODE: code }).status, Number(code));

  const wrong = step(runOf(/action-step/), inputsFor({ seed: 'seven', out: 'merged' }));
  assert.equal(wrong.status, 0, wrong.said);
  assert.match(wrong.said, /::error title=muster ended 2%3A usage::/);
  assert.deepEqual(wrong.outputs, { verdict: 'none', 'exit-code': '2', report: '', sarif: '' }, 'nothing of before');
});

test('the packages of the action are installed without what only developers need', () => {
  const stub = join(scratch, 'stub');
  mkdirSync(stub);
  writeFileSync(join(stub, 'npm'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  const { status, said } = step(runOf(/^npm/), {}, [stub]);
  assert.equal(status, 0);
  assert.deepEqual(said.trim().split('\n').slice(0, 3), ['ci', '--omit=dev', '--omit=optional']);
});

test('every step is one that a runner knows, and other actions are pinned to a version', () => {
  assert.equal(action.runs.using, 'composite');
  for (const { uses, run } of action.runs.steps) {
    if (run !== undefined) assert.equal(spawnSync('bash', ['-n', '-c', run]).status, 0, run);
    else assert.match(uses ?? '', /^actions\/[\w-]+@v\d+$/);
  }
});
