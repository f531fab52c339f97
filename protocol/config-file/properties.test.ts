import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { type Configuration, calledNumberKey, deviceKey } from './configuration.ts';
import { changeDevices, formatConfigFile, setEnrolled } from './edit.ts';
import { parseConfigFile, readConfiguration } from './parse.ts';
import { configRules } from './problems.ts';
import { rereadConfigFile, rereadLines } from './reread.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

/** A word and the ways to write it. */
const name = fc.stringMatching(/^[A-Za-z0-9 .#'+-]{0,12}$/);
const blanks = fc.constantFrom(' ', '\t', '  ', ' \t ');
const lineEnd = fc.constantFrom('\n', '\r\n');
const filler = fc.constantFrom('', '# a comment', '  ', '\t# "open', "# it's");

interface Model {
  readonly groups: readonly string[];
  readonly devices: readonly { name: string; group: string; enabled: boolean; enrolled: boolean }[];
  readonly routes: readonly { group: string; number: string; destinations: { device: string; weight: number }[] }[];
  readonly flags: readonly (readonly ['enroll' | 'routing' | 'cdrs' | 'ssl', boolean])[];
  readonly licenses: readonly string[];
}

const models: fc.Arbitrary<Model> = fc
  .record({
    groups: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    names: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9.-]{1,8}$/), {
      minLength: 1,
      maxLength: 6,
      selector: deviceKey,
    }),
  })
  .chain(({ groups, names }) =>
    fc.record({
      groups: fc.constant(groups),
      devices: fc.tuple(
        ...names.map((device) =>
          fc.record(
            {
              name: fc.constant(device),
              group: fc.constantFrom(...groups),
              enabled: fc.boolean(),
              enrolled: fc.boolean(),
            },
            { noNullPrototype: true },
          ),
        ),
      ),
      routes: fc.uniqueArray(
        fc.record(
          {
            group: fc.constantFrom(...groups),
            number: fc.stringMatching(/^[+0-9 .]{0,8}$/),
            destinations: fc.array(
              fc.record(
                { device: fc.constantFrom(...names), weight: fc.nat({ max: 999_999_999 }) },
                { noNullPrototype: true },
              ),
              { minLength: 1, maxLength: 3 },
            ),
          },
          { noNullPrototype: true },
        ),
        { maxLength: 5, selector: ({ group, number }) => JSON.stringify([group, calledNumberKey(number)]) },
      ),
      flags: fc.array(fc.tuple(fc.constantFrom('enroll', 'routing', 'cdrs', 'ssl'), fc.boolean()), { maxLength: 6 }),
      licenses: fc.array(name, { maxLength: 3 }),
    }),
  );

/** Written by hand, not by the code under test: always in double quotes. */
function itemsOf({ groups, devices, routes, flags, licenses }: Model): string[][] {
  const quoted = (word: string): string => `"${word}"`;
  const flag = (on: boolean): string => (on ? 'enabled' : 'disabled');
  return [
    ...routes.map(({ group, number, destinations }) => [
      'route',
      quoted(group),
      quoted(number),
      ...destinations.flatMap(({ device, weight }) => [device, String(weight)]),
    ]),
    ...devices.map((d) => ['device', d.name, quoted(d.group), flag(d.enabled), ...(d.enrolled ? ['enrolled'] : [])]),
    ...groups.map((group) => ['group', quoted(group)]),
    ...flags.map(([item, on]) => [item, flag(on)]),
    ...licenses.map((key) => ['license', quoted(key)]),
  ];
}

/** A model, and a file that says it in some layout. */
const files = models.chain((model) => {
  const items = itemsOf(model);
  const layout = fc.array(fc.record({ filler, blanks, lineEnd, comment: fc.constantFrom('', ' ', '#x', '\t# "') }), {
    minLength: items.length,
    maxLength: items.length,
  });
  return fc.tuple(layout, fc.constantFrom('', '\ufeff')).map(([rows, mark]) => {
    const lines = items.map((words, index) => {
      const row = rows[index];
      if (!row) return words.join(' ');
      const between = row.filler === '' ? '' : `${row.filler}${row.lineEnd}`;
      return `${between}${words.join(row.blanks)}${row.comment}${row.lineEnd}`;
    });
    return { model, text: mark + lines.join('') };
  });
});

function modelOf(configuration: Configuration): Omit<Model, 'flags'> {
  return {
    groups: [...configuration.groups.keys()],
    devices: [...configuration.devices.values()].map(({ line: _, ...device }) => device),
    routes: configuration.routes.map(({ group, number, destinations }) => ({
      group,
      number,
      destinations: [...destinations],
    })),
    licenses: configuration.licenses,
  };
}

test('property: a generated file says what it was generated from, and comes back byte for byte', () => {
  fc.assert(
    fc.property(files, ({ model, text }) => {
      const { file, configuration, problems } = parseConfigFile(text, 'muster.conf');
      assert.deepEqual(problems, []);
      const { flags, ...rest } = model;
      assert.deepEqual(modelOf(configuration), rest);
      for (const [item, on] of new Map(flags)) assert.equal(configuration[item], on, item);
      assert.equal(formatConfigFile(file), text);
    }),
    { seed, numRuns: 300 },
  );
});

