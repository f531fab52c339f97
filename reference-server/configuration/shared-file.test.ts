import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfiguration } from '#protocol/config-file/parse.ts';
import { backupFolderOf } from './backup-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-shared-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const [path, accounts] = [join(folder, 'muster.conf'), join(folder, 'accounts')];
const servers = ['a', 'b', 'c'];
const changesEach = 8;
const module = (name: string): string => JSON.stringify(join(import.meta.dirname, name));

/** A server that disables every other one of its devices, and marks the rest. */
const program = `
  import { ConfigurationKeeper } from ${module('configuration-keeper.ts')};
  import { HeldCrypto } from ${module('crypto-source.ts')};
  import { FilePlace } from ${module('file-place.ts')};
  const [path, accounts, server, changes] = process.argv.slice(1);
  const place = new FilePlace(path, accounts);
  const audit = (event) => event.event === 'configuration-unwritten' && console.error(event.detail);
  const keeper = await ConfigurationKeeper.open({ place, crypto: new HeldCrypto({ authorityKey: 'p256', authoritySignature: 'ecdsa-sha256' }), audit });
  for (let number = 0; number < Number(changes); number++) {
    if (number % 2) keeper.setEnrolled(server + number, true);
    else await keeper.setDeviceEnabled(server + number, false, server);
    await keeper.flush();
    // Long enough for the editor to be at work meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  console.log('done');`;

async function runServer(server: string): Promise<string> {
  const words = ['--input-type=module', '--eval', program, path, accounts, server, String(changesEach)];
  const child = spawn(process.execPath, words);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'close');
  return said;
}

test('three servers and a person with an editor change one file at once: nothing is lost', async () => {
  const devices = servers.flatMap((server) =>
    Array.from({ length: changesEach }, (_, number) => `device ${server}${number} g enabled\n`),
  );
  writeFileSync(path, `group g\n${devices.join('')}`);
  writeFileSync(accounts, '');
  let running = true;
  const all = Promise.all(servers.map(runServer)).finally(() => {
    running = false;
  });
  let lines = 0;
  while (running) {
    // As a careful editor does: it overwrites nothing that it has not shown.
    const { ino } = statSync(path);
    writeFileSync(`${path}.swp`, `${readFileSync(path, 'utf8')}# line ${lines}\n`);
    if (statSync(path).ino === ino) {
      renameSync(`${path}.swp`, path);
      lines++;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.deepEqual(await all, ['done\n', 'done\n', 'done\n']);
  const text = readFileSync(path, 'utf8');
  const { configuration } = readConfiguration(text, path);
  for (const server of servers) {
    for (let number = 0; number < changesEach; number++) {
      const { enabled, enrolled } = configuration.devices.get(`${server}${number}`) ?? assert.fail();
      assert.deepEqual([enabled, enrolled], number % 2 ? [true, true] : [false, false], `${server}${number}`);
    }
  }
  assert.equal(text.match(/^# line /gm)?.length, lines);
  assert.ok(lines > 1, 'the editor was at work meanwhile');
  assert.equal(readdirSync(backupFolderOf(path)).filter((name) => name.endsWith('.new')).length, 0);
});
