import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '#protocol/clock.ts';
import type { Configuration } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import type { AuditEvent } from '../audit.ts';
import { type Flaw, honest } from '../flaw.ts';
import { flaws } from '../flaws.ts';
import { ConfigurationKeeper, digestOfText } from './configuration-keeper.ts';
import { HeldCrypto } from './crypto-source.ts';
import { MemoryPlace } from './memory-place.ts';

const good = 'enroll enabled\ngroup a\ndevice gw.example.com a enabled\n';

/** A keeper in memory, with what it said. */
async function keep(text = good, flaw: Flaw = honest) {
  const place = new MemoryPlace({ text, fileName: 'muster.conf', accounts: [] });
  const said: (AuditEvent & { by?: string | undefined })[] = [];
  const changes: (readonly [now: Configuration, before: Configuration])[] = [];
  let authorities = 0;
  const keeper = await ConfigurationKeeper.open({
    place,
    crypto: new HeldCrypto(profiles.modern),
    audit: (event, by) => said.push({ ...event, by }),
    clock: new ManualClock(new Date('2026-11-23T10:00:00.123Z')),
    flaw,
    authorityChanged: async () => {
      authorities++;
    },
  });
  keeper.onChange((...change) => changes.push(change));
  return { keeper, place, said, changes, authorities: () => authorities };
}

const refused = (code: string, ...words: (string | RegExp)[]) => {
  return (error: unknown): boolean =>
    error instanceof MusterError &&
    error.code === code &&
    words.every((word) => new RegExp(word).test(error.message)) &&
    !error.message.includes('secret');
};

const duplicates = [
  ['group', 'group a', 2],
  ['device', 'device GW.example.com a disabled', 3],
  ['route', 'route a 1404... gw.example.com 1\nroute a 1404... gw.example.com 2', 4],
] as const;

for (const [kind, lines, firstLine] of duplicates) {
  const text = `${good}${lines}\n`;
  const lastLine = text.trimEnd().split('\n').length;
  const named = refused('config-invalid', `muster\\.conf:${lastLine}:`, `line ${firstLine}\\b`, `duplicate ${kind}`);

  test(`a duplicate ${kind} is refused at the start, on reload, and when it is applied, with both lines; what was in force stays`, async () => {
    await assert.rejects(keep(text), named);
    await keep(`${good}${lines.split('\n')[0]?.replace(/^(group|device) \S+/, '$1 b')}\n`);
    const { keeper, place, said } = await keep();
    const before = keeper.current;
    await assert.rejects(keeper.apply(text, 'ann'), named);
    assert.equal((await place.read()).text, good, 'nothing was written');
    place.put(text);
    await assert.rejects(keeper.reload(), named);
    assert.equal(keeper.current, before);
    assert.deepEqual(
      said.map(({ event }) => event),
      ['reload-failed'],
    );
    assert.match(said[0]?.detail ?? '', new RegExp(`muster\\.conf:${lastLine}:`));
  });
}

test('every error of a file is named at once', async () => {
  const bad = 'enroll perhaps\nnonsense\ngroup a\ngroup a\n';
  await assert.rejects(keep(bad), refused('config-invalid', 'conf:1:', 'conf:2:', 'conf:4:'));
  const { keeper } = await keep();
  assert.deepEqual(
    keeper.check(bad).map(({ line, column }) => [line, column]),
    [
      [1, 8],
      [2, 1],
      [4, 7],
    ],
  );
});

test('a good file takes the place of the one before, also after a bad one, and what was there is backed up', async () => {
  const { keeper, place, said, changes } = await keep();
  place.put('nonsense\n');
  await assert.rejects(keeper.reload(), refused('config-invalid', 'muster\\.conf:1:1:'));
  place.put('enroll disabled\n');
  await keeper.reload();
  assert.deepEqual([keeper.current.enroll, keeper.current.devices.size], [false, 0]);
  assert.deepEqual(said.at(-1), { event: 'reloaded', detail: 'muster.conf', by: undefined });
  assert.deepEqual(
    changes.map(([now, before]) => [now.enroll, before.enroll]),
    [[false, true]],
  );
  const [backup] = await keeper.backups();
  assert.equal(await keeper.readBackup(backup?.name ?? ''), good);
  await keeper.reload();
  assert.equal(changes.length, 1, 'the same text is no change');
});

