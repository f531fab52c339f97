import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSampleConsole } from '../sample-console.ts';

const sample = await createSampleConsole();
after(() => sample.stop());
const { server, clock } = sample;
const vic = await sample.signedIn('viewer');

for (let i = 1; i <= 60; i += 1) {
  const at = clock.now().getTime();
  const device = i % 2 === 0 ? 'gw1.example.com' : 'gw2.example.com';
  const call = { device, transactionId: String(9000 + i), calledNumber: '14045550100', callingNumber: '14045550199' };
  await server.calls.addAuthorization({
    ...call,
    at,
    group: 'north',
    destinations: ['gw.example.org'],
    from: '192.0.2.9:4',
  });
  const detail = { amount: 187, terminationCause: 17, releaseSource: 'destination' };
  if (i > 58) await server.calls.addUsage({ ...call, digest: String(i), at, role: 'source', callId: 'AAAA', detail });
}

test('authorizations are listed by pages, the last one first, and of one device', async () => {
  const first = await vic.read('/calls');
  assert.match(first, /gw1\.example\.com north 14045550100 from 14045550199 gw\.example\.org 9060/);
  assert.ok(!first.includes('9010 '));
  const next = /rel="next" href="([^"]+)"/.exec((await vic.get('/calls')).body)?.[1] ?? '';
  assert.match(await vic.read(next.replaceAll('&#38;', '&').replaceAll('&#61;', '=')), /9010 /);
  assert.ok(!(await vic.read('/calls?device=GW1.example.com')).includes('9059'));
});

test('usage records say how long was spoken, and why it ended', async () => {
  const page = await vic.read('/calls?show=usage');
  assert.match(
    page,
    /gw1\.example\.com source 14045550100 from 14045550199 3:07 user busy \(17\), by destination 9060/,
  );
});
