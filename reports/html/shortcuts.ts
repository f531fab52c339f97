import { html, type Markup } from './markup.ts';

const keys: readonly (readonly [key: string, does: string])[] = [
  ['/', 'filter'],
  ['j', 'next case'],
  ['k', 'case before'],
  ['Enter', 'open or close the case'],
  ['e', 'open or close every case that is shown'],
  ['g', 'to the top'],
  ['t', 'theme'],
  ['?', 'this list'],
];

/** What the keys do. They can be switched off: a voice that types would set them off (WCAG 2.2, 2.1.4). */
export function shortcutList(): Markup {
  const rows = keys.map(([key, does]) => html`<dt><kbd>${key}</kbd></dt><dd>${does}</dd>`);
  return html`<dialog id="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl>${rows}</dl>
<label><input type="checkbox" id="keys-on" checked> Single keys do this</label>
<form method="dialog"><button>Close</button></form></dialog>`;
}

/** Part of the page's script. */
export const shortcutScript = `
  const dialog = one('#keys');
  const enabled = one('#keys-on');
  try { enabled.checked = localStorage.getItem('muster-keys') !== 'off'; } catch {}
  enabled.addEventListener('change', () => {
    try { localStorage.setItem('muster-keys', enabled.checked ? 'on' : 'off'); } catch {}
  });
  const showKeys = () => dialog.showModal();
  one('#keys-button').addEventListener('click', showKeys);
  function step(by) {
    const shown = shownCases();
    if (shown.length === 0) return;
    const here = document.activeElement?.closest('.case');
    let at = here ? shown.indexOf(here) + by : shown.findIndex((element) => element.getBoundingClientRect().bottom > form.offsetHeight);
    at = Math.min(Math.max(at, 0), shown.length - 1);
    const summary = detailsOf(shown[at]).firstElementChild;
    summary.focus({ preventScroll: true });
    shown[at].scrollIntoView({ block: 'nearest' });
  }
  const actions = {
    '/': () => { words.focus(); words.select(); },
    j: () => step(1),
    k: () => step(-1),
    e: () => toggle.click(),
    g: () => scrollTo({ top: 0 }),
    t: () => button.click(),
    '?': showKeys,
  };
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && event.target === words) words.blur();
    if (!enabled.checked || event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.closest?.('input, select, textarea')) return;
    const action = Object.hasOwn(actions, event.key) ? actions[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  });
`;
