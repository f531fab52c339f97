import type { Requirement } from '#protocol/requirements/catalogue.ts';
import type { Explanation } from './explain.ts';

/** For people. */
export function explanationAsText(explanation: Explanation): string {
  const { id, kind, title, requirements = [], cases = [], control, mutants = [], remedies = [] } = explanation;
  const { facts = [], mend } = explanation;
  const parts = [
    `${id}${kind === 'case' || kind === 'requirement' ? '' : ` (${kind})`}  ${title}`,
    facts.join('\n'),
    section('What must hold', requirements.map(requirementText)),
    section(
      kind === 'requirement' ? 'Cases that test it' : 'Cases that it must fail',
      cases.map((one) => `${one.id}  ${one.title}`),
    ),
    section('The control: what differs by the one fault alone', control === undefined ? [] : [control]),
    section(
      'A device or server with one of these flaws fails it',
      mutants.map((one) => `${one.id}: ${one.title}`),
    ),
    section('What a failure is', [...new Set(remedies.flatMap(({ weaknesses }) => weaknesses))]),
    section('How to mend it', mend === undefined ? remedies.map((remedy) => remedy.mend) : [mend]),
    kind === 'case' ? `Run it: muster certify … --case ${id}` : '',
    kind === 'requirement set' ? `Certify by it: muster certify … --certify --requirement-set ${id}` : '',
    kind === 'persona' ? `Meet it: muster enroll --persona ${id} …` : '',
    kind === 'flaw' ? `Meet it: muster load --flaw ${id} …` : '',
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
