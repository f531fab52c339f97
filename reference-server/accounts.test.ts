import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { describe, test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';

// The number of derivations is what an observer can time, so these are counted: through node:crypto itself, before the
// module takes hold of scrypt.
let derivations = 0;
const { scrypt } = crypto;
crypto.scrypt = ((...words: Parameters<typeof scrypt>) => {
  derivations++;
  return scrypt(...words);
}) as typeof scrypt;
syncBuiltinESMExports();
const { Credentials, hashPassword, parseAccounts } = await import('./accounts.ts');

const hash = await hashPassword('open sesame', 2);
const line = (changes: Partial<Record<'customer' | 'device' | 'name' | 'user' | 'hash', string>> = {}): string => {
  const { customer = '1000', device = '1', name = 'gw1.example.com', user = 'north', hash: word = hash } = changes;
  return `account ${customer} ${device} ${name} ${user} ${word}`;
};

function problemsOf(text: string): string[] {
  try {
    parseAccounts(text, 'accounts');
  } catch (error) {
    assert.ok(error instanceof MusterError && error.code === 'accounts-invalid');
    assert.deepEqual(error.message.split('\n'), error.details.problems);
    return error.message.split('\n');
  }
  return [];
}

describe('an accounts file', () => {
  test('binds numbers, name and user; comments, blank lines and quotes are read as in the configuration file', () => {
    const text = `# the fleet\r\n\r\n${line({ name: 'GW1.example.com' })} # ours\r\n${line({ device: '2', name: "'gw 2'", user: '"north star"' })}\n`;
    const account = { customer: '1000', passwordHash: hash };
    assert.deepEqual(parseAccounts(text, 'accounts'), [
      { ...account, device: '1', deviceName: 'gw1.example.com', username: 'north' },
      { ...account, device: '2', deviceName: 'gw 2', username: 'north star' },
    ]);
    assert.deepEqual(parseAccounts('', 'accounts'), []);
  });

  test('every error is named at once, with its line', () => {
    const faulty = [
      line(),
      'acount 1 2 3 4 5',
      'account 1000 2 gw2.example.com north',
      line({ customer: '-1' }),
      line({ hash: 'secret' }),
      line({ name: 'gw2.example.com' }),
      line({ device: '7' }),
      'account "1000',
    ];
    const problems = problemsOf(faulty.join('\n'));
    assert.deepEqual(
      problems.map((problem) => problem.split(' ')[0]),
      ['accounts:2:', 'accounts:3:', 'accounts:4:', 'accounts:5:', 'accounts:6:', 'accounts:7:', 'accounts:8:9:'],
    );
    assert.match(problems[4] ?? '', /customer 1000, device 1 stands on line 1 already/);
    assert.match(problems[5] ?? '', /the device gw1\.example\.com stands on line 1 already/);
  });

  for (const number of ['01', '', '-1', '1.5', '1e3', 'one', '18446744073709551616', '٣']) {
    test(`"${number}" is no number of a device or a customer`, () => {
      const word = number === '' ? '""' : number;
      assert.equal(problemsOf(line({ device: word })).length, 1);
      assert.equal(problemsOf(line({ customer: word })).length, 1);
    });
  }

  test('the largest number is read (control)', () => {
    assert.deepEqual(problemsOf(line({ device: '18446744073709551615', customer: '0' })), []);
  });

  const [, , , , salt = '', digest = ''] = hash.split(':');
  for (const [name, word] of [
    ['a password in clear', 'open-sesame'],
    ['an empty hash', `scrypt:2:8:1:${salt}:A`],
    ['a hash cut short', `scrypt:2:8:1:${salt}:${digest.slice(0, -2)}`],
    ['no salt', `scrypt:2:8:1:A:${digest}`],
    ['a cost that is no power of two', `scrypt:3:8:1:${salt}:${digest}`],
    ['a cost of nothing', `scrypt:0:8:1:${salt}:${digest}`],
    ['a cost beyond reason', `scrypt:1048576:8:1:${salt}:${digest}`],
    ['other parameters', `scrypt:2:9999:1:${salt}:${digest}`],
    ['another function', `bcrypt:2:8:1:${salt}:${digest}`],
  ] as const) {
    test(`${name} is no password hash, and the error does not repeat it`, () => {
      const [problem, ...more] = problemsOf(line({ hash: word }));
      assert.match(problem ?? '', /password hash/);
      assert.ok(!problem?.includes(word));
      assert.deepEqual(more, []);
    });
  }
});

describe('a password hash', () => {
  test('is salted, and holds no password', async () => {
    const again = await hashPassword('open sesame', 2);
    assert.notEqual(again, hash);
    for (const word of [hash, again]) {
      assert.ok(!word.includes('sesame'));
      assert.deepEqual(problemsOf(line({ hash: word })), []);
    }
  });

  test('costs, unless told otherwise, what a guesser should pay', async () => {
    assert.match(await hashPassword('x'), /^scrypt:16384:8:1:/);
  });
});

describe('credentials', () => {
  const accounts = parseAccounts([line(), line({ device: '2', name: 'gw2.example.com' })].join('\n'), 'accounts');
  const verify = (of: InstanceType<typeof Credentials>, user: string, password: string, device = '1') =>
    of.verify(user, password, '1000', device);

  test('are right or wrong as a whole', async () => {
    const credentials = new Credentials(accounts);
    assert.equal(await verify(credentials, 'north', 'open sesame'), true);
    assert.equal(await verify(credentials, 'north', 'open sesame', '2'), true);
    for (const [user, password] of [
      ['north', 'open sesam'],
      ['north', 'open sesame '],
      ['north', ''],
      ['North', 'open sesame'],
      ['', 'open sesame'],
      ['__proto__', 'open sesame'],
    ] as const) {
      assert.equal(await verify(credentials, user, password), false, `${user}/${password}`);
    }
  });

  test('an unknown user costs what a wrong password costs: one derivation', async () => {
    const credentials = new Credentials(accounts);
    const costOf = async (user: string, password: string, device = '1'): Promise<number> => {
      derivations = 0;
      await verify(credentials, user, password, device);
      return derivations;
    };
    assert.equal(await costOf('north', 'wrong'), 1);
    assert.equal(await costOf('nobody', 'wrong'), 1);
    assert.equal(await costOf('north', 'wrong', '77'), 1);
    assert.equal(await costOf('north', 'open sesame'), 1);
    // A fleet that polls does not pay at each poll; who guesses does.
    assert.equal(await costOf('north', 'open sesame'), 0);
    assert.equal(await costOf('north', 'wrong'), 1);
    assert.equal(await costOf('nobody', 'open sesame'), 1);
  });

  test('without any account, every user is wrong, at the usual cost', async () => {
    derivations = 0;
    assert.equal(await verify(new Credentials([]), 'north', 'open sesame'), false);
    assert.equal(derivations, 1);
  });

  test('a password that was right is forgotten with the accounts it belonged to', async () => {
    const before = new Credentials(accounts);
    assert.equal(await verify(before, 'north', 'open sesame'), true);
    const changed = parseAccounts(line({ hash: await hashPassword('another', 2) }), 'accounts');
    assert.equal(await verify(new Credentials(changed), 'north', 'open sesame'), false);
    assert.equal(await verify(new Credentials(changed), 'north', 'another'), true);
  });

  test('an account is found by both of its numbers', () => {
    const credentials = new Credentials(accounts);
    assert.equal(credentials.account('1000', '2')?.deviceName, 'gw2.example.com');
    assert.equal(credentials.account('1000', '3'), undefined);
    assert.equal(credentials.account('2000', '2'), undefined);
  });
});
