import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSampleConsole } from '../sample-console.ts';

const text = `enroll enabled
routing enabled
group "East coast"
group west
device gw1.example.com "East coast" enabled
device gw2.example.com west enabled
device off.example.com west disabled
route "East coast" "+1 404..." gw1.example.com 75 gw2.example.com 25 off.example.com 0
route "East coast" "" gw2.example.com 1
route west 49... gw1.example.com 0
`;
const sample = await createSampleConsole({ configuration: { text, fileName: 'fleet.conf' } });
after(() => sample.stop());
const vic = await sample.signedIn('viewer');

function ask(call: string, from: string): Promise<string> {
  return vic.read(`/routes?${new URLSearchParams({ call, from })}`);
}

test('a call from a group: these destinations, because of that line', async () => {
  const page = await ask('+1 404 555 0100', 'East coast');
  assert.match(page, /there is a route because of line 8 : the longest prefix, &#34;\+1 404\.\.\.&#34;, of group/);
  assert.match(
    page,
    /gw1\.example\.com 75 75 % enabled gw2\.example\.com 25 25 % enabled off\.example\.com 0 last resort disabled: left out/,
  );
  assert.match(await ask('15550100', 'East coast'), /because of line 9 : the route for every number/);
  assert.match(await ask('4930', 'west'), /line 10 .* gw1\.example\.com 0 100 % enabled/);
});

test('nowhere is said too', async () => {
  assert.match(await ask('33', 'west'), /nowhere no route of group &#34;west&#34; matches 33/);
  assert.match(await ask('33', 'nobody'), /nowhere/);
});

test('routes are found by group and by number, blanks and a plus aside', async () => {
  const rows = async (query: string) => [...(await vic.get(`/routes?${query}`)).body.matchAll(/rowheader/g)].length;
  assert.equal(await rows(''), 3);
  assert.equal(await rows('group=west'), 1);
  assert.equal(await rows('q=%2B14%200'), 1);
  assert.equal(await rows('q=999'), 0);
});

test('that routing is disabled is said beside it', async () => {
  assert.doesNotMatch(await vic.read('/routes'), /Routing is disabled/);
  await sample.server.configurationKeeper.apply(text.replace('routing enabled', 'routing disabled'), 'test');
  assert.match(await vic.read('/routes'), /Routing is disabled/);
});
