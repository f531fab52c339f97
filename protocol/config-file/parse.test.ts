import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '../errors.ts';
import { parseConfigFile, readConfiguration } from './parse.ts';
import { type ConfigRule, configRules, describeProblem } from './problems.ts';

function problemsOf(text: string): string[] {
  return parseConfigFile(text, 'muster.conf').problems.map((problem) => describeProblem(problem, 'muster.conf'));
}

function rulesOf(text: string): string[] {
  return parseConfigFile(text, 'muster.conf').problems.map(({ rule, line, column }) => `${rule} ${line}:${column}`);
}

/** Each rule broken once, where the problem is, and the control: the same file with that one thing put right. */
const cases: readonly { breaks: string; rule: ConfigRule; at: string; bad: string; good: string }[] = [
  {
    breaks: 'a control character in a word',
    rule: 'bad-character',
    at: '1:11',
    bad: 'group "ACM\u0000E"',
    good: 'group "ACME"',
  },
  {
    breaks: 'a quote inside a bare word',
    rule: 'bad-character',
    at: '1:8',
    bad: "group O'Hara",
    good: 'group "O\'Hara"',
  },
  {
    breaks: 'no blank behind a quote',
    rule: 'bad-character',
    at: '1:13',
    bad: 'group "ACME"ITSP',
    good: 'group "ACMEITSP"',
  },
  {
    breaks: 'typographic quotes',
    rule: 'bad-character',
    at: '1:7',
    bad: 'group “ACME”',
    good: 'group "“ACME”"',
  },
  {
    breaks: 'half of a surrogate pair',
    rule: 'bad-character',
    at: '1:7',
    bad: 'group \ud83d',
    good: 'group \ud83d\ude00',
  },
  {
    breaks: 'a carriage return that ends no line',
    rule: 'bad-character',
    at: '1:11',
    bad: 'group ACME\rgroup B\n',
    good: 'group ACME\r\ngroup B\n',
  },
  { breaks: 'an open quote', rule: 'unterminated-quote', at: '1:7', bad: 'group "ACME', good: 'group "ACME"' },
  { breaks: 'a quote of the other kind', rule: 'unterminated-quote', at: '1:7', bad: 'group "A\'', good: "group 'A'" },
  { breaks: 'an unknown item', rule: 'unknown-item', at: '1:1', bad: 'groups ACME', good: 'group ACME' },
  { breaks: 'an item in capitals', rule: 'unknown-item', at: '1:1', bad: 'Group ACME', good: 'group ACME' },
  { breaks: 'an item in quotes', rule: 'unknown-item', at: '1:1', bad: '"group" ACME', good: 'group ACME' },
  { breaks: "a name of JavaScript's own", rule: 'unknown-item', at: '1:1', bad: 'constructor', good: '# constructor' },
  { breaks: 'license without a key', rule: 'missing-word', at: '1:8', bad: 'license', good: 'license ""' },
  { breaks: 'group without a name', rule: 'missing-word', at: '1:6', bad: 'group  ', good: 'group ""' },
  {
    breaks: 'device without its flag',
    rule: 'missing-word',
    at: '2:13',
    bad: 'group A\ndevice a.b A',
    good: 'group A\ndevice a.b A disabled',
  },
  {
    breaks: 'device with an empty name',
    rule: 'missing-word',
    at: '2:8',
    bad: 'group A\ndevice "" A enabled',
    good: 'group A\ndevice "a" A enabled',
  },
  {
    breaks: 'route without a destination',
    rule: 'missing-word',
    at: '2:14',
    bad: 'group A\nroute A +1...',
    good: 'group A\nroute A +1... d 1\ndevice d A enabled',
  },
  {
    breaks: 'second destination without a weight',
    rule: 'missing-word',
    at: '2:17',
    bad: 'group A\nroute A +1 d 1 d\ndevice d A enabled',
    good: 'group A\nroute A +1 d 1 d 0\ndevice d A enabled',
  },
  {
    breaks: 'a name of two words, bare',
    rule: 'surplus-word',
    at: '1:12',
    bad: 'group ACME ITSP',
    good: 'group "ACME ITSP"',
  },
  {
    breaks: 'a word behind enrolled',
    rule: 'surplus-word',
    at: '2:31',
    bad: 'group A\ndevice a.b A enabled enrolled x',
    good: 'group A\ndevice a.b A enabled enrolled #x',
  },
  { breaks: 'a flag that is none', rule: 'bad-flag', at: '1:8', bad: 'enroll on', good: 'enroll enabled' },
  { breaks: 'a flag in quotes', rule: 'bad-flag', at: '1:5', bad: 'ssl "enabled"', good: 'ssl enabled' },
  {
    breaks: 'a mark that is not enrolled',
    rule: 'bad-flag',
    at: '2:21',
    bad: 'group A\ndevice a A enabled  enroled',
    good: 'group A\ndevice a A enabled  enrolled',
  },
  ...['-1', '1.5', '1e3', 'x', '""', '1000000000', '0x1'].map((weight) => ({
    breaks: `the weight ${weight}`,
    rule: 'bad-weight' as const,
    at: '3:15',
    bad: `group A\ndevice d A enabled\nroute A +1 d\t ${weight}`,
    good: 'group A\ndevice d A enabled\nroute A +1 d\t 999999999',
  })),
  {
    breaks: 'a second group of one name',
    rule: 'duplicate-group',
    at: '2:7',
    bad: "group A\ngroup 'A'",
    good: "group A\ngroup 'a'",
  },
  {
    breaks: 'a second unnamed group',
    rule: 'duplicate-group',
    at: '2:7',
    bad: 'group ""\ngroup \'\'',
    good: 'group ""\ngroup " "',
  },
  {
    breaks: 'a second device of one name, case aside',
    rule: 'duplicate-device',
    at: '3:8',
    bad: 'group A\ndevice gw.example.com A enabled\ndevice GW.Example.COM A disabled',
    good: 'group A\ndevice gw.example.com A enabled\ndevice GW2.Example.COM A disabled',
  },
  {
    breaks: 'a second route of one group and number, blanks aside',
    rule: 'duplicate-route',
    at: '5:7',
    bad: 'group A\ngroup B\ndevice d A enabled\nroute A "+1 404..." d 1\nroute A +1404... d 2',
    good: 'group A\ngroup B\ndevice d A enabled\nroute A "+1 404..." d 1\nroute B +1404... d 2',
  },
  {
    breaks: 'a device of an undefined group',
    rule: 'undefined-group',
    at: '1:10',
    bad: 'device d "B" enabled\ngroup b',
    good: 'device d "B" enabled\ngroup B',
  },
  {
    breaks: 'a device of the unnamed group, which no line defines',
    rule: 'undefined-group',
    at: '1:10',
    bad: 'device d "" enabled',
    good: 'device d "" enabled\ngroup ""',
  },
  {
    breaks: 'a route of an undefined group',
    rule: 'undefined-group',
    at: '3:7',
    bad: 'group A\ndevice d A enabled\nroute B +1 d 1',
    good: 'group A\ndevice d A enabled\nroute A +1 d 1',
  },
  {
    breaks: 'a route to an undefined device',
    rule: 'undefined-device',
    at: '3:16',
    bad: 'group A\ndevice d A enabled\nroute A +1 d 1 e 2',
    good: 'group A\ndevice d A enabled\nroute A +1 d 1 D 2',
  },
];

