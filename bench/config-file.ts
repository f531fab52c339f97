/**
 * How long a configuration file of a million devices takes to read and to write, against the floor: splitting the same
 * text into lines and joining them, in the same run. The median of a few rounds; a ratio says more than seconds, since
 * machines differ. Prints whether a million lines cost four times 250,000 (linear) or more. Then what a file of 100,000 devices and
 * 100,000 routes costs a server in use: its start, a change, a mark, each against its floor. Writes bench-config-file.json.
 *
 * node bench/config-file.ts [device lines, default 1000000]
 */
import { formatConfigFile } from '#protocol/config-file/edit.ts';
import { parseConfigFile } from '#protocol/config-file/parse.ts';
import { measureInUse } from './config-in-use.ts';
import { median } from './median.ts';
import { writeResult } from './result.ts';

const rounds = 3;
const full = Number(process.argv[2] ?? 1_000_000);

const nameOf = (index: number): string => `gateway-${index}.pop${index % 97}.example.com`;

/** As a large operator might have it: groups of 1,000 devices, and a comment now and then. */
function configuration(devices: number, routes = 0): string {
  const lines: string[] = ['enroll enabled', 'routing enabled'];
  for (let index = 0; index < devices; index++) {
    const group = `"Group ${Math.floor(index / 1000)}"`;
    if (index % 1000 === 0) lines.push(`# rack ${index / 1000}`, `group ${group}`);
    lines.push(`device ${nameOf(index)} ${group} enabled${index % 3 ? ' enrolled' : ''}`);
  }
  for (let index = 0; index < routes; index++) {
    const destinations = `${nameOf(index % devices)} 3 ${nameOf((index * 7) % devices)} 1`;
    lines.push(`route "Group ${Math.floor(index / 1000)}" "+1 404 ${index}..." ${destinations}`);
  }
  return `${lines.join('\n')}\n`;
}

function seconds(work: () => void): number {
  const begun = performance.now();
  work();
  return (performance.now() - begun) / 1000;
}

interface Times {
  readonly split: number;
  readonly parse: number;
  readonly format: number;
}

function measure(devices: number): Times {
  const text = configuration(devices);
  const times: Times[] = [];
  for (let round = 0; round < rounds; round++) {
    // A new string each round: what is measured must not profit from the flattening or the hashes of the round before.
    const fresh = Buffer.from(text).toString('utf8');
    const split = seconds(() => void fresh.split('\n').join('\n'));
    let parsed: ReturnType<typeof parseConfigFile> | undefined;
    const parse = seconds(() => {
      parsed = parseConfigFile(fresh, 'bench.conf');
    });
    if (parsed?.configuration.devices.size !== devices || parsed.problems.length > 0) throw new Error('misread');
    const { file } = parsed;
    let written = '';
    const format = seconds(() => {
      written = formatConfigFile(file);
    });
    if (written !== text) throw new Error('not byte for byte');
    times.push({ split, parse, format });
  }
  return {
    split: median(times.map(({ split }) => split)),
    parse: median(times.map(({ parse }) => parse)),
    format: median(times.map(({ format }) => format)),
  };
}

function report(devices: number, { split, parse, format }: Times): void {
  const row = [
    `${devices} device lines:`,
    `split and join ${split.toFixed(3)} s,`,
    `parse ${parse.toFixed(3)} s (${(parse / split).toFixed(1)} times),`,
    `format ${format.toFixed(3)} s (${(format / split).toFixed(1)} times)`,
  ];
  console.log(row.join(' '));
}

measure(Math.ceil(full / 20));
const quarter = measure(full / 4);
report(full / 4, quarter);
const whole = measure(full);
report(full, whole);
const growth = (whole.parse + whole.format) / (quarter.parse + quarter.format);
console.log(`four times the lines cost ${growth.toFixed(1)} times the time (linear is 4)`);

const inUse = 100_000;
const times = await measureInUse(
  configuration(inUse, inUse),
  Array.from({ length: inUse }, (_, index) => nameOf(index)),
);
const shown = (ms: number, floor: number): string => `${ms.toFixed(0)} ms (${(ms / floor).toFixed(1)} times)`;
console.log(
  [
    `${inUse} devices, routes and accounts in use:`,
    `muster serve with nothing ${times.startEmpty.toFixed(0)} ms,`,
    `with the file ${shown(times.start, times.startEmpty)}, making its CA ${shown(times.startFirst, times.startEmpty)};`,
    `writing the bytes ${times.floor.toFixed(0)} ms, one device changed ${shown(times.change, times.floor)},`,
    `one mark ${shown(times.mark, times.floor)}, a thousand ${shown(times.marks, times.floor)},`,
    `a person's change read ${shown(times.reload, times.floor)}`,
  ].join(' '),
);
const each = ({ split, parse, format }: Times) => ({ parseBySplit: parse / split, formatBySplit: format / split });
writeResult('config-file', { devices: full, ...each(whole), growth, inUse: times });
