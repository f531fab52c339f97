import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { profiles } from '#protocol/pki/profiles.ts';
import { examine, type Grade, ok, type Seen } from './check.ts';
import { clockSeen, synchronisedSeen } from './clock-checks.ts';
import { coresSeen, memorySeen, nodeSeen, openFilesSeen, outSeen, temporarySpaceSeen } from './machine-checks.ts';
import { clientPortSeen, nameSeen, networkChecks, portSeen, serverPortsSeen } from './network-checks.ts';
import { programChecks } from './program-checks.ts';
import { tlsSeen } from './tls-checks.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-doctor-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'file'), '');

const limits = (most: string): string =>
  `Limit  Soft  Hard  Units\nMax open files            ${most}   ${most}   files\n`;
const isNoFile = join(folder, 'file', 'below');

/** Each that is not good stands beside one that is. */
const judged: readonly (readonly [what: string, grade: Grade, seen: () => Seen | Promise<Seen>])[] = [
  ['the Node of the tests', 'ok', () => nodeSeen('24.21.0', '3.5.8')],
  ['a later Node', 'warn', () => nodeSeen('26.0.0', '3.6.0')],
  ['two cores', 'ok', () => coresSeen(2)],
  ['one core', 'warn', () => coresSeen(1)],
  ['1 GiB of memory', 'ok', () => memorySeen(1024)],
  ['half of it', 'warn', () => memorySeen(512)],
  ['100 MiB', 'fail', () => memorySeen(100)],
  ['4096 open files', 'ok', () => openFilesSeen(limits('4096'))],
  ['no limit of open files', 'ok', () => openFilesSeen(limits('unlimited'))],
  ['1024 open files', 'warn', () => openFilesSeen(limits('1024'))],
  ['64 open files', 'fail', () => openFilesSeen(limits('64'))],
  ['a system that does not tell', 'unknown', () => openFilesSeen('')],
  ['a temporary folder', 'ok', () => temporarySpaceSeen(folder)],
  ['a temporary folder that is none', 'fail', () => temporarySpaceSeen(isNoFile)],
  ['a folder for reports', 'ok', () => outSeen(folder)],
  ['one that is not there yet', 'ok', () => outSeen(join(folder, 'a', 'b'))],
  ['one below a file', 'fail', () => outSeen(isNoFile)],
  ['a clock that is right', 'ok', () => clockSeen(new Date('2026-12-01T00:00:00Z'))],
  ['a clock that was never set', 'fail', () => clockSeen(new Date(0))],
  ['a clock that follows a time server', 'ok', () => synchronisedSeen('yes')],
  ['a clock that follows none', 'warn', () => synchronisedSeen('no')],
  ['a clock of which nothing is told', 'unknown', () => synchronisedSeen(undefined)],
  ['a port below those of clients', 'ok', () => clientPortSeen(ok('free'), 5045, [32768, 60999])],
  ['a port among those of clients', 'warn', () => clientPortSeen(ok('free'), 40000, [32768, 60999])],
  ['a name of this machine', 'ok', () => nameSeen('bench', ['192.0.2.1'], ['127.0.0.1', '192.0.2.1'])],
  ['a name of another machine', 'warn', () => nameSeen('bench', ['192.0.2.2'], ['127.0.0.1', '192.0.2.1'])],
  ['a name of nothing', 'fail', () => nameSeen('bench', [], ['127.0.0.1'])],
  ['TLS 1.2 and 1.3', 'ok', () => tlsSeen(profiles.modern)],
  ['TLS 1.0 with RSA 1024 and MD5', 'ok', () => tlsSeen(profiles.legacy)],
  ['a library that forbids them', 'warn', () => tlsSeen(profiles.legacy, { ciphers: 'DEFAULT@SECLEVEL=2' })],
  ['a library without a group in common', 'fail', () => tlsSeen(profiles.modern, { ecdhCurve: 'P-521' })],
];

for (const [what, grade, seen] of judged) {
  test(`${what}: ${grade}`, async () => {
    const found = await seen();
    assert.equal(found.grade, grade, found.seen);
    assert.equal(found.mend === undefined, grade === 'ok', 'whatever is not good has a mend');
  });
}

test('a port that is taken cannot be had, and one that is free can', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const bench = { listen: '127.0.0.1', name: 'localhost', tls: port };
  const seen = async (): Promise<string[]> =>
    (await examine(networkChecks(bench)))
      .filter(({ id }) => /^(listen|port)/.test(id))
      .map(({ id, grade }) => `${id} ${grade}`);
  assert.deepEqual(await seen(), ['listen ok', 'port-tls fail']);
  assert.equal((await serverPortsSeen([port])).grade, 'warn');
  server.close();
  await once(server, 'close');
  // Where this machine has its clients' ports, a free one among them is a warning.
  assert.match(String(await seen()), /listen ok,port-tls (ok|warn)/);
  assert.equal((await serverPortsSeen([port])).grade, 'ok');
});

test('an address of another machine cannot be listened at', async () => {
  assert.equal((await portSeen('192.0.2.1', 0, 'another')).grade, 'fail');
  assert.equal((await portSeen('127.0.0.1', 0, 'another')).grade, 'ok');
});

test('a program is found where PATH has it, and else it is said what it is for', async () => {
  writeFileSync(join(folder, 'openssl'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'curl'), 'no program');
  const found = new Map((await examine(programChecks(folder))).map((finding) => [finding.id, finding]));
  assert.equal(found.get('openssl')?.grade, 'ok');
  assert.equal(found.get('curl')?.grade, 'warn');
  assert.match(found.get('curl')?.mend ?? '', /apt-get install curl/);
});
