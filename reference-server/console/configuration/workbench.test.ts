import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createSampleServer } from '../../sample-server.ts';
import { effectsOf } from './effects.ts';
import { hideWords, putBack } from './hidden-words.ts';
import { withLineEnds } from './line-ends.ts';
import { basisOf } from './marks.ts';
import { ConfigurationWorkbench } from './workbench.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

const text = `license "OLD-KEY"
license "NEW-KEY"
enroll enabled
group north
device gw1.example.com north enabled
device gw2.example.com north enabled
crypto "muster-crypto-1:c2FsdA:Y2VydA:a2V5"
`;

async function open(configuration = text) {
  const { server } = await createSampleServer({ configuration: { text: configuration, fileName: 'fleet.conf' } });
  const keeper = server.configurationKeeper;
  return { keeper, workbench: new ConfigurationWorkbench(keeper) };
}

describe('secrets', () => {
  const secrets = /muster-crypto-1:|c2FsdA|a2V5|-KEY/;

  for (const line of [
    'crypto "muster-crypto-1:c2FsdA:Y2VydA:a2V5"',
    "crypto 'muster-crypto-1:c2FsdA:Y2VydA:a2V5' # ours",
    '\tcrypto\tmuster-crypto-1:c2FsdA:Y2VydA:a2V5  \r',
    'crypto muster-crypto-1:c2FsdA Y2VydA:a2V5',
    'crypto "muster-crypto-1:c2FsdA',
    'crypto="muster-crypto-1:c2FsdA"',
    '"crypto" "muster-crypto-1:c2FsdA"',
    '# crypto "muster-crypto-1:c2FsdA:Y2VydA:a2V5"',
    'license OLD-KEY',
    '# license "OLD-KEY"',
  ]) {
    test(`hidden, and put back as they were: ${JSON.stringify(line)}`, () => {
      const whole = `group a\n${line}\ngroup b`;
      const hidden = hideWords(whole, ['crypto', 'license']);
      assert.doesNotMatch(hidden, secrets);
      assert.deepEqual(putBack(hidden, [whole]), { text: whole, unknown: [] });
      assert.equal(hideWords(hidden, ['crypto', 'license']), hidden);
    });
  }

  test('whatever a file holds, hidden and put back it is the same file', () => {
    const word = fc.constantFrom(
      'crypto',
      'license',
      '#',
      '"',
      "'",
      'x',
      ' ',
      '\t',
      '\r',
      'hidden-0',
      'muster-crypto-1:k',
    );
    const file = fc.array(
      fc.array(word, { maxLength: 6 }).map((words) => words.join('')),
      { maxLength: 6 },
    );
    const property = fc.property(file, (lines) => {
      const whole = lines.join('\n');
      assert.equal(putBack(hideWords(whole, ['crypto', 'license']), [whole]).text, whole);
    });
    fc.assert(property, { seed });
  });

  test('who edits the file sees its licenses, and nobody sees its crypto', async () => {
    const { workbench } = await open();
    const [forEditor, forReader] = [await workbench.newest(true), await workbench.newest(false)];
    assert.match(forEditor.text, /license "NEW-KEY"/);
    assert.doesNotMatch(forEditor.text, /muster-crypto/);
    assert.doesNotMatch(forReader.text, secrets);
  });

  test('a stand-in for what is not in the file is an error of its line', async () => {
    const { workbench } = await open();
    const { problems } = await workbench.draft('group a\ncrypto "hidden-0123456789abcdef"\n');
    assert.deepEqual(
      problems.map(({ line, message }) => [line, /not in the file any more/.test(message)]),
      [[2, true]],
    );
  });
});

describe('an edit', () => {
  test('is written with the secrets, and everything that it left alone is byte for byte as it was', async () => {
    const { keeper, workbench } = await open();
    const { text: shown, whole } = await workbench.newest(true);
    const basis = basisOf(whole);
    const sent = shown
      .replace('gw2.example.com north enabled', 'gw2.example.com north disabled')
      .replaceAll('\n', '\r\n');
    await workbench.apply(await workbench.draft(sent), 'ada', basis);
    assert.equal(keeper.text, text.replace('gw2.example.com north enabled', 'gw2.example.com north disabled'));
  });

  test('survives that devices enrolled meanwhile, and keeps their marks', async () => {
    const { keeper, workbench } = await open();
    const { text: shown, whole } = await workbench.newest(true);
    const basis = basisOf(whole);
    const draft = await workbench.draft(shown.replace('enroll enabled', 'enroll disabled'));
    keeper.setEnrolled('gw1.example.com', true);
    await keeper.close();
    await workbench.apply(draft, 'ada', basis);
    assert.match(keeper.text, /enroll disabled\n(.*\n)*.*gw1\.example\.com north enabled enrolled\n/);
  });

  test('of a file that somebody else changed meanwhile is refused, and nothing is lost', async () => {
    const { keeper, workbench } = await open();
    const { text: shown, whole } = await workbench.newest(true);
    const basis = basisOf(whole);
    const draft = await workbench.draft(`${shown}group mine\n`);
    await keeper.apply(`${text}group theirs\n`, 'bob');
    await assert.rejects(workbench.apply(draft, 'ada', basis), { code: 'config-conflict' });
    assert.match(keeper.text, /group theirs/);
  });
});

describe('line ends', () => {
  test('come back as they were, mixed ones too', () => {
    const soFar = 'a\r\nb\nc\r\n';
    assert.equal(withLineEnds('a\r\nb\r\nnew\r\nc\r\n', soFar), 'a\r\nb\nnew\r\nc\r\n');
    assert.equal(withLineEnds('a\r\nb', 'a\nb'), 'a\nb');
  });
});

test('what a change does is said before it is made, and what is grave stands out', async () => {
  const { workbench } = await open();
  const { configuration: before } = await workbench.draft(text);
  const said = async (after: string): Promise<readonly string[]> =>
    effectsOf(before, (await workbench.draft(after)).configuration).map(
      ({ text: what, grave }) => `${grave ? '! ' : ''}${what}`,
    );
  assert.deepEqual(await said(text), []);
  assert.deepEqual(await said(`# comment\n${text}`), []);
  assert.deepEqual(await said(text.replace(/crypto.*\n/, '')), [
    '! The crypto line is gone: another CA is made, and every device must re-enroll.',
  ]);
  assert.deepEqual(await said(text.replace(/device gw2.*\n/, '').replace('enroll enabled', 'ssl enabled')), [
    '! Enrollment is disabled.',
    '! TLS for everything is enabled.',
    '! 1 device is removed: it cannot enroll or call any more.',
  ]);
  assert.deepEqual(await said(`${text}group south\nroute south "" gw1.example.com 1\n`), [
    '1 group more.',
    '1 route is new or changed.',
  ]);
});
