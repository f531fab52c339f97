import { access, type ScreenKey } from './access.ts';
import { type Html, html } from './parts/html.ts';
import { type IconName, icon } from './parts/icons.ts';
import { mayAct, type Role } from './role.ts';

/** A screen with a role: the sign-in is no entry. */
type KeyOfScreen = { [K in ScreenKey]: (typeof access)[K] extends Role ? K : never }[ScreenKey];

interface Entry {
  readonly key: KeyOfScreen;
  readonly text: string;
  readonly icon: IconName;
}

const sections: readonly { readonly heading: string; readonly entries: readonly Entry[] }[] = [
  {
    heading: '',
    entries: [
      { key: 'GET /', text: 'Overview', icon: 'overview' },
      { key: 'GET /approvals', text: 'Approvals', icon: 'approvals' },
    ],
  },
  {
    heading: 'Enrollment',
    entries: [
      { key: 'GET /devices', text: 'Devices', icon: 'devices' },
      { key: 'GET /groups', text: 'Groups', icon: 'groups' },
      { key: 'GET /certificates', text: 'Certificates', icon: 'certificates' },
      { key: 'GET /authority', text: 'CA and trust', icon: 'authority' },
    ],
  },
  {
    heading: 'Calls',
    entries: [
      { key: 'GET /routes', text: 'Routes', icon: 'routes' },
      { key: 'GET /calls', text: 'Calls and usage', icon: 'calls' },
    ],
  },
  {
    heading: 'Server',
    entries: [
      { key: 'GET /configuration', text: 'Configuration', icon: 'configuration' },
      { key: 'GET /journal', text: 'Audit log', icon: 'journal' },
      { key: 'GET /faults', text: 'Faults', icon: 'faults' },
      { key: 'GET /people', text: 'People and tokens', icon: 'people' },
    ],
  },
];

/** The entries that the role may open. `pending`: how many enrollments wait. */
export function navigation(role: Role, under: string, pending: number): readonly Html[] {
  return sections.map(({ heading, entries }) => {
    const shown = entries.filter(({ key }) => mayAct(role, access[key]));
    if (shown.length === 0) return html``;
    const title = heading === '' ? '' : html`<h2>${heading}</h2>`;
    return html`${title}<ul>${shown.map((entry) => item(entry, under, pending))}</ul>`;
  });
}

function item({ key, text, icon: name }: Entry, under: string, pending: number): Html {
  const path = key.slice('GET '.length);
  const count =
    path === '/approvals'
      ? html`<span class="count" data-live-text="pending">${pending > 0 ? String(pending) : ''}</span>`
      : '';
  const current = path === under ? html` aria-current="page"` : undefined;
  return html`<li><a href="${path}"${current}>${icon(name)}<span>${text}</span>${count}</a></li>`;
}
