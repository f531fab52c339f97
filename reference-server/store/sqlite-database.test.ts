import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setImmediate as soon } from 'node:timers/promises';
import { MusterError } from '#protocol/errors.ts';
import { testDatabaseContract } from './database-contract.ts';
import { SqliteDatabase } from './sqlite-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-sqlite-'));
const opened: SqliteDatabase[] = [];
after(async () => {
  await Promise.all(opened.map((database) => database.close()));
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;
const newPath = (): string => join(folder, `${++count}.db`);
function open(path: string): SqliteDatabase {
  const database = SqliteDatabase.open(path);
  opened.push(database);
  return database;
}

testDatabaseContract('SQLite in a file', async () => open(newPath()));
testDatabaseContract('SQLite in memory', async () => open(':memory:'));

const refused = (pattern: RegExp) => (thrown: unknown) =>
  thrown instanceof MusterError && thrown.code === 'settings-invalid' && pattern.test(thrown.message);

/** A program in a process of its own, with `database` opened. Returns what it printed. */
async function inAnotherProcess(path: string, program: string, shell = 'exec "$0" "$@"'): Promise<string> {
  const text = `
    const { SqliteDatabase } = await import(${JSON.stringify(new URL('./sqlite-database.ts', import.meta.url).href)});
    const database = SqliteDatabase.open(${JSON.stringify(path)});
    ${program}`;
  const words = ['-c', shell, process.execPath, '--input-type=module', '-e', text];
  const child = spawn('sh', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said.trim();
}

test('of several processes at once that insert the same key one wins, and all see which', async () => {
  const path = newPath();
  open(path);
  const program = (name: string) => `
    const told = [];
    for (let key = 0; key < 50; key++) {
      told.push(await database.atomically(async (sql) => {
        await sql.run('INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING', String(key), '${name}');
        return (await sql.get('SELECT device FROM keys WHERE fingerprint = ?', String(key))).device;
      }));
    }
    console.log(told.join());`;
  const said = await Promise.all(['a', 'b', 'c'].map((name) => inAnotherProcess(path, program(name))));
  assert.equal(said[0]?.split(',').length, 50);
  assert.equal(new Set(said).size, 1, said.join('\n'));
});

test('who came in company waits for more, up to a full group; who came alone does not', async (t) => {
  const database = open(newPath());
  const commits = t.mock.method(DatabaseSync.prototype, 'exec');
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let ended = 0;
  const insert = async (key: number): Promise<void> => {
    await database.atomically((sql) => sql.run('INSERT INTO keys VALUES (?, ?)', `${key}`, ''));
    ended += 1;
  };
  /** How many of them have ended, and by how many commits, when nothing goes on any more without the time going on. */
  const begun = async (...keys: readonly number[]): Promise<readonly [number, number]> => {
    ended = 0;
    commits.mock.resetCalls();
    for (const key of keys) void insert(key);
    for (let turn = 0; turn < 10; turn++) await soon();
    return [ended, commits.mock.calls.filter(({ arguments: [text] }) => text === 'COMMIT').length];
  };
  assert.deepEqual(await begun(1), [1, 1]);
  assert.deepEqual(await begun(2), [1, 1], 'alone');
  assert.deepEqual(await begun(3, 4), [2, 1], 'alone before');
  assert.deepEqual(await begun(5), [0, 0], 'in company before');
  assert.deepEqual(await begun(6), [0, 0]);
  t.mock.timers.tick(15);
  assert.deepEqual(await begun(), [2, 1]);
  const sixteen = Array.from({ length: 16 }, (_, i) => 10 + i);
  assert.deepEqual(await begun(...sixteen), [16, 1], 'a full group');
  assert.deepEqual(await begun(30), [0, 0]);
  t.mock.timers.tick(15);
  assert.deepEqual(await begun(), [1, 1], 'nobody came');
  assert.deepEqual(await begun(31), [1, 1], 'alone again');
});

test('several processes that start at once make one schema', async () => {
  const path = newPath();
  const said = await Promise.all(['a', 'b', 'c'].map(() => inAnotherProcess(path, `console.log('opened');`)));
  assert.deepEqual(said, ['opened', 'opened', 'opened']);
});

test('a disk that is full refuses the transaction, and keeps all that resolved before', async () => {
  const path = newPath();
  const program = `
    let kept = 0;
    try {
      for (let key = 0; ; key += 4) {
        const four = [key, key + 1, key + 2, key + 3].map(async (each) => {
          await database.atomically((sql) => sql.run('INSERT INTO keys VALUES (?, ?)', String(each), 'x'.repeat(4000)));
          kept += 1;
        });
        const [refused] = (await Promise.allSettled(four)).filter(({ status }) => status === 'rejected');
        if (refused) throw refused.reason;
      }
    } catch {
      console.log(kept);
    }`;
  // A limit of the size of a file stands for the full disk; its signal is ignored, so that the write fails.
  const told = await inAnotherProcess(path, program, 'trap "" XFSZ; ulimit -f 600; exec "$0" "$@"');
  assert.ok(Number(told) > 10, told);
  const database = open(path);
  const row = await database.atomically((sql) => sql.get('SELECT count(*) AS kept FROM keys'));
  assert.equal(row?.kept, Number(told));
  await database.atomically((sql) => sql.run('INSERT INTO keys VALUES (?, ?)', 'AA', 'gw1'));
});

test('the file is for its owner alone', () => {
  const path = newPath();
  open(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what is no database, a folder that is not there, and the schema of a newer Muster are told; nothing is changed', async () => {
  const text = newPath();
  writeFileSync(text, 'this is a letter, and no database at all\n'.repeat(100));
  assert.throws(() => open(text), refused(/no database can be had there: file is not a database/));
  assert.throws(() => open(join(folder, 'nowhere', 'x.db')), refused(/no database can be had there/));
  const newer = newPath();
  await open(newer).close();
  const database = new DatabaseSync(newer);
  database.exec('PRAGMA user_version = 99');
  database.close();
  assert.throws(() => open(newer), refused(/schema is version 99, this Muster knows up to \d+/));
});
