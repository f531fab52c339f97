import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { certifyCommand } from '#harness/cli/certify.ts';
import { type CommandView, commandTree } from '#harness/cli/command-tree.ts';
import { reportCommand } from '#harness/cli/report.ts';

interface GithubStep {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface GithubWorkflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly GithubStep[] }>>;
}

const read = (name: string): unknown => parse(readFileSync(join(import.meta.dirname, name), 'utf8'));
const action = parse(readFileSync(join(import.meta.dirname, '..', '..', 'action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, unknown>>;
};

for (const name of ['github-device.yaml', 'github-server.yaml']) {
  test(`${name}: every input that it gives to the action is one`, () => {
    const { jobs } = read(name) as GithubWorkflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    const given = steps.filter(({ uses = '' }) => uses.startsWith('OWNER/muster@'));
    assert.ok(given.length > 0);
    for (const step of given)
      for (const input of Object.keys(step.with ?? {})) assert.ok(input in action.inputs, input);
  });
}

test('gitlab-ci.yml: every command is one of muster, with options that it has; the slices are those that are merged', async () => {
  const { slice, verdict } = read('gitlab-ci.yml') as Record<
    'slice' | 'verdict',
    { script: string[]; parallel: number }
  >;
  const tree = await commandTree([async (y) => y.command(certifyCommand), async (y) => y.command(reportCommand)]);
  const all = (commands: readonly CommandView[]): CommandView[] =>
    commands.flatMap((one) => [one, ...all(one.commands)]);
  for (const line of [...slice.script, ...verdict.script]) {
    const called = all(tree).findLast(({ path }) => line.startsWith(`muster ${path} `));
    assert.ok(called, line);
    const known = called.options.map((option) => option.name);
    for (const [, option = ''] of line.matchAll(/ --([a-z-]+)/g)) assert.ok(known.includes(option), option);
  }
  const merged = verdict.script[0]?.match(/shard-\d/g);
  assert.equal(merged?.length, slice.parallel);
});
