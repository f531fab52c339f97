import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { excludedBy } from '../profile/statement.ts';
import { readStatement } from '../profile/statement-file.ts';
import { isModule, statementIn } from '../profile/statement-module.ts';
import { type DeviceProfile, defineProfile } from './device-profile.ts';

const scratch = mkdtempSync(join(tmpdir(), 'muster-profile-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const examples = join(import.meta.dirname, '..', '..', 'examples', 'profiles');

test('a module declares what a file declares', async () => {
  const file = readStatement(readFileSync(join(examples, 'openssl.profile'), 'utf8'), 'openssl.profile');
  const words = Object.fromEntries(Object.entries(file.lines).map(([line, { words: declared }]) => [line, declared]));
  const module = await statementIn(join(examples, 'openssl.profile.mjs'));
  assert.deepEqual(Object.fromEntries(Object.entries(module.lines).map(([line, { words: of }]) => [line, of])), words);
  assert.deepEqual([module.subject, module.profile], [file.subject, file.profile]);
  const renews = excludedBy({ ...module, file: 'gw.mjs' }, { calls: 'yes' });
  assert.equal(renews?.reason, 'gw.mjs declares "calls no"; this case is for "calls yes".');
});

test('every error of a profile is named at once', () => {
  const wrong = { device: '', profile: 'best', tls: '1.4', renew: ['yes'], keys: ['p256', 'p256'], speed: 'high' };
  assert.throws(
    () => defineProfile(wrong as unknown as DeviceProfile),
    (thrown: unknown) => {
      assert.ok(thrown instanceof MusterError && thrown.code === 'profile-invalid');
      assert.deepEqual(
        thrown.message.split('\n').map((line) => /"(\S+)"/.exec(line)?.[1]),
        ['device', 'profile', 'tls', 'renew', 'keys', 'speed'],
      );
      return true;
    },
  );
});

test('a module that has no profile is a mistake of the caller, which says what is expected', async () => {
  const file = join(scratch, 'none.mjs');
  writeFileSync(file, 'export const profile = {};\n');
  await assert.rejects(statementIn(file), /none\.mjs: a module is expected that has "export default defineProfile/);
  await assert.rejects(statementIn(join(scratch, 'absent.ts')), { code: 'profile-invalid' });
  assert.deepEqual(['a.profile', 'a.conf', 'a.ts', 'a.mts', 'a.js', 'modern'].map(isModule), [
    false,
    false,
    true,
    true,
    true,
    false,
  ]);
});
