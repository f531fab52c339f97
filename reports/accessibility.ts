import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Rules that look at colours. They are the slowest; the theme changes what they say and nothing else, the width all but that. */
const colours = ['color-contrast', 'link-in-text-block'];
const options = {
  all: {},
  colours: { runOnly: colours },
  'all but colours': { rules: Object.fromEntries(colours.map((rule) => [rule, { enabled: false }])) },
};

/** For browser tests: what axe finds on a page as it is shown, each with its rule and the elements; a page of one frame. */
export async function axeFindings(page: Page, rules: keyof typeof options = 'all'): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe);
  const chosen = JSON.stringify({ ...options[rules], resultTypes: ['violations'] });
  return page.evaluate<string[]>(`axe.run(${chosen}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
}
