import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sampleRecord } from '#reports/sample-record.ts';
import { GithubJob } from './github-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-github-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function logOf(environment: Record<string, string>): string {
  let said = '';
  GithubJob.begun(environment, { write: (text) => (said += text) })?.tell(sampleRecord);
  return said;
}

test('in a job of GitHub no command is obeyed until the end; then come annotations and the summary', () => {
  const summary = join(folder, 'summary.md');
  const said = logOf({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
  const [, token] = /^::stop-commands::(\S{36})\n/.exec(said) ?? [];
  assert.ok(token, said);
  assert.match(said, new RegExp(`\\n::${token}::\\n::error title=fail%3A DEV-TLS-004::`));
  assert.match(readFileSync(summary, 'utf8'), /^## FAIL: /);
  logOf({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary });
  assert.equal(readFileSync(summary, 'utf8').match(/^## FAIL: /gm)?.length, 2, 'what another step wrote stays');
});

test('a summary that cannot be written is told, and nothing is lost by it', () => {
  const said = logOf({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'none', 'summary.md') });
  assert.match(said, /::error title=fail%3A DEV-TLS-004::[\s\S]*::warning title=no summary::.*ENOENT/);
});

test('elsewhere nothing is said', () => {
  assert.equal(logOf({ GITHUB_STEP_SUMMARY: join(folder, 'other.md') }), '');
});
