import { MusterError } from '#protocol/errors.ts';
import { linesOfSeveral, type StatementLine, type StatementWord, statementLines } from '../profile/statement-lines.ts';

type LineOfSeveral = (typeof linesOfSeveral)[number];

/** What a vendor declares of a device: the lines of a profile file (docs/device-profile.md). What is left out declares nothing. */
export type DeviceProfile = {
  /** Whose statement it is. */
  readonly device: string;
  /** The built-in profile that judges. */
  readonly profile: 'modern' | 'legacy';
} & {
  readonly [Line in StatementLine]?: Line extends LineOfSeveral ? readonly StatementWord<Line>[] : StatementWord<Line>;
};

/** For `--profile FILE.ts` (or .js): `export default defineProfile({ … })`. @throws MusterError profile-invalid, which names every error */
export function defineProfile(profile: DeviceProfile): DeviceProfile {
  const problems = problemsOf(profile);
  if (problems.length === 0) return Object.freeze({ ...profile });
  throw new MusterError('profile-invalid', problems.map((problem) => `defineProfile: ${problem}.`).join('\n'), {
    details: { problems },
  });
}

const list = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');

/** Programs in JavaScript have no types that would say so. */
function problemsOf({ device, profile, ...lines }: DeviceProfile): string[] {
  const problems: string[] = [];
  if (typeof device !== 'string' || device === '') problems.push('"device": a name is expected');
  if (!['modern', 'legacy'].includes(profile)) problems.push('"profile": expected one of "modern", "legacy"');
  for (const [name, value] of Object.entries(lines)) {
    const known = Object.hasOwn(statementLines, name) ? statementLines[name as StatementLine].words : undefined;
    const takesSeveral = (linesOfSeveral as readonly string[]).includes(name);
    const words: readonly unknown[] = takesSeveral && Array.isArray(value) ? value : [value];
    if (!known) problems.push(`"${name}": expected one of ${list(Object.keys(statementLines))}`);
    else if (words.length === 0 || !words.every((word) => (known as readonly unknown[]).includes(word)))
      problems.push(
        `"${name}": expected ${takesSeveral ? 'a list' : 'one'} of ${list(known)}, seen ${JSON.stringify(value)}`,
      );
    else if (new Set(words).size < words.length) problems.push(`"${name}" says something twice`);
  }
  return problems;
}
