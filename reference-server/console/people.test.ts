import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { systemClock } from '#protocol/clock.ts';
import { SqliteDatabase } from '../store/sqlite-database.ts';
import { People } from './people.ts';
import { testPeopleContract } from './people-contract.ts';
import { createSampleConsole } from './sample-console.ts';

const sample = await createSampleConsole();
after(() => sample.stop());
const { webConsole, database } = sample;

describe('the first administrator', () => {
  test('gets a random password where there is nobody, and nothing where there is somebody', async () => {
    assert.equal(await webConsole.admitFirst(), undefined);
    for (const name of ['amy', 'vic']) await webConsole.people.remove(name);
    await database.atomically((sql) => sql.run("DELETE FROM people WHERE name = 'ada'"));
    const password = (await webConsole.admitFirst()) ?? '';
    assert.match(password, /^[\w-]{20}$/);
    assert.equal((await webConsole.people.verify('admin', password))?.role, 'administrator');
    assert.equal(await webConsole.admitFirst(), undefined);
  });

  test('gets the given one, whatever there was before: so a lost password, or role, comes back', async () => {
    await webConsole.people.add('bob', 'administrator', 'a long password');
    await webConsole.people.setRole('admin', 'viewer');
    await webConsole.admitFirst('given by somebody');
    assert.equal((await webConsole.people.verify('admin', 'given by somebody'))?.role, 'administrator');
    await webConsole.people.remove('admin');
    await webConsole.admitFirst('given once more');
    assert.equal((await webConsole.people.verify('admin', 'given once more'))?.role, 'administrator');
  });
});

test('names and passwords are bounded, and the database holds no password', async () => {
  const shared = SqliteDatabase.open(':memory:');
  const people = new People(shared, systemClock, 2);
  for (const name of ['', 'Ada', 'a b', 'a\nb', '.a', 'x'.repeat(65)]) {
    await assert.rejects(people.add(name, 'viewer', 'a long password'), /The name/, name);
  }
  for (const password of ['', 'elevenchars', 'x'.repeat(257)]) {
    await assert.rejects(people.add('ada', 'viewer', password), /The password/, password);
  }
  await people.add('ada', 'viewer', 'a long password');
  assert.doesNotMatch(
    JSON.stringify(await shared.atomically((sql) => sql.all('SELECT * FROM people'))),
    /a long password/,
  );
  assert.equal(await people.verify('ada', 'another password'), undefined);
  assert.equal(await people.verify('nobody', 'a long password'), undefined);
});

testPeopleContract('SQLite', async () => SqliteDatabase.open(':memory:'));
