import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { requirementSet } from '../certificate/requirement-sets.ts';
import { admittedBy, excludedBy, judgingProfile, takesFingerprint } from './statement.ts';
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
  const { role, subject, profile, lines, file } = readStatement(good, 'gw.profile');
  assert.deepEqual([role, subject, profile, file], ['device', 'GW 400', 'modern', 'gw.profile']);
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
  assert.match(refused('tls 1.2').join('\n'), /"device" \(or "server"\) is missing[\s\S]*"profile" is missing/);
  assert.match(refused('device "x\nprofile modern').join('\n'), /^gw\.profile:1:8: unterminated quote/m);
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
    rows.filter(([name = '']) => !['device', 'server', 'profile', 'out-of-reach'].includes(String(name))),
    Object.entries(statementLines).map(([name, { words }]) => [name, words]),
  );
  const example = readFileSync(new URL('../../examples/profiles/openssl.profile', import.meta.url), 'utf8');
  assert.deepEqual(Object.keys(readStatement(example, 'x').lines).sort(), Object.keys(statementLines).sort());
});

test('a statement of a server says what is out of reach, and nothing that is declared of a device', () => {
  const text = 'server "CH 9"\nprofile modern\nout-of-reach SRV-SUR-001 SRV-CFG-002\n';
  const statement = readStatement(text, 'ch.profile');
  assert.deepEqual([statement.role, statement.subject, statement.lines], ['server', 'CH 9', {}]);
  assert.equal(admittedBy(statement, 'SRV-CFG-002'), 'ch.profile, line 3, declares "out-of-reach SRV-CFG-002"');
  assert.equal(admittedBy(statement, 'SRV-CFG-003'), undefined);
  const bad = refused(`${text.replace('SRV-CFG-002', 'anything SRV-SUR-001')}renew yes\ndevice x\n`).join('\n');
  assert.match(bad, /3:26: "out-of-reach": expected ids of cases, seen "anything"/);
  assert.match(bad, /"out-of-reach" says "SRV-SUR-001" twice/);
  assert.match(bad, /4:1: "renew" is not declared of a server[\s\S]*5:1: "device" is not declared of a server/);
});

test('the example of a server names cases of servers, and each is in the newest requirement set', () => {
  const text = readFileSync(new URL('../../examples/profiles/muster-serve.profile', import.meta.url), 'utf8');
  const { role, outOfReach } = readStatement(text, 'x');
  const known = new Set(requirementSet().set.cases.flatMap((one) => (one.role === 'server' ? [one.id] : [])));
  assert.equal(role, 'server');
  assert.deepEqual(
    outOfReach?.words.filter((id) => !known.has(id)),
    [],
  );
});
