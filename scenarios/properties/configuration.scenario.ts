import fc from 'fast-check';
import { demand, inputsOf, requireProperty } from '#harness/bench/property.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { FileRefused } from '#harness/subject/server.ts';
import { formatConfigFile } from '#protocol/config-file/edit.ts';
import { parseConfigFile } from '#protocol/config-file/parse.ts';
import { quoteWord } from '#protocol/config-file/tokenizer.ts';

/** A name of a group: words, blanks and signs, but what no quotes can hold. */
const groupName = fc
  .string({ maxLength: 20, unit: fc.constantFrom(...'abc ÄÖ#-_."', ' ') })
  .filter((name) => name.trim() === name && !name.includes('"'));

/** A good file: its lines, each defining something else, in an order that the rules allow. */
const goodFile = fc
  .record({
    groups: fc.uniqueArray(groupName, { minLength: 1, maxLength: 4 }),
    devices: fc.nat(4),
    comments: fc.array(fc.constantFrom('# a comment', '', '   ', '#'), { maxLength: 4 }),
    licenses: fc.nat(2),
  })
  .map(({ groups, devices, comments, licenses }) => {
    const name = (number: number) => `gw${number}.example.com`;
    const definitions = [
      ...groups.map((group) => `group ${quoteWord(group)}`),
      ...Array.from({ length: devices + 1 }, (_, number) => {
        return `device ${name(number)} ${quoteWord(groups[number % groups.length] ?? '')} enabled`;
      }),
      ...groups.map((group, number) => `route ${quoteWord(group)} "+1 ${number}..." ${name(0)} 60`),
    ];
    return [
      ...comments,
      ...Array.from({ length: licenses }, (_, number) => `license "key ${number}"`),
      'enroll enabled',
      ...definitions,
    ];
  });

test(
  'A server starts with every good configuration file, and with none that has a duplicate planted in it',
  conformanceCase({
    id: 'PROP-003',
    version: 1,
    requirements: ['CFG-017', 'CFG-018', 'CFG-019', 'CFG-020', 'CFG-021', 'CFG-029'],
    control: 'each generated file without the duplicate, with which the server starts',
    mutants: ['duplicate-groups', 'duplicate-devices', 'duplicate-routes'],
  }),
  async ({ bench, details }) => {
    const devices = [{ identity: bench.makeIdentity() }];
    await bench.deploy({ devices, configuration: 'enroll enabled\n' });
    const property = fc.asyncProperty(goodFile, fc.nat(), async (lines, pick) => {
      const good = lines.join('\n');
      demand(
        formatConfigFile(parseConfigFile(good, 'generated.conf').file) === good,
        'a file that is read and written changed',
      );
      await bench.deploy({ devices, configuration: good });
      const candidates = lines.flatMap((line, index) => (/^(group|device|route) /.test(line) ? [index] : []));
      const original = candidates[pick % candidates.length] ?? 0;
      const bad = [...lines, lines[original]].join('\n');
      const refused = await bench.deploy({ devices, configuration: bad }).then(
        () => undefined,
        (thrown: unknown) => {
          if (thrown instanceof FileRefused) return thrown.message;
          throw thrown;
        },
      );
      demand(refused !== undefined, `the server started with line ${original + 1} standing twice`);
      const both = [original + 1, lines.length + 1].every((line) => refused?.includes(`line ${line}`));
      demand(both, `the error does not name lines ${original + 1} and ${lines.length + 1}: ${refused}`);
    });
    await requireProperty(
      bench,
      'good files are read, and duplicates are refused by both lines',
      property,
      inputsOf(bench, { builtIn: 30, external: 6 }, details.id),
      details.id,
    );
  },
);
