import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { type CatalogueKind, type CatalogueRow, catalogue } from './catalogue.ts';
import { knownCases } from './known-cases.ts';
import { flagOption } from './options.ts';

/** Of everything that has a name. */
export const kinds = ['cases', ...(Object.keys(catalogue) as CatalogueKind[])] as const;
type Kind = (typeof kinds)[number];

const options = { json: flagOption('Print them as JSON, with all that is known of each') } as const;
type Words = InferredOptionTypes<typeof options> & { kind: Kind | undefined };

/** `muster list [kind]`: what there is. */
export const listCommand: CommandModule<object, Words> = {
  command: 'list [kind]',
  describe: 'Name the cases, requirements, personas, flaws, faults, profiles, requirement sets, errors or exit codes',
  builder: (y) =>
    y
      .positional('kind', { describe: 'Of what; cases when left out', choices: kinds })
      .options(options)
      .example('$0 list', 'every case of devices and servers')
      .example('$0 list faults --json', 'every named fault of a hostile peer, for machines')
      .epilogue('muster explain ID has more of each.'),
  handler: async ({ kind = 'cases', json }: ArgumentsCamelCase<Words>) => {
    const rows = await rowsOf(kind);
    if (json) return void process.stdout.write(`${JSON.stringify(rows)}\n`);
    const width = Math.max(...rows.map(({ id }) => id.length));
    process.stdout.write(rows.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join(''));
  },
};

export async function rowsOf(kind: Kind): Promise<readonly CatalogueRow[]> {
  return kind === 'cases' ? [...(await knownCases())] : catalogue[kind]();
}
