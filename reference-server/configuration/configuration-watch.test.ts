import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { profiles } from '#protocol/pki/profiles.ts';
import { hashPassword } from '../accounts.ts';
import type { AuditEvent } from '../audit.ts';
import { ConfigurationKeeper } from './configuration-keeper.ts';
import { SealedCrypto } from './crypto-source.ts';
import { FilePlace } from './file-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-watch-'));
const path = join(folder, 'muster.conf');
const accounts = join(folder, 'accounts');
const good = 'enroll enabled\ngroup a\ndevice d a enabled\n';
const awake = setInterval(() => {}, 1000);
let keeper: ConfigurationKeeper;
let said: AuditEvent[];
let told = () => {};
after(() => {
  clearInterval(awake);
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => keeper.close());

async function begin(): Promise<string> {
  writeFileSync(path, good);
  writeFileSync(accounts, '');
  said = [];
  keeper = await ConfigurationKeeper.open({
    place: new FilePlace(path, accounts),
    crypto: new SealedCrypto('secret', profiles.modern),
    audit: (event) => {
      said.push(event);
      told();
    },
  });
  keeper.watch();
  return keeper.text;
}

/** Resolves when the server has said so many things. */
async function until(count: number): Promise<readonly (string | undefined)[]> {
  while (said.length < count) await new Promise<void>((resolve) => (told = resolve));
  return said.map(({ event }) => event);
}

test('a file that an editor replaces, or writes over in place, comes into force by itself', async () => {
  const text = await begin();
  writeFileSync(`${path}.swp`, text.replace('enroll enabled', 'enroll disabled'));
  renameSync(`${path}.swp`, path);
  assert.deepEqual(await until(1), ['reloaded']);
  assert.equal(keeper.current.enroll, false);
  writeFileSync(path, text);
  assert.deepEqual(await until(2), ['reloaded', 'reloaded']);
  assert.equal(keeper.current.enroll, true);
});

test('accounts that change come into force too; accounts with errors do not', async () => {
  await begin();
  const line = `account 1 7 d ann ${await hashPassword('x', 2)}\n`;
  appendFileSync(accounts, line);
  await until(1);
  assert.deepEqual(
    keeper.accounts.map(({ device }) => device),
    ['7'],
  );
  appendFileSync(accounts, 'nonsense\n');
  assert.deepEqual(await until(2), ['reloaded', 'reload-failed']);
  assert.match(said[1]?.detail ?? '', /accounts:2/);
  assert.equal(keeper.accounts.length, 1);
});

test('a file with errors, gone, or empty changes nothing, and is spoken of once; a good one then counts', async () => {
  const text = await begin();
  const before = keeper.current;
  writeFileSync(path, `${text}nonsense\n`);
  await until(1);
  rmSync(path);
  await until(2);
  writeFileSync(path, '');
  await until(3);
  assert.deepEqual(
    said.map(({ event }) => event),
    ['reload-failed', 'reload-failed', 'reload-failed'],
  );
  for (const [index, words] of [/muster\.conf:5:1: /, /there is no such file/, /an empty file/].entries()) {
    assert.match(said[index]?.detail ?? '', words);
  }
  assert.equal(keeper.current, before);
  writeFileSync(path, `${text}# mended\n`);
  assert.equal((await until(4))[3], 'reloaded');
  assert.equal(keeper.text, `${text}# mended\n`);
});

test('what the server writes itself is not read again', async () => {
  await begin();
  await keeper.setDeviceEnabled('d', false, 'ann');
  keeper.setEnrolled('d', true);
  appendFileSync(accounts, '# a change that is seen after those\n');
  await until(2);
  assert.deepEqual(
    said.map(({ event }) => event),
    ['configuration-changed', 'reloaded'],
  );
});

test('a file that is written in pieces is not taken for one that lost its crypto line', async () => {
  const text = await begin();
  const { authority } = keeper;
  // An editor that is interrupted for longer than a file has to rest: what it wrote so far is a good file.
  writeFileSync(path, good);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(said, []);
  appendFileSync(path, text.slice(good.length).concat('# whole\n'));
  assert.deepEqual(await until(1), ['reloaded']);
  assert.equal(keeper.authority, authority);
  truncateSync(path, good.length);
  assert.deepEqual(await until(2), ['reloaded', 'reloaded'], 'one that stays so is');
  assert.notEqual(keeper.authority, authority);
  assert.match(readFileSync(path, 'utf8'), /^crypto /m);
});
