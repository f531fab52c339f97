import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { allRequirements, type Requirement } from '#protocol/requirements/catalogue.ts';
import { type Remedy, remediesOf } from '#reports/remedies.ts';
import type { CaseListing } from '../runner/events.ts';
import { type CatalogueRow, catalogue } from './catalogue.ts';
import { explanationAsText } from './explanation-text.ts';
import { knownCases } from './known-cases.ts';
import { flagOption } from './options.ts';

/** What is known of one thing: all that one needs to understand a finding, and to mend it. */
export interface Explanation {
  readonly id: string;
  readonly kind:
    | 'case'
    | 'requirement'
    | 'persona'
    | 'flaw'
    | 'fault'
    | 'profile'
    | 'requirement set'
    | 'error'
    | 'exit code';
  readonly title: string;
  readonly requirements?: readonly Requirement[];
  /** Of a requirement: the cases that test it; of a persona or a flaw: those that it must fail. */
  readonly cases?: readonly Pick<CaseListing, 'id' | 'title'>[];
  readonly control?: string;
  readonly mutants?: readonly CatalogueRow[];
  readonly remedies?: readonly Remedy[];
  /** What else is known, in a line each. */
  readonly facts?: readonly string[];
  /** What to do about an error or an exit code. */
  readonly mend?: string;
}

const options = { json: flagOption('Print it as JSON: a list, since several things may bear one name') } as const;
interface Words {
  id: string;
  json: boolean;
}

/** `muster explain ID`: what a case, a requirement or anything else that has a name means, and how to mend it. */
export const explainCommand: CommandModule<object, Words> = {
  command: 'explain <id>',
  describe: 'Say what a case, a requirement, an error or an exit code means, and how to mend it',
  builder: (y) =>
    y
      .positional('id', {
        describe:
          'Whatever muster list names: a case, a requirement, a persona, a flaw, a fault, an error, an exit code',
        type: 'string',
        demandOption: true,
      })
      .options(options)
      .example('$0 explain DEV-TLS-002', 'a case')
      .example('$0 explain ID-007', 'a requirement, and the cases that test it')
      .example('$0 explain bench-broken', 'an error')
      .example('$0 explain 4', 'an exit code'),
  handler: async ({ id, json }: ArgumentsCamelCase<Words>) => {
    const found = explain(id, isExplainedAlone(id) ? [] : await knownCases());
    process.stdout.write(json ? `${JSON.stringify(found)}\n` : found.map(explanationAsText).join('\n'));
  },
};

/** Errors and exit codes have nothing to do with cases, which take time to ask for. */
function isExplainedAlone(id: string): boolean {
  return [...catalogue.errors(), ...catalogue['exit-codes']()].some((row) => row.id === id.toLowerCase());
}

/** Everything of that name, in whatever case it is written. @throws MusterError not-found */
export function explain(name: string, cases: readonly CaseListing[]): readonly Explanation[] {
  const is = ({ id }: { readonly id: string }): boolean => id.toLowerCase() === name.toLowerCase();
  const plain = (kind: Explanation['kind'], rows: readonly CatalogueRow[]): Explanation[] =>
    rows.filter(is).map(({ id, title }) => ({ id, kind, title }));
  const found: Explanation[] = [
    ...cases.filter(is).map(explainCase),
    ...allRequirements()
      .filter(is)
      .map((each) => explainRequirement(each, cases)),
    ...plain('persona', catalogue.personas()).map((each) => ({ ...each, ...failedBy(each.id, cases, 'DEV-') })),
    ...plain('flaw', catalogue.flaws()).map((each) => ({ ...each, ...failedBy(each.id, cases, 'SRV-') })),
    ...plain('fault', catalogue.faults()),
    ...plain('profile', catalogue.profiles()),
    ...catalogue['requirement-sets']().filter(is).map(explainSet),
    ...catalogue.errors().filter(is).map(explainError),
    ...catalogue['exit-codes']().filter(is).map(explainExitCode),
  ];
  if (found.length > 0) return found;
  throw new MusterError(
    'not-found',
    `There is nothing called "${name}". What there is: muster list, muster list --help.`,
  );
}

function explainCase({ id, title, requirements, control, mutants }: CaseListing): Explanation {
  const wanted = allRequirements().filter((one) => requirements.includes(one.id));
  const flawed = id.startsWith('DEV-') ? catalogue.personas() : catalogue.flaws();
  return {
    id,
    kind: 'case',
    title,
    requirements: wanted,
    control,
    mutants: mutants.map((mutant) => flawed.find((row) => row.id === mutant) ?? { id: mutant, title: '' }),
    remedies: remediesOf(requirements),
  };
}

function explainRequirement(requirement: Requirement, cases: readonly CaseListing[]): Explanation {
  const { id, sentence } = requirement;
  const testing = cases.filter(({ requirements }) => requirements.includes(id));
  return {
    id,
    kind: 'requirement',
    title: sentence,
    requirements: [requirement],
    cases: named(testing),
    remedies: remediesOf([id]),
  };
}

/** Personas and flaws may bear one name: `prefix` is of the cases of their role. */
function failedBy(id: string, cases: readonly CaseListing[], prefix: string): Pick<Explanation, 'cases'> {
  const isOther = prefix === 'DEV-' ? 'SRV-' : 'DEV-';
  return { cases: named(cases.filter((one) => one.mutants.includes(id) && !one.id.startsWith(isOther))) };
}

function named(cases: readonly CaseListing[]): Pick<CaseListing, 'id' | 'title'>[] {
  return cases.map(({ id, title }) => ({ id, title }));
}

const faults = {
  caller: 'of whoever gave the options or the files',
  peer: 'of the other side of the wire',
  ours: 'of the bench, or of Muster',
};

function explainError({ id, title, fault, exitCode, mend }: ReturnType<typeof catalogue.errors>[number]): Explanation {
  const end =
    fault === 'peer'
      ? 'It ends no command: the server answers it, the gateway makes an outcome of it.'
      : `A command that it ends has the exit code ${exitCode}.`;
  const facts = [`The mistake is ${faults[fault]}.`, end];
  return { id, kind: 'error', title, facts, mend };
}

function explainExitCode({ id, title, name, mend }: ReturnType<(typeof catalogue)['exit-codes']>[number]): Explanation {
  return { id, kind: 'exit code', title, facts: [`In the tables of this project it is called "${name}".`], mend };
}

function explainSet({
  id,
  title,
  muster,
  digest,
}: ReturnType<(typeof catalogue)['requirement-sets']>[number]): Explanation {
  const facts = [`Muster ${muster} froze it. The SHA-256 of its file is ${digest}.`];
  return { id, kind: 'requirement set', title, facts };
}
