import type { ApiKey } from '../access.ts';
import { Administration } from '../administration.ts';
import type { Desk } from '../desk.ts';
import { badRequest } from '../failure.ts';
import { type Role, roleFrom, roles } from '../role.ts';
import { type Call, listOf, type Operation, object, text, time } from './operation.ts';

type PeopleKey = Extract<ApiKey, `${string} /api/people${string}` | `${string} /api/tokens${string}`>;

const role = { enum: roles };
const done = object({ done: { const: true } });
const iso = (at: number): string => new Date(at).toISOString();

export function peopleOperations(desk: Desk): Record<PeopleKey, Operation> {
  const { people, tokens } = desk;
  const administration = new Administration(desk);
  const act = (
    summary: string,
    work: (call: Call, name: string) => Promise<void>,
    body?: Operation['body'],
  ): Operation => ({
    summary,
    ...(body ? { body } : {}),
    answer: done,
    run: async (call) => {
      await work(call, call.params.name ?? String(call.body.name ?? ''));
      return { done: true };
    },
  });

  return {
    'GET /api/people': {
      summary: 'Who may sign in to the console.',
      answer: object({ people: listOf(object({ name: text, role, addedAt: time, 'signedInAt?': time })) }),
      run: async () => ({
        people: (await people.list()).map(({ name, role: held, addedAt, signedInAt }) => ({
          name,
          role: held,
          addedAt: iso(addedAt),
          ...(signedInAt === undefined ? {} : { signedInAt: iso(signedInAt) }),
        })),
      }),
    },
    'POST /api/people': act(
      'Adds a person.',
      ({ body, who }, name) => administration.addPerson(name, roleOf(body), String(body.password), who.name),
      object({ name: text, role, password: text }),
    ),
    'POST /api/people/:name/role': act(
      'Gives a person another role.',
      ({ body, who }, name) => administration.setRole(name, roleOf(body), who.name),
      object({ role }),
    ),
    'POST /api/people/:name/password': act(
      'Gives a person another password; their sessions end.',
      ({ body, who }, name) => administration.setPassword(name, String(body.password), who.name),
      object({ password: text }),
    ),
    'POST /api/people/:name/remove': act('Removes a person; their sessions end.', ({ who }, name) =>
      administration.removePerson(name, who.name),
    ),
    'GET /api/tokens': {
      summary: 'The tokens of programs, without what they are.',
      answer: object({
        tokens: listOf(object({ name: text, role, madeBy: text, madeAt: time, 'usedAt?': time })),
      }),
      run: async () => ({
        tokens: (await tokens.list()).map(({ usedAt, madeAt, ...token }) => ({
          ...token,
          madeAt: iso(madeAt),
          ...(usedAt === undefined ? {} : { usedAt: iso(usedAt) }),
        })),
      }),
    },
    'POST /api/tokens': {
      summary: 'Makes a token; it is told this once.',
      body: object({ name: text, role }),
      answer: object({ token: text }),
      run: async ({ body, who }) => ({
        token: await administration.makeToken(String(body.name), roleOf(body), who.name),
      }),
    },
    'POST /api/tokens/:name/revoke': act('Revokes a token.', ({ who }, name) =>
      administration.revokeToken(name, who.name),
    ),
  };
}

function roleOf(body: Readonly<Record<string, unknown>>): Role {
  const found = roleFrom(String(body.role));
  if (found === undefined) throw badRequest(`role: expected ${roles.join(', ')}.`);
  return found;
}
