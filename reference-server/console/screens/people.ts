import { Administration } from '../administration.ts';
import type { ApiToken } from '../api-tokens.ts';
import type { Desk } from '../desk.ts';
import { badRequest } from '../failure.ts';
import { empty, head, padded, panel } from '../parts/blocks.ts';
import { field, fold, options, postForm } from '../parts/form.ts';
import { type Html, html } from '../parts/html.ts';
import { type Column, table } from '../parts/table.ts';
import { relativeTime } from '../parts/time.ts';
import { type Person, passwordLength } from '../people.ts';
import { type Role, roleFrom, roles, roleTexts } from '../role.ts';
import { go, type Handler, page, type Visit } from '../visit.ts';

type PeopleKey =
  | 'GET /people'
  | 'POST /people'
  | 'POST /people/:name/role'
  | 'POST /people/:name/password'
  | 'POST /people/:name/remove'
  | 'POST /tokens'
  | 'POST /tokens/:name/revoke';

export function peopleScreens(desk: Desk): Record<PeopleKey, Handler> {
  const { people, tokens, clock } = desk;
  const administration = new Administration(desk);

  return {
    'GET /people': async (visit) => {
      const now = clock.now().getTime();
      const [everybody, programs] = await Promise.all([people.list(), tokens.list()]);
      const body = html`${head('People and tokens', 'People sign in to this console. Programs use the API with a token.')}
${panel('People', html`${peopleTable(everybody, visit, now)}${padded(fold('Add a person', addPerson(visit)))}`)}
${panel('API tokens', html`${tokensTable(programs, visit, now)}${padded(html`${fold('Make a token', makeToken(visit))}<p class="hint">The API is described in <a href="/api/openapi.json">openapi.json</a>.</p>`)}`)}`;
      return page('People and tokens', '/people', body);
    },

    'POST /people': async (visit) => {
      const name = (visit.form.get('name') ?? '').trim().toLowerCase();
      const role = roleOf(visit);
      await administration.addPerson(name, role, visit.form.get('password') ?? '', visit.who.name);
      return go('/people', `${name} may sign in now.`);
    },

    'POST /people/:name/role': async (visit) => {
      const name = nameOf(visit);
      const role = roleOf(visit);
      await administration.setRole(name, role, visit.who.name);
      return go('/people', `${name} is ${role} now.`);
    },

    'POST /people/:name/password': async (visit) => {
      const name = nameOf(visit);
      await administration.setPassword(name, visit.form.get('password') ?? '', visit.who.name, visit.sessionId);
      return go('/people', `${name} has another password. Other sessions of ${name} have ended.`);
    },

    'POST /people/:name/remove': async (visit) => {
      const name = nameOf(visit);
      await administration.removePerson(name, visit.who.name);
      return go('/people', `${name} may not sign in any more.`);
    },

    'POST /tokens': async (visit) => {
      const name = (visit.form.get('name') ?? '').trim().toLowerCase();
      const role = roleOf(visit);
      const secret = await administration.makeToken(name, role, visit.who.name);
      return { kind: 'go', to: '/people', shownOnce: { what: `The token ${name} was made.`, secret } };
    },

    'POST /tokens/:name/revoke': async (visit) => {
      const name = nameOf(visit);
      await administration.revokeToken(name, visit.who.name);
      return go('/people', `The token ${name} opens nothing any more.`);
    },
  };
}

const nameOf = ({ params: { name = '' } }: Visit): string => name;

function roleOf({ form }: Visit): Role {
  const role = roleFrom(form.get('role') ?? '');
  if (role === undefined) throw badRequest(`The role: expected ${roles.join(', ')}.`);
  return role;
}

const roleChoices = roles.map((role) => [role, `${role}: ${roleTexts[role]}`] as const);
const shortRoles = roles.map((role) => [role, role] as const);

function peopleTable(everybody: readonly Person[], { csrf, who }: Visit, now: number): Html {
  const rows = everybody.map(({ name, role, signedInAt }) => {
    const path = `/people/${encodeURIComponent(name)}`;
    const setRole = postForm(
      csrf,
      `${path}/role`,
      html`<select name="role" aria-label="Role of ${name}">${options(shortRoles, role)}</select><button>Set</button>`,
      'inline',
    );
    const password = fold(
      'New password',
      postForm(
        csrf,
        `${path}/password`,
        html`${userName(name)}${field(`password-${name}`, `New password of ${name}`, newPassword(`password-${name}`))}<button>Set password</button>`,
      ),
    );
    const remove = fold(
      'Remove',
      postForm(
        csrf,
        `${path}/remove`,
        html`<p>${name} is signed out at once and may not sign in any more.</p><button class="danger">Remove ${name}</button>`,
      ),
    );
    const you = name === who.name ? html` <span class="muted">(you)</span>` : '';
    const seen = signedInAt === undefined ? html`<span class="muted">never</span>` : relativeTime(signedInAt, now);
    return [html`${name}${you}`, setRole, seen, html`${password}${remove}`];
  });
  const columns: readonly Column[] = [
    { text: 'Name', kind: 'name' },
    { text: 'Role' },
    { text: 'Signed in' },
    { text: 'Change', kind: 'acts' },
  ];
  return table('People', columns, rows);
}

/** For what keeps passwords: whose this one is. */
function userName(name: string): Html {
  return html`<input name="username" value="${name}" autocomplete="username" hidden>`;
}

function newPassword(id: string): Html {
  const { least, most } = passwordLength;
  return html`<input id="${id}" name="password" type="password" autocomplete="new-password" required minlength="${least}" maxlength="${most}">`;
}

function addPerson({ csrf }: Visit): Html {
  return postForm(
    csrf,
    '/people',
    html`${field('person-name', 'Name', html`<input id="person-name" name="name" required maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false">`)}
${field('person-role', 'Role', html`<select id="person-role" name="role">${options(roleChoices, 'viewer')}</select>`)}
${field('person-password', `Password, at least ${passwordLength.least} characters`, newPassword('person-password'))}
<button class="primary">Add</button>`,
    'stack',
  );
}

function tokensTable(tokens: readonly ApiToken[], { csrf }: Visit, now: number): Html {
  if (tokens.length === 0) return empty('No program has a token.');
  const rows = tokens.map(({ name, role, madeBy, madeAt, usedAt }) => {
    const revoke = postForm(
      csrf,
      `/tokens/${encodeURIComponent(name)}/revoke`,
      html`<button class="danger" aria-label="Revoke ${name}">Revoke</button>`,
    );
    const used = usedAt === undefined ? html`<span class="muted">never</span>` : relativeTime(usedAt, now);
    return [name, role, html`${madeBy}, ${relativeTime(madeAt, now)}`, used, revoke];
  });
  const columns: readonly Column[] = [
    { text: 'Name', kind: 'name' },
    { text: 'Role' },
    { text: 'Made' },
    { text: 'Used' },
    { text: 'Change', kind: 'acts' },
  ];
  return table('API tokens', columns, rows);
}

function makeToken({ csrf }: Visit): Html {
  return postForm(
    csrf,
    '/tokens',
    html`${field('token-name', 'Name', html`<input id="token-name" name="name" required maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false">`, 'What will use it: nightly, monitoring, …')}
${field('token-role', 'Role', html`<select id="token-role" name="role">${options(roleChoices, 'viewer')}</select>`)}
<button class="primary">Make</button>`,
    'stack',
  );
}