test('a server that reads duplicates, or applies what it cannot read, does so (the flaws that cases must find)', async () => {
  const flawed = (id: string) => flaws.find((flaw) => flaw.id === id) ?? honest;
  for (const [kind, lines] of duplicates) await keep(`${good}${lines}\n`, flawed(`duplicate-${kind}s`));
  const { keeper, place } = await keep(good, flawed('applies-bad-reload'));
  place.put('nonsense\n');
  await assert.rejects(keeper.reload(), refused('config-invalid', 'nonsense'));
  assert.equal(keeper.current.enroll, false);
});

describe('an edit from the console', () => {
  test('of the whole text is in force and written at once, says whose it was, and backs up what was there', async () => {
    const { keeper, place, said } = await keep();
    const text = `${good}# more\n`;
    await keeper.apply(text, 'ann', keeper.digest);
    assert.equal(keeper.text, text);
    assert.equal((await place.read()).text, text);
    assert.deepEqual(said, [{ event: 'configuration-changed', detail: 'a new text', by: 'ann' }]);
    const backups = await keeper.backups();
    assert.deepEqual(
      backups.map(({ name, bytes }) => [name, bytes]),
      [['2026-11-23T10-00-00-123Z', good.length]],
    );
  });

  test('that was begun before another change is refused, and changes nothing; begun anew it is taken', async () => {
    const { keeper, place } = await keep();
    const begun = digestOfText(good);
    place.put(`${good}# a colleague was here\n`);
    await assert.rejects(keeper.apply('enroll disabled\n', 'ann', begun), refused('config-conflict', 'meanwhile'));
    assert.equal(keeper.current.enroll, true);
    await keeper.apply('enroll disabled\n', 'ann', digestOfText(await keeper.newestText()));
    assert.equal(keeper.current.enroll, false);
  });

  test('of one device changes its word, and takes what a person wrote meanwhile into force with it', async () => {
    const { keeper, place, said } = await keep();
    place.put(`# mine\r\n${good}group b # new`);
    await keeper.setDeviceEnabled('GW.example.com', false, 'ann');
    assert.equal(keeper.text, `# mine\r\n${good.replace(' a enabled', ' a disabled')}group b # new`);
    assert.equal(keeper.current.devices.get('gw.example.com')?.enabled, false);
    assert.ok(keeper.current.groups.has('b'));
    assert.equal(said.at(-1)?.by, 'ann');
    await assert.rejects(keeper.setDeviceEnabled('nowhere', true, 'ann'), refused('not-found'));
    place.put('nonsense\n');
    await assert.rejects(keeper.setDeviceEnabled('gw.example.com', true, 'ann'), refused('config-invalid', ':1:1:'));
    assert.equal((await place.read()).text, 'nonsense\n', 'a file with errors is for a person to mend');
  });

  test('leaves what it does not touch the same object', async () => {
    const { keeper } = await keep(`${good}route a "" gw.example.com 1\n`);
    const { routes, groups, devices } = keeper.current;
    await keeper.setDeviceEnabled('gw.example.com', false, 'ann');
    assert.equal(keeper.current.routes, routes);
    assert.equal(keeper.current.groups, groups);
    assert.notEqual(keeper.current.devices, devices);
  });
});

describe('backups', () => {
  test('a restore is a change: what was there is backed up in its turn', async () => {
    const { keeper } = await keep();
    await keeper.apply('enroll disabled\n', 'ann');
    const [first] = await keeper.backups();
    await keeper.restore(first?.name ?? '', 'ann');
    assert.equal(keeper.text, good);
    const texts = await Promise.all((await keeper.backups()).map(({ name }) => keeper.readBackup(name)));
    assert.deepEqual(texts, ['enroll disabled\n', good]);
  });

  test('a name that is none is refused, a path among them', async () => {
    const { keeper } = await keep();
    await keeper.apply('enroll disabled\n', 'ann');
    for (const name of ['', '.', '..', '../muster.conf', '/etc/passwd', '2026-11-23T10-00-00-123Z/../x', '2026\0']) {
      await assert.rejects(keeper.readBackup(name), refused('not-found'), name);
      await assert.rejects(keeper.restore(name, 'ann'), refused('not-found'), name);
    }
  });

  test('a backup with errors, of today’s rules, is not restored', async () => {
    const { keeper, place } = await keep();
    await place.keep('nonsense\n', new Date());
    const [bad] = await keeper.backups();
    await assert.rejects(keeper.restore(bad?.name ?? '', 'ann'), refused('config-invalid', ':1:1:'));
    assert.equal(keeper.text, good);
  });
});