test('property: marking devices changes what the file says of them, and no other line', () => {
  fc.assert(
    fc.property(files, fc.nat(), fc.boolean(), ({ model, text }, pick, enrolled) => {
      const device = model.devices[pick % model.devices.length];
      assert.ok(device);
      const before = parseConfigFile(text, 'f');
      const after = parseConfigFile(formatConfigFile(setEnrolled(before.file, device.name, enrolled)), 'f');
      assert.equal(after.configuration.devices.get(deviceKey(device.name))?.enrolled, enrolled);
      const changed = before.file.lines.filter((line, index) => line !== after.file.lines[index]);
      assert.equal(changed.length, device.enrolled === enrolled ? 0 : 1);
      assert.equal(after.file.lines.length, before.file.lines.length);
    }),
    { seed, numRuns: 200 },
  );
});

/** What a person or a server may do to one line. */
const lineEdits: fc.Arbitrary<(line: string) => string> = fc.oneof(
  fc.constantFrom<(line: string) => string>(
    (line) => line.replace('enabled', 'disabled'),
    (line) => line.replace('disabled', 'enabled'),
    (line) => line.replace(/(\r?\n)?$/, ' enrolled$1'),
    (line) => line.replace(' enrolled', ''),
    (line) => line.replace(/[a-z]/, (letter) => letter.toUpperCase()),
    (line) => line.replace(/^/, '#'),
    (line) => line.replace('"', "'"),
    (line) => line.replace(/^device/, 'group'),
    (line) => `${line}\n`,
    () => '',
    () => 'device other "" enabled\n',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }).map((text) => (line: string) => `${text}${line}`),
);

test('property: a file that is read again after an edit says what it says when it is read anew', () => {
  const edits = fc.array(fc.tuple(fc.nat(), lineEdits), { maxLength: 4 });
  const words = [
    'crypto a',
    'crypto "b c" # x',
    'license d',
    '# e',
    '',
    'crypto',
    'license f g',
    'enroll enabled',
    "'crypto' h",
  ];
  const ends = fc.array(
    fc.tuple(fc.constantFrom(...words), lineEnd).map((parts) => parts.join('')),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(files, edits, ends, ({ text }, changes, atEnd) => {
      const before = parseConfigFile(text, 'f');
      const lines = [...before.file.lines];
      for (const [pick, change] of changes) {
        const index = pick % lines.length;
        lines[index] = change(lines[index] ?? '');
      }
      lines.push(...atEnd);
      const anew = parseConfigFile(lines.join(''), 'f');
      assert.deepEqual(rereadConfigFile(before, lines.join('')), anew);
      assert.deepEqual(
        formatConfigFile(rereadLines(before, { ...before.file, lines: anew.file.lines }).file),
        lines.join(''),
      );
    }),
    { seed, numRuns: 400 },
  );
});

test('property: devices that are changed together say what was asked, and the file what it says when it is read anew', () => {
  const wishes = fc.record({ enabled: fc.boolean(), enrolled: fc.boolean() }, { requiredKeys: [] });
  fc.assert(
    fc.property(files, fc.array(fc.tuple(fc.nat(), wishes), { maxLength: 4 }), ({ model, text }, asked) => {
      const before = parseConfigFile(text, 'f');
      const changes = new Map(
        asked.map(([pick, wish]) => [model.devices[pick % model.devices.length]?.name ?? assert.fail(), wish]),
      );
      const changed = rereadLines(before, changeDevices(before.file, changes));
      for (const [name, wish] of changes) {
        const device = changed.configuration.devices.get(deviceKey(name));
        assert.deepEqual({ ...device, ...wish }, device);
      }
      assert.deepEqual(changed, parseConfigFile(formatConfigFile(changed.file), 'f'));
      if (changed.configuration === before.configuration) assert.equal(formatConfigFile(changed.file), text);
      else
        assert.equal(
          changed.configuration.routes,
          before.configuration.routes,
          'what did not change is the same object',
        );
    }),
    { seed, numRuns: 300 },
  );
});

test('property: no text makes the parser throw, lose a character, or name a place outside the file', () => {
  const soup = fc
    .array(
      fc.constantFrom(
        ...['group', 'device', 'route', 'license', 'enroll', 'enabled', 'enrolled', 'A', 'd', '1', '""'],
        ...[
          ' ',
          '\t',
          '\n',
          '\r\n',
          '\r',
          '"',
          "'",
          '#',
          '\u0000',
          '\ufeff',
          '\ud800',
          '“',
          '__proto__',
          '\ud83d\ude00',
        ],
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      const { file, problems } = parseConfigFile(text, 'muster.conf');
      assert.equal(formatConfigFile(file), text);
      for (const { line, column, rule } of problems) {
        assert.ok(rule in configRules);
        const raw = file.lines[line - 1];
        assert.ok(raw !== undefined && column >= 1 && column <= raw.length + 1, `${line}:${column}`);
      }
      try {
        readConfiguration(text, 'muster.conf');
        assert.equal(problems.length, 0);
      } catch (thrown) {
        assert.ok(thrown instanceof MusterError && thrown.code === 'config-invalid', String(thrown));
      }
    }),
    { seed, numRuns: 2000 },
  );
});

test('time is linear: hostile texts of 400,000 characters are read at once', () => {
  const size = 400_000;
  for (const unit of [
    '"',
    "'",
    '"\n',
    '# "',
    ' ',
    '\r',
    'a',
    'a"',
    'group "a\n',
    'route A 1 d 1\n',
    '\n',
    '😀',
    '\u00a0',
  ]) {
    const text = unit.repeat(Math.ceil(size / unit.length));
    const begun = performance.now();
    parseConfigFile(text, 'muster.conf');
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(seconds < 5, `${JSON.stringify(unit)} took ${seconds.toFixed(1)} s`);
  }
});