for (const { breaks, rule, at, bad, good } of cases) {
  test(`${rule}: ${breaks} is refused, and nothing else is`, () => {
    assert.deepEqual(problemsOf(good), [], 'the control');
    assert.deepEqual(rulesOf(bad), [`${rule} ${at}`]);
  });
}

test('every rule is broken by a case here', () => {
  assert.deepEqual(new Set(cases.map(({ rule }) => rule)), new Set(Object.keys(configRules)));
});

test('a duplicate names the file, the name and both lines', () => {
  const text = `group A\ndevice d A enabled\nroute A "+1 404..." d 1\n\n# again\n\ngroup "ACME ITSP"\n\ngroup "ACME ITSP"
device D A enabled\nroute A "+1 404..." d 2\ngroup 'ACME ITSP'\n`;
  assert.deepEqual(problemsOf(text), [
    'muster.conf:9:7: duplicate group "ACME ITSP": first defined on line 7, again on line 9; remove one',
    'muster.conf:10:8: duplicate device "D": first defined on line 2, again on line 10; remove one',
    'muster.conf:11:7: duplicate route of group "A" to "+1 404...": first defined on line 3, again on line 11; remove one',
    'muster.conf:12:7: duplicate group "ACME ITSP": first defined on line 7, again on line 12; remove one',
  ]);
});

test('all problems are reported at once, in the order of the file', () => {
  const text = 'device d A on\nnonsense\ngroup "A\nroute B +1 x y\nenroll\nssl enabled now\n';
  assert.deepEqual(rulesOf(text), [
    'bad-flag 1:12',
    'unknown-item 2:1',
    'unterminated-quote 3:7',
    'undefined-group 4:7',
    'undefined-device 4:12',
    'bad-weight 4:14',
    'missing-word 5:7',
    'surplus-word 6:13',
  ]);
});

test('a broken line still defines its name, so that it makes no errors elsewhere', () => {
  assert.deepEqual(rulesOf('group "A" x\ndevice d A enabled "\nroute A +1 d 1\n'), [
    'surplus-word 1:11',
    'unterminated-quote 2:20',
  ]);
});

