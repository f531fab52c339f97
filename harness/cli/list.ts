import type { ArgumentsCamelCase, CommandModule, InferredOptionTypes } from 'yargs';
import { allRequirements } from '#protocol/requirements/catalogue.ts';
import { flaws } from '#reference-server/flaws.ts';
import { allPersonas } from '#simulators/gateway/personas.ts';
import { answerFaults } from '#simulators/hostile/answer-faults.ts';
import { pkcs10Faults } from '#simulators/hostile/pkcs10-faults.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';
import { knownCases } from './known-cases.ts';
import { flagOption } from './options.ts';

/** What there is of one kind: an id and what it means, and more for machines. */
type Row = { readonly id: string; readonly title: string } & Readonly<Record<string, unknown>>;

const kinds = {
  cases: async (): Promise<Row[]> => [...(await knownCases())],
  requirements: async (): Promise<Row[]> =>
    allRequirements().map(({ sentence, ...rest }) => ({ ...rest, title: sentence })),
  personas: async (): Promise<Row[]> => allPersonas.map(({ id, explanation }) => ({ id, title: explanation })),
  flaws: async (): Promise<Row[]> => flaws.map(({ id, explanation }) => ({ id, title: explanation })),
  faults: async (): Promise<Row[]> => [
    ...faultsOf('server certificate', Object.values(pkiFaults)),
    ...faultsOf('answer', Object.values(answerFaults)),
    ...faultsOf('PKCS#10', Object.values(pkcs10Faults)),
  ],
} as const;
type Kind = keyof typeof kinds;

const options = { json: flagOption('Print them as JSON, with all that is known of each') } as const;
type Words = InferredOptionTypes<typeof options> & { kind: Kind | undefined };

/** `muster list [kind]`: what there is. */
export const listCommand: CommandModule<object, Words> = {
  command: 'list [kind]',
  describe: 'Name the cases, requirements, personas, flaws or faults that there are',
  builder: (y) =>
    y
      .positional('kind', { describe: 'Of what; cases when left out', choices: Object.keys(kinds) as Kind[] })
      .options(options)
      .example('$0 list', 'every case of devices and servers')
      .example('$0 list faults --json', 'every named fault of a hostile peer, for machines'),
  handler: async ({ kind = 'cases', json }: ArgumentsCamelCase<Words>) => {
    const rows = await kinds[kind]();
    if (json) return void process.stdout.write(`${JSON.stringify(rows)}\n`);
    const width = Math.max(...rows.map(({ id }) => id.length));
    process.stdout.write(rows.map(({ id, title }) => `${id.padEnd(width)}  ${title}\n`).join(''));
  },
};

function faultsOf(of: string, faults: readonly { readonly id: string; readonly explanation: string }[]): Row[] {
  return faults.map(({ id, explanation }) => ({ id, title: `${of}: ${explanation}`, of }));
}
