import type { CaseListing } from '#harness/runner/events.ts';
import { allRequirements, type Requirement } from '#protocol/requirements/catalogue.ts';
import { areaName, areaOf } from '#reports/areas.ts';
import { remediesOf } from '#reports/remedies.ts';

/** docs/requirements.md: every requirement, by area, with the cases that test it. */
export function requirementsPage(cases: readonly CaseListing[]): string {
  const all = allRequirements();
  const areas = [...new Set(all.map(({ id }) => areaOf(id)))];
  const sections = areas.map((area) => {
    const own = all.filter(({ id }) => areaOf(id) === area);
    return `## ${area}: ${areaName(area)}\n\n${own.map((one) => entry(one, cases)).join('\n')}`;
  });
  return sections.join('\n');
}

function entry(requirement: Requirement, cases: readonly CaseListing[]): string {
  const { id, role, level, sentence, citation, untested } = requirement;
  const testing = cases.filter(({ requirements }) => requirements.includes(id));
  const tested = testing.map((one) => `[${one.id}](cases.md#${one.id.toLowerCase()})`).join(', ');
  const weaknesses = remediesOf([id]).flatMap((remedy) => remedy.weaknesses);
  const lines = [
    `- ${level}, for the ${role}. Source: ${citation}.`,
    untested === undefined ? `- Cases: ${tested}` : `- No case: ${untested}`,
    ...(weaknesses.length > 0 ? [`- A violation is: ${[...new Set(weaknesses)].join('; ')}`] : []),
  ];
  return `### ${id}\n\n${sentence}\n\n${lines.join('\n')}\n`;
}