test('every item is read, and of repeated ones the last counts', () => {
  const { configuration, problems } = parseConfigFile(
    `license "old key"
license "new key"
crypto "old"
crypto 'say "new"'
enroll disabled
enroll enabled
routing enabled\t# a comment
cdrs enabled
  ssl enabled
group ""
group ACME#comment
device GW1.example.com ACME enabled enrolled
device 10.0.0.1 '' disabled
route "" "" gw1.EXAMPLE.com 75 10.0.0.1 0`,
    'muster.conf',
  );
  assert.deepEqual(problems, []);
  const { groups, devices, ...rest } = configuration;
  assert.deepEqual(rest, {
    license: 'new key',
    licenses: ['old key', 'new key'],
    crypto: 'say "new"',
    enroll: true,
    routing: true,
    cdrs: true,
    ssl: true,
    routes: [
      {
        group: '',
        number: '',
        destinations: [
          { device: 'gw1.EXAMPLE.com', weight: 75 },
          { device: '10.0.0.1', weight: 0 },
        ],
        line: 14,
      },
    ],
  });
  assert.deepEqual(
    [...groups.values()],
    [
      { name: '', line: 10 },
      { name: 'ACME', line: 11 },
    ],
  );
  assert.deepEqual(devices.get('gw1.example.com'), {
    name: 'GW1.example.com',
    group: 'ACME',
    enabled: true,
    enrolled: true,
    line: 12,
  });
  assert.equal(devices.get('10.0.0.1')?.enabled, false);
  assert.equal(devices.get('10.0.0.1')?.enrolled, false);
});

test('an empty file says: trial version, new parameters, everything disabled', () => {
  const { configuration, problems } = parseConfigFile('', 'muster.conf');
  assert.deepEqual(problems, []);
  assert.deepEqual(configuration, {
    licenses: [],
    enroll: false,
    routing: false,
    cdrs: false,
    ssl: false,
    groups: new Map(),
    devices: new Map(),
    routes: [],
  });
});

test('a file that must be right throws with every problem as file:line:column', () => {
  const text = 'group A\ngroup A\nenroll maybe\n';
  assert.throws(
    () => readConfiguration(text, 'etc/muster.conf'),
    (thrown) => {
      assert.ok(thrown instanceof MusterError);
      assert.equal(thrown.code, 'config-invalid');
      assert.deepEqual(thrown.message.split('\n'), [
        'etc/muster.conf:2:7: duplicate group "A": first defined on line 1, again on line 2; remove one',
        'etc/muster.conf:3:8: bad flag: expected enabled or disabled without quotes, seen "maybe"',
      ]);
      assert.deepEqual(thrown.details.problems, parseConfigFile(text, 'etc/muster.conf').problems);
      return true;
    },
  );
  assert.equal(readConfiguration('group A\n', 'etc/muster.conf').configuration.groups.size, 1, 'the control');
});

test('a reader that leaves out the rules of duplicates takes the later one', () => {
  const text = `group A\ngroup B\ngroup B\ndevice d A enabled\ndevice D B disabled
route A 1 d 1\nroute A 2 d 2\nroute A 1 d 3\n`;
  assert.throws(() => readConfiguration(text, 'f', { omit: new Set(['duplicate-group', 'duplicate-device']) }), {
    code: 'config-invalid',
  });
  const { configuration } = readConfiguration(text, 'f', {
    omit: new Set(['duplicate-group', 'duplicate-device', 'duplicate-route']),
  });
  assert.equal(configuration.groups.get('B')?.line, 3);
  assert.deepEqual(
    [...configuration.devices.values()].map(({ name, group }) => [name, group]),
    [['D', 'B']],
  );
  assert.deepEqual(
    configuration.routes.map(({ number, line }) => [number, line]),
    [
      ['1', 8],
      ['2', 7],
    ],
  );
});

test('keys in license and crypto lines never stand in a message, nor do controls or long names', () => {
  const secrets = [
    'crypto S3cretS3cret S3cretS3cret',
    'crypto "S3cret',
    'crypto S3cr"et',
    'S3cretS3cretS3cret="',
    'crypto=S3cret',
  ];
  const said = problemsOf(secrets.join('\n'));
  assert.ok(said.length >= secrets.length);
  assert.doesNotMatch(said.join('\n'), /S3cret/);
  const [about] = problemsOf('group "a\u202eb"\ngroup "a\u202eb"');
  assert.match(String(about), /duplicate group "a\\u\{202e\}b"/);
  assert.ok(problemsOf(`device d ${'x'.repeat(10_000)} enabled`).every((line) => line.length < 300));
});

test('a file of nothing but errors still fails with a message of bounded size and all the details', () => {
  assert.throws(
    () => readConfiguration('x\n'.repeat(5000), 'f'),
    (thrown) => {
      assert.ok(thrown instanceof MusterError);
      assert.match(thrown.message, /… and 4000 problems more$/);
      assert.equal((thrown.details.problems as unknown[]).length, 5000);
      return true;
    },
  );
});
