import type { ArgumentsCamelCase, CommandModule } from 'yargs';
import { MusterError } from '#protocol/errors.ts';
import { allRequirements, type Requirement } from '#protocol/requirements/catalogue.ts';
import { flaws } from '#reference-server/flaws.ts';
import { type Remedy, remediesOf } from '#reports/remedies.ts';
import { findPersona } from '#simulators/gateway/personas.ts';
import type { CaseListing } from '../runner/events.ts';
import { knownCases } from './known-cases.ts';
import { flagOption } from './options.ts';

/** What is known of a case or a requirement: all that one needs to understand a finding, and to mend it. */
export interface Explanation {
  readonly id: string;
  readonly title: string;
  readonly kind: 'case' | 'requirement';
  readonly requirements: readonly Requirement[];
  /** Of a requirement: the cases that test it. */
  readonly cases: readonly Pick<CaseListing, 'id' | 'title'>[];
  readonly control?: string;
  readonly mutants: readonly { readonly id: string; readonly explanation: string }[];
  readonly remedies: readonly Remedy[];
}

const options = { json: flagOption('Print it as JSON') } as const;
interface Words {
  id: string;
  json: boolean;
}

/** `muster explain ID`: what a case or a requirement means, and how a device or a server that fails it is mended. */
export const explainCommand: CommandModule<object, Words> = {
  command: 'explain <id>',
  describe: 'Say what a case or a requirement means, and how to mend what fails it',
  builder: (y) =>
    y
      .positional('id', { describe: 'A case or a requirement', type: 'string', demandOption: true })
      .options(options)
      .example('$0 explain DEV-TLS-002', 'a case')
      .example('$0 explain ID-007', 'a requirement, and the cases that test it'),
  handler: async ({ id, json }: ArgumentsCamelCase<Words>) => {
    const explanation = explain(id.toUpperCase(), await knownCases());
    process.stdout.write(json ? `${JSON.stringify(explanation)}\n` : explanationAsText(explanation));
  },
};

/** @throws MusterError not-found */
export function explain(id: string, cases: readonly CaseListing[]): Explanation {
  const catalogue = allRequirements();
  const found = cases.find((one) => one.id === id);
  if (found) {
    const { title, requirements, control, mutants } = found;
    return {
      id,
      title,
      kind: 'case',
      requirements: requirements.flatMap((name) => catalogue.find((one) => one.id === name) ?? []),
      cases: [],
      control,
      mutants: mutants.map((mutant) => ({ id: mutant, explanation: mutantText(mutant) })),
      remedies: remediesOf(requirements),
    };
  }
  const requirement = catalogue.find((one) => one.id === id);
  if (!requirement) {
    throw new MusterError(
      'not-found',
      `There is no case and no requirement "${id}". Those that there are: muster list cases, muster list requirements.`,
    );
  }
  return {
    id,
    title: requirement.sentence,
    kind: 'requirement',
    requirements: [requirement],
    cases: cases
      .filter(({ requirements }) => requirements.includes(id))
      .map((one) => ({ id: one.id, title: one.title })),
    mutants: [],
    remedies: remediesOf([id]),
  };
}

function mutantText(id: string): string {
  return findPersona(id)?.explanation ?? flaws.find((flaw) => flaw.id === id)?.explanation ?? '';
}

export function explanationAsText({ id, title, requirements, cases, control, mutants, remedies }: Explanation): string {
  const parts = [
    `${id}  ${title}`,
    section('What must hold', requirements.map(requirementText)),
    section(
      'Cases that test it',
      cases.map((one) => `${one.id}  ${one.title}`),
    ),
    section('The control: what differs by the one fault alone', control === undefined ? [] : [control]),
    section(
      'A device or server with one of these flaws fails it',
      mutants.map((one) => `${one.id}: ${one.explanation}`),
    ),
    section('What a failure is', [...new Set(remedies.flatMap(({ weaknesses }) => weaknesses))]),
    section(
      'How to mend it',
      remedies.map(({ mend }) => mend),
    ),
    ...(cases.length + mutants.length > 0 && control !== undefined ? [`Run it: muster certify … --case ${id}`] : []),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function requirementText({ id, level, sentence, quote, citation, untested }: Requirement): string {
  const more = [quote && `“${quote}”`, `[${citation}]`, untested && `No case tests it: ${untested}`];
  return [`${id} (${level}): ${sentence}`, ...more.filter(Boolean).map((line) => `  ${line}`)].join('\n  ');
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${heading}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
