import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { SqliteStore } from './sqlite-store.ts';
import { testStoreContract } from './store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-sqlite-'));
const opened: SqliteStore[] = [];
after(() => {
  for (const store of opened) store.close();
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const newPath = (): string => join(folder, `store-${++count}.db`);
function open(path: string): SqliteStore {
  const store = SqliteStore.open(path);
  opened.push(store);
  return store;
}

testStoreContract('SQLite', async () => open(newPath()));

const refused = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'settings-invalid' && pattern.test(thrown.message);

test('what was kept is there when the file is opened again, by another process too', async () => {
  const path = newPath();
  const first = open(path);
  await first.claimKey('AA', 'gw1.example.com');
  await first.giveChallenge('N', 1_000, 0);
  await first.useChallenge('N', 'd1', 1);
  const second = open(path);
  assert.equal(await second.claimKey('AA', 'gw2.example.com'), 'gw1.example.com');
  assert.equal(await second.useChallenge('N', 'd2', 1), 'used');
});

test('of claims by several processes at once one wins, and all are told which', async () => {
  const path = newPath();
  open(path);
  const program = `
    const { SqliteStore } = await import(${JSON.stringify(new URL('./sqlite-store.ts', import.meta.url).href)});
    const store = SqliteStore.open(${JSON.stringify(path)});
    const told = [];
    for (let key = 0; key < 50; key++) told.push(await store.claimKey(String(key), process.argv[1]));
    console.log(told.join());`;
  const said = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, name]);
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await once(child, 'close');
      return text.trim();
    }),
  );
  assert.equal(said[0]?.split(',').length, 50);
  assert.equal(new Set(said).size, 1, said.join('\n'));
});

test('a disk that is full refuses the change, and keeps everything that was told before', async () => {
  const path = newPath();
  const program = `
    const { SqliteStore } = await import(${JSON.stringify(new URL('./sqlite-store.ts', import.meta.url).href)});
    const store = SqliteStore.open(${JSON.stringify(path)});
    const base = { state: 'issued', nonce: '', digest: '', pkcs10: new Uint8Array(4000), keyFingerprint: '', requestedAt: 1, from: '' };
    let kept = 0;
    try {
      for (;; kept++) {
        const next = { ...base, id: String(kept), device: String(kept) };
        await store.update(next.device, () => ({ next, result: undefined }));
      }
    } catch {
      console.log(kept);
    }`;
  // A limit of the size of a file stands for the full disk; its signal is ignored, so that the write fails.
  const shell = 'trap "" XFSZ; ulimit -f 600; exec "$0" --input-type=module -e "$1"';
  const child = spawn('sh', ['-c', shell, process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  await once(child, 'close');
  assert.ok(Number(told) > 10, told);
  const store = open(path);
  assert.equal((await store.list()).length, Number(told));
  await store.claimKey('AA', 'gw1.example.com');
});

test('the file is for its owner alone', () => {
  const path = newPath();
  open(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what is no database, a folder that is not there, and the schema of a newer Muster are told; nothing is changed', () => {
  const text = newPath();
  writeFileSync(text, 'this is a letter, and no database at all\n'.repeat(100));
  assert.throws(() => open(text), refused(/no database can be had there: file is not a database/));
  assert.throws(() => open(join(folder, 'nowhere', 'x.db')), refused(/no database can be had there/));
  const newer = newPath();
  open(newer).close();
  opened.pop();
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(() => open(newer), refused(/schema is version 99, this Muster knows up to \d+/));
});
