import { MusterError } from '../errors.ts';
import type { RequirementId } from '../requirements/catalogue.ts';
import type { Pair } from '../wire.ts';
import type { Finding } from './examine.ts';

/** What was made of some pairs. Without findings that are not tolerated, there is a message. */
export interface Reading<Message> {
  readonly message: Message | undefined;
  readonly findings: readonly Finding[];
}

export function breach(requirement: RequirementId, offset: number, message: string): Finding {
  return { requirement, offset, message, tolerated: false };
}

export function blemish(requirement: RequirementId, offset: number, message: string): Finding {
  return { requirement, offset, message, tolerated: true };
}

/**
 * Sorts pairs by the variable they stand for. `names` holds every known name and its variable: a synonym has the variable
 * of the name it stands for, and other names are ignored. Of a variable that is repeated the first counts.
 */
export function collect<Variable extends string>(
  pairs: readonly Pair[],
  names: ReadonlyMap<string, Variable>,
  findings: Finding[],
): Map<Variable, Pair> {
  const variables = new Map<Variable, Pair>();
  for (const pair of pairs) {
    const variable = names.get(pair.name);
    if (variable === undefined) continue;
    const first = variables.get(variable);
    if (first === undefined) {
      variables.set(variable, pair);
      if (pair.name !== variable) {
        findings.push(blemish('MSG-012', pair.offset, `expected the name ${variable}, saw its synonym ${pair.name}`));
      }
    } else if (Buffer.compare(first.value, pair.value) !== 0) {
      findings.push(
        first.name === pair.name
          ? breach('MSG-011', pair.offset, `${pair.name} is repeated with another value`)
          : breach('MSG-014', pair.offset, `${first.name} and ${pair.name} are one variable, and their values differ`),
      );
    }
  }
  return variables;
}

/** The message that was read, or its first finding that no receiver tolerates as an error. */
export function demand<Message>({ message, findings }: Reading<Message>, what: string): Message {
  const breach = findings.find(({ tolerated }) => !tolerated);
  if (breach !== undefined) {
    throw new MusterError(
      'message-malformed',
      `This is no ${what}: at byte ${breach.offset} of the body, ${breach.message}.`,
      {
        details: { offset: breach.offset, requirement: breach.requirement },
      },
    );
  }
  if (message === undefined) throw new MusterError('internal', `A ${what} was not read, and nothing was found wrong.`);
  return message;
}
