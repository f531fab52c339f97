import { unpackScript } from './packed.ts';
import { casesScript } from './script-cases.ts';
import { filterScript } from './script-filter.ts';
import { shortcutScript } from './shortcuts.ts';

/** Runs before the page is drawn, so that a chosen theme does not flash. */
export const themeScript = `
document.documentElement.classList.add('js');
try {
  const theme = localStorage.getItem('muster-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {}
`;

const themeButton = `// Theme: as the system has it, light, dark.
  const button = document.querySelector('#theme');
  const themes = ['auto', 'light', 'dark'];
  const named = () => root.dataset.theme ?? 'auto';
  const label = () => { button.textContent = 'Theme: ' + named(); };
  button.addEventListener('click', () => {
    const next = themes[(themes.indexOf(named()) + 1) % themes.length];
    if (next === 'auto') delete root.dataset.theme;
    else root.dataset.theme = next;
    try { localStorage.setItem('muster-theme', next); } catch {}
    label();
  });
  label();`;

/** The button of the theme alone, for pages without anything else to do. */
export const themeButtonScript = `
(() => {
  const root = document.documentElement;
${themeButton}
})();
`;

/** Everything that a reader can do to the page. Without it the page still says every verdict, why, and its proof. */
export const pageScript = `
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);

${themeButton}
${filterScript}${casesScript}${unpackScript}${shortcutScript}
  apply();
  if (location.hash) reveal(location.hash);
})();
`;
