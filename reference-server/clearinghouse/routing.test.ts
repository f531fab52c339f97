import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfiguration } from '#protocol/config-file/parse.ts';
import { explainRoute } from './route-explanation.ts';
import { draw, type Random, RouteTable } from './routing.ts';

const file = `group north
group south
group ''
device a.example.com north enabled
device b.example.com north enabled
device C.example.com south enabled
device d.example.com south enabled
device off.example.com south disabled
route north "+1 404..." a.example.com 60 b.example.com 25 c.example.com 15 d.example.com 0
route north "+1..." b.example.com 1 off.example.com 99
route north "1 404 555 0100" c.example.com 1
route north "" d.example.com 0 a.example.com 0
route south "33..." off.example.com 1
route '' ... a.example.com 1
`;
const { configuration } = readConfiguration(file, 'routes.conf');
const table = new RouteTable(configuration.routes);

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const lineOf = (group: string, number: string) => table.find(group, number)?.line;
const drawn = (group: string, number: string, random: Random) => {
  const route = table.find(group, number);
  assert.ok(route);
  return draw(route, configuration.devices, random).map(({ name }) => name);
};

describe('which route', () => {
  for (const [what, group, number, line] of [
    ['the longest prefix wins', 'north', '14045550199', 9],
    ['a shorter one takes what the longer one does not match', 'north', '14035550199', 10],
    ['a number that is the prefix itself has it', 'north', '1404', 9],
    ['a number that ends before the longer prefix has the shorter one', 'north', '140', 10],
    ['the very number goes before every prefix', 'north', '14045550100', 11],
    ['blanks and a plus do not count', 'north', '+1 404 555 0199', 9],
    ['the empty number matches every other', 'north', '4420', 12],
    ['three dots alone do, too', '', '4420', 14],
    ['a group has its own routes', 'south', '331', 13],
    ['and no other group’s', 'south', '14045550199', undefined],
    ['a group without routes has none', 'nowhere', '1', undefined],
    ['a digit more is another number', 'north', '140455501000', 9],
  ] as const) {
    test(what, () => assert.equal(lineOf(group, number), line));
  }

  test('of two lines that differ in a plus alone, the first is the route', () => {
    const text = file.replace('route south', 'route north "1404..." d.example.com 1\nroute south');
    const { routes } = readConfiguration(text, 'plus.conf').configuration;
    assert.equal(new RouteTable(routes).find('north', '14041')?.line, 9);
  });
});

describe('which destinations', () => {
  /** Pearson's chi-square of what was counted against what the weights say. */
  const chiSquare = (counted: readonly number[], shares: readonly number[]): number => {
    const all = counted.reduce((sum, count) => sum + count, 0);
    return shares.reduce((sum, share, i) => sum + ((counted[i] ?? 0) - all * share) ** 2 / (all * share), 0);
  };
  const names = ['a.example.com', 'b.example.com', 'C.example.com'];
  const draws = 10_000;
  /** With 2 degrees of freedom an honest draw exceeds it once in a million: exp(-27.63 / 2) is 1e-6. */
  const bound = 27.63;
  const count = (place: number, random: Random): number[] => {
    const counted = names.map(() => 0);
    for (let round = 0; round < draws; round++) {
      const at = names.indexOf(drawn('north', '1404', random)[place] ?? '');
      counted[at] = (counted[at] ?? 0) + 1;
    }
    return counted;
  };

  test(`the first of ${draws} draws is as often each as the weights say`, () => {
    assert.ok(chiSquare(count(0, seeded(20_261_123)), [0.6, 0.25, 0.15]) < bound);
  });

  test('so is the second, among those that are left', () => {
    const [a, b, c] = [0.6, 0.25, 0.15];
    const second = (w: number, ...others: number[]) => others.reduce((sum, o) => sum + (o * w) / (1 - o), 0);
    const shares = [second(a, b, c), second(b, a, c), second(c, a, b)];
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-12);
    assert.ok(chiSquare(count(1, seeded(7)), shares) < bound);
  });

  test('a draw that takes no notice of weights is far above the bound (control)', () => {
    assert.ok(chiSquare([3333, 3333, 3334], [0.6, 0.25, 0.15]) > 100 * bound);
  });

  test('the same seed draws the same', () => {
    const ten = (seed: number) => {
      const random = seeded(seed);
      return Array.from({ length: 10 }, () => drawn('north', '1404', random));
    };
    assert.deepEqual(ten(1), ten(1));
    assert.notDeepEqual(ten(1), ten(2));
  });

  test('weight 0 comes after all others, whatever is drawn, and in the order of the file', () => {
    const random = seeded(3);
    for (let round = 0; round < 200; round++) assert.equal(drawn('north', '1404', random)[3], 'd.example.com');
    assert.deepEqual(drawn('north', '44', random), ['d.example.com', 'a.example.com']);
    // The ends of what a source of random numbers may give.
    for (const edge of [0, 1 - 2 ** -53]) {
      const [, , , last, ...more] = drawn('north', '1404', () => edge);
      assert.deepEqual([last, more], ['d.example.com', []]);
    }
  });

  test('a disabled device is no destination, however heavy', () => {
    assert.deepEqual(drawn('north', '1212', seeded(1)), ['b.example.com']);
    assert.deepEqual(drawn('south', '33', seeded(1)), []);
  });
});

describe('why', () => {
  const explain = (group: string, number: string) => explainRoute(table, configuration.devices, group, number);

  test('a prefix, with its line and the share of each destination', () => {
    const { line, because, destinations } = explain('north', '+1 404 555');
    assert.deepEqual([line, because], [9, 'line 9: the longest prefix, "+1 404...", of group "north"']);
    assert.deepEqual(
      destinations.map(({ share }) => share),
      [0.6, 0.25, 0.15, 0],
    );
  });

  test('the very number, every number, none', () => {
    assert.match(explain('north', '14045550100').because, /^line 11: the very number/);
    assert.match(explain('', '7').because, /^line 14: the route for every number of the unnamed group$/);
    assert.deepEqual(explain('south', '1'), {
      line: undefined,
      because: 'no route of group "south" matches 1',
      destinations: [],
    });
  });

  test('a disabled destination has no share; of weights 0 the first has all', () => {
    const shares = (group: string, number: string) => explain(group, number).destinations.map(({ share }) => share);
    assert.deepEqual(shares('north', '12'), [1, 0]);
    assert.deepEqual(shares('north', '44'), [1, 0]);
    assert.deepEqual(shares('south', '33'), [0]);
  });
});
