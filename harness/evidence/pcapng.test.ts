import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from 'node:tls';
import { profiles } from '#protocol/pki/profiles.ts';
import { ObservedListener } from '#simulators/hostile/observed-listener.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { packetsOf } from './packets.ts';
import { pcapng } from './pcapng.ts';

const skip = spawnSync('tshark', ['--version']).error ? 'the command tshark is not there' : false;
const folder = mkdtempSync(join(tmpdir(), 'muster-pcapng-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What tshark prints of a capture, with no setting and no key log but what is in the file. */
function tshark(bytes: Uint8Array, ...words: string[]): string {
  const file = join(folder, 'capture.pcapng');
  writeFileSync(file, bytes);
  const { status, stdout, stderr } = spawnSync('tshark', ['-n', '-r', file, ...words], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

test('blocks are padded, their length stands at both ends, and packets are in the order of time', () => {
  const packet = (atMs: number, text: string) => ({ atMs, bytes: Buffer.from(text) });
  const file = Buffer.from(pcapng([packet(2000, 'later'), packet(1000, 'first')], ['CLIENT_RANDOM 00 11']));
  const blocks: { type: number; body: Buffer }[] = [];
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32LE(at + 4);
    assert.equal(length % 4, 0);
    assert.equal(file.readUInt32LE(at + length - 4), length);
    blocks.push({ type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  assert.deepEqual(
    blocks.map(({ type }) => type),
    [0x0a0d0d0a, 1, 10, 6, 6],
  );
  assert.match(blocks[2]?.body.toString('latin1') ?? '', /CLIENT_RANDOM 00 11\n/);
  assert.deepEqual(
    blocks.slice(3).map(({ body }) => [body.readUInt32LE(8), body.subarray(20, 25).toString()]),
    [
      [1_000_000, 'first'],
      [2_000_000, 'later'],
    ],
  );
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  for (const address of ['127.0.0.1', '::1']) {
    test(`tshark reads the decrypted HTTP of ${version} over ${address} by itself`, { skip }, async (t) => {
      const identity = await (await createThirdPartyCa({ profile: 'modern' })).issueServer({ host: 'localhost' });
      const body = Buffer.from('status=9');
      const answer = { status: 200, headers: { 'content-length': String(body.length), connection: 'close' }, body };
      const listener = new ObservedListener(async () => answer, identity, profiles.modern);
      await listener.start(address);
      t.after(() => listener.stop());
      const port = listener.ports.tls;
      const device = connect({
        host: address,
        port,
        rejectUnauthorized: false,
        minVersion: version,
        maxVersion: version,
      });
      device.resume().write('POST /tep HTTP/1.1\r\nHost: localhost\r\nContent-Length: 13\r\n\r\noperation=one');
      await once(device, 'close');
      await listener.settled(listener.contacts, 1);
      const { connections, keyLog } = listener.wire;
      const capture = pcapng(connections.flatMap(packetsOf), keyLog);
      const bodies = tshark(
        capture,
        '-Y',
        'http',
        '-d',
        `tcp.port==${port},tls`,
        '-T',
        'fields',
        '-e',
        'http.file_data',
      );
      assert.deepEqual(bodies.trim().split('\n'), ['operation=one', 'status=9']);
      // Nothing that a reader of the capture would stumble over: gaps, retransmissions, broken checksums.
      const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
      const flaws = tshark(capture, ...checks, '-Y', 'tcp.analysis.flags || tcp.checksum.status == 0 || _ws.malformed');
      assert.equal(flaws, '');
      // Without the key log the same bytes say nothing.
      assert.equal(tshark(pcapng(connections.flatMap(packetsOf), []), '-Y', 'http'), '');
    });
  }
}
