import { Administration } from '../administration.ts';
import type { Desk } from '../desk.ts';
import { head, padded, panel } from '../parts/blocks.ts';
import { field, postForm } from '../parts/form.ts';
import { html } from '../parts/html.ts';
import { passwordLength } from '../people.ts';
import { roleTexts } from '../role.ts';
import { go, type Handler, page } from '../visit.ts';

/** What everybody may do for themselves. */
export function accountScreens(desk: Desk): Record<'GET /account' | 'POST /account/password', Handler> {
  return {
    'GET /account': async ({ who, csrf }) => {
      const { least, most } = passwordLength;
      const input = (id: string, autocomplete: string, name: string) =>
        html`<input id="${id}" name="${name}" type="password" autocomplete="${autocomplete}" required maxlength="${most}">`;
      const form = postForm(
        csrf,
        '/account/password',
        html`<input name="username" value="${who.name}" autocomplete="username" hidden>
${field('old', 'Password so far', input('old', 'current-password', 'old'))}
${field('new', `New password, at least ${least} characters`, input('new', 'new-password', 'new'))}
<button class="primary">Change password</button>`,
        'stack',
      );
      const body = html`${head('Your account', `${who.name} is ${who.role}: ${roleTexts[who.role]}.`)}${panel('Password', padded(form))}`;
      return page('Your account', '/account', body);
    },

    'POST /account/password': async ({ who, form, sessionId }) => {
      if ((await desk.people.verify(who.name, form.get('old') ?? '')) === undefined) {
        return go('/account', 'The password so far is another one. Nothing was changed.', 'bad');
      }
      await new Administration(desk).setPassword(who.name, form.get('new') ?? '', who.name, sessionId);
      return go('/account', 'Your password was changed. Your other sessions have ended.');
    },
  };
}
