import { commandForCase } from './command.ts';
import { remediesOf } from './remedies.ts';
import { type CaseRecord, caseVerdicts, type RunRecord } from './run-record.ts';
import { subjectName } from './subject-name.ts';
import { findingsOf } from './verdict.ts';

/** Of this many findings everything is said, of the others a line: build servers cut a summary that is too long. */
const mostInFull = 25;
const mostCharacters = 1500;

/** The run as a page in Markdown, as build servers show it: the verdict and why, then what there is to do, worst first. */
export function renderMarkdown(record: RunRecord): string {
  const findings = findingsOf(record);
  const stale = record.baseline?.stale ?? [];
  const lines = [
    `## ${record.verdict.toUpperCase()}: ${literal(record.subject.map(subjectName).join(', ') || 'no subject')}`,
    '',
    ...record.reasons.map((reason) => `- ${literal(reason)}`),
    '',
    ...factsOf(record).map(([name, value]) => `**${name}** ${literal(value)}  `),
    '',
  ];
  if (findings.length > 0) {
    lines.push('| verdict | case | |', '| --- | --- | --- |');
    lines.push(...findings.map(({ verdict, id, title }) => `| ${verdict} | ${literal(id)} | ${literal(title)} |`), '');
  }
  for (const { entry, why } of stale) lines.push(`- stale: ${literal(entry)}: ${literal(why)}`);
  for (const one of findings.slice(0, mostInFull)) lines.push('', ...findingLines(record, one));
  if (findings.length > mostInFull) lines.push('', `The report has the other ${findings.length - mostInFull} in full.`);
  return `${lines.join('\n')}\n`;
}

function factsOf(record: RunRecord): readonly (readonly [string, string])[] {
  const { profile, seed, durationMs, requirementSet, shard, counts } = record;
  const present = caseVerdicts.filter((verdict) => counts[verdict] > 0);
  return [
    ['cases', present.map((verdict) => `${counts[verdict]} ${verdict}`).join(', ') || 'none'],
    ['profile', `${profile.id}${profile.insecure ? ' (insecure)' : ''}`],
    ['seed', String(seed)],
    ['took', `${(durationMs / 1000).toFixed(1)} s`],
    ...(requirementSet ? ([['requirement set', requirementSet.name]] as const) : []),
    ...(shard ? ([['shard', `${shard.index + 1} of ${shard.of}`]] as const) : []),
  ];
}

function findingLines(record: RunRecord, one: CaseRecord): readonly string[] {
  const expected = one.requirements.map((id) => {
    const found = record.requirements.find((requirement) => requirement.id === id);
    return `- expected: ${literal(found ? `${id} (${found.level}) ${found.sentence} [${found.citation}]` : id)}`;
  });
  return [
    `### ${one.verdict}: ${literal(`${one.id} ${one.title}`)}`,
    '',
    ...expected,
    `- seen: ${literal(one.reason)}`,
    ...(one.proof === undefined ? [] : [`- proof: ${literal(one.proof)}`]),
    ...remediesOf(one.requirements).map(({ mend }) => `- to mend: ${literal(mend)}`),
    '',
    // Indented by four: a block of code, in which nothing but a line break means anything.
    `    ${oneLine(commandForCase(record, one.id))}`,
  ];
}

const oneLine = (text: string): string => text.toWellFormed().replace(/\s+/g, ' ').slice(0, mostCharacters);

/** What a peer said is shown as it is: no mark-up, no HTML, no mention, no link. Entities mean nothing but themselves. */
function literal(text: string): string {
  return oneLine(text)
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(
      /[&<>[\]*_~`#|!\\@]|:(?=\/\/)|(?<=mailto|xmpp):|(?<=www)\./gi,
      (character) => `&#${character.charCodeAt(0)};`,
    );
}
