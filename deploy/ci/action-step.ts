/**
 * Prevents: a job that is green since nobody looked at the exit code, and an input that a shell takes for a command. The step
 * of action.yml: runs muster as the inputs say, says what its exit code means, and sets the outputs. It ends 0: the last
 * step of the action ends as muster did, once the report is kept.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, exitTable } from '#harness/cli/exit-codes.ts';
import { readRunRecord } from '#harness/cli/run-file.ts';
import { githubCommand } from '#reports/github-annotations.ts';
import { actionWords, type Inputs, reportFolder } from './action-words.ts';

const inputs = JSON.parse(process.env.INPUTS ?? '{}') as Inputs;
const report = reportFolder(inputs);
const muster = join(import.meta.dirname, '..', '..', 'harness', 'cli', 'muster.mjs');
// What an earlier step left there is no word on this one.
rmSync(join(report, 'run.json'), { force: true });
const { status, signal } = spawnSync(process.execPath, [muster, ...actionWords(inputs)], { stdio: 'inherit' });
const exitCode = status ?? (signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted);

const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
const name = names.find((each) => exitCodes[each] === exitCode) ?? 'bug';
if (exitCode !== exitCodes.good) {
  const { meaning, mend } = exitTable[name];
  process.stdout.write(githubCommand('error', { title: `muster ended ${exitCode}: ${name}` }, `${meaning} ${mend}`));
}

const record = await readRunRecord(report).catch(() => undefined);
const outputs = {
  verdict: record?.verdict ?? 'none',
  'exit-code': exitCode,
  report: record ? report : '',
  sarif: record ? join(report, 'findings.sarif') : '',
};
const lines = Object.entries(outputs).map(([output, value]) => `${output}=${value}\n`);
appendFileSync(process.env.GITHUB_OUTPUT ?? '/dev/stdout', lines.join(''));