describe('marks', () => {
  test('of many enrollments are one write and one backup, and are in force with it', async () => {
    const names = Array.from({ length: 1000 }, (_, number) => `gw${number}.example.com`);
    const text = `enroll enabled\ngroup a\n${names.map((name) => `device ${name} a enabled # ours\n`).join('')}`;
    const { keeper, place, said, changes } = await keep(text);
    for (const name of names) keeper.setEnrolled(name.toUpperCase(), true);
    keeper.setEnrolled('gone.example.com', true);
    await keeper.close();
    assert.equal((await place.read()).text, text.replaceAll('a enabled #', 'a enabled enrolled #'));
    assert.ok([...keeper.current.devices.values()].every(({ enrolled }) => enrolled));
    assert.deepEqual([(await keeper.backups()).length, changes.length, said.length], [1, 1, 0]);
    for (const name of names) keeper.setEnrolled(name, true);
    await keeper.close();
    assert.equal((await keeper.backups()).length, 1, 'what is marked already is not written again');
  });

  test('are written by themselves, soon', async () => {
    const { keeper, changes } = await keep();
    const changed = new Promise<void>((resolve) => keeper.onChange(() => resolve()));
    keeper.setEnrolled('gw.example.com', true);
    const awake = setInterval(() => {}, 1000);
    await changed;
    clearInterval(awake);
    assert.equal(changes.length, 1);
    assert.equal(keeper.current.devices.get('gw.example.com')?.enrolled, true);
  });

  test('wait while the file has errors, are told of once, and are written when it is mended', async () => {
    const { keeper, place, said } = await keep();
    place.put(`${good}nonsense\n`);
    keeper.setEnrolled('gw.example.com', true);
    await keeper.close();
    await keeper.close();
    assert.deepEqual(
      said.map(({ event }) => event),
      ['configuration-unwritten'],
    );
    place.put(`${good}# mended\n`);
    await keeper.reload();
    await keeper.close();
    assert.equal(keeper.text, `${good.replace('a enabled', 'a enabled enrolled')}# mended\n`);
  });
});

describe('another CA', () => {
  const marked = good.replace('a enabled', 'a enabled enrolled');

  test('takes the place of the one in force on purpose: every mark is gone, and the server is told', async () => {
    const { keeper, said, authorities } = await keep(marked);
    const { authority } = keeper;
    assert.equal(keeper.current.devices.get('gw.example.com')?.enrolled, true);
    await keeper.rotateCrypto('ann');
    assert.notDeepEqual(keeper.authority.certificate.spki, authority.certificate.spki);
    assert.equal(keeper.text, good);
    assert.equal(authorities(), 1);
    assert.deepEqual(said, [{ event: 'configuration-changed', detail: 'new cryptographic parameters', by: 'ann' }]);
  });

  test('does not come with a text that says nothing of it, where the CA is held in memory', async () => {
    const { keeper, place, authorities } = await keep(marked);
    const { authority } = keeper;
    place.put(`${marked}# more\n`);
    await keeper.reload();
    assert.equal(keeper.authority, authority);
    assert.equal(authorities(), 0);
  });
});

test('changes run one after another: none is lost', async () => {
  const names = Array.from({ length: 20 }, (_, number) => `gw${number}`);
  const { keeper } = await keep(`group a\n${names.map((name) => `device ${name} a disabled\n`).join('')}`);
  await Promise.all(names.map((name) => keeper.setDeviceEnabled(name, true, 'ann')));
  assert.ok([...keeper.current.devices.values()].every(({ enabled }) => enabled));
  assert.equal((await keeper.backups()).length, 20);
});
