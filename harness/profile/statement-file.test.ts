import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { excludedBy, judgingProfile, takesFingerprint } from './statement.ts';
import { readStatement } from './statement-file.ts';
import { statementLines } from './statement-lines.ts';

const good = 'device "GW 400"   # ours\nprofile modern\n\ntls 1.2 1.3\nrenew no\ncommon-name accepted\n';

function refused(text: string): string[] {
  try {
    readStatement(text, 'gw.profile');
  } catch (thrown) {
    assert.ok(thrown instanceof MusterError && thrown.code === 'profile-invalid');
    return thrown.message.split('\n');
  }
  return assert.fail('the statement was read');
}

test('a statement has one item a line, words with blanks in quotes, and comments', () => {
  const { device, profile, lines, file } = readStatement(good, 'gw.profile');
  assert.deepEqual([device, profile, file], ['GW 400', 'modern', 'gw.profile']);
  assert.deepEqual(lines, {
    tls: { words: ['1.2', '1.3'], line: 4 },
    renew: { words: ['no'], line: 5 },
    'common-name': { words: ['accepted'], line: 6 },
  });
});

test('every error is told at once, by file, line and column; the same statement without them is read', () => {
  const bad = `${good.replace('renew no', 'renew maybe').replace('1.3', '1.4')}renews yes\nkeys\ntls 1.2\nretrieve yes no\n`;
  const problems = refused(bad);
  const starts = ['4:9', '5:7', '7:1', '8:1', '9:1', '10:14'].map((at) => `gw.profile:${at}: `);
  assert.deepEqual(
    problems.map((problem, index) => problem.startsWith(starts[index] ?? '?')),
    starts.map(() => true),
    problems.join('\n'),
  );
  assert.match(problems[1] ?? '', /"renew": expected one of "yes", "no", seen "maybe"/);
});

test('a statement without a device, without a profile, or with an open quote is none', () => {
  assert.match(refused('tls 1.2').join('\n'), /"device" is missing[\s\S]*"profile" is missing/);
  assert.match(refused('device "x\nprofile modern').join('\n'), /^gw\.profile:1:8: unterminated quote/);
  assert.match(refused('device x\nprofile ancient').join('\n'), /2:9: "profile": expected one of "modern", "legacy"/);
});

test('a case is not applicable where the statement says otherwise, and only there', () => {
  const statement = readStatement(good, 'gw.profile');
  assert.equal(
    excludedBy(statement, { renew: 'yes' })?.reason,
    'gw.profile, line 5, declares "renew no"; this case is for "renew yes".',
  );
  assert.equal(excludedBy(statement, { renew: 'yes' })?.profileLine, 'gw.profile, line 5, declares "renew no"');
  assert.equal(excludedBy(statement, { renew: 'no', tls: '1.3' }), undefined);
  assert.equal(excludedBy(statement, { challenge: 'yes' }), undefined, 'nothing is declared of it');
  assert.equal(excludedBy(undefined, { renew: 'yes' }), undefined);
});

test('where the publication is silent, the statement decides', () => {
  assert.equal(judgingProfile('modern', readStatement(good, 'x')).commonNameAsHost, true);
  assert.equal(judgingProfile('modern', undefined), profiles.modern);
});

test('a device is told the fingerprints that it takes, and none when it fetches over TLS alone', () => {
  const told = (line: string) => {
    const statement = readStatement(`device x\nprofile modern\n${line}`, 'x');
    return (['sha256', 'sha1'] as const).filter((hash) => takesFingerprint(statement, hash));
  };
  assert.deepEqual(
    [told('renew no'), told('fingerprint sha1'), told('getcacert tls')],
    [['sha256', 'sha1'], ['sha1'], []],
  );
});

test('the page on statements names the same lines and words, and its example is read', () => {
  const page = readFileSync(new URL('../../docs/device-profile.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| ([^|]*) \|/gm)].map(([, name, words]) => [
    name,
    [...(words ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word),
  ]);
  assert.deepEqual(
    rows.filter(([name]) => name !== 'device' && name !== 'profile'),
    Object.entries(statementLines).map(([name, { words }]) => [name, words]),
  );
  const example = readFileSync(new URL('../../examples/profiles/openssl.profile', import.meta.url), 'utf8');
  assert.deepEqual(Object.keys(readStatement(example, 'x').lines).sort(), Object.keys(statementLines).sort());
});
