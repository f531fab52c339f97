import { type Html, html } from './html.ts';
import { type IconName, icon } from './icons.ts';

/** good, bad, wait, watch (soon to need somebody), quiet (nothing to do). */
export type Tone = 'good' | 'bad' | 'wait' | 'watch' | 'quiet';

const icons: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  bad: 'cross',
  wait: 'clock',
  watch: 'warning',
  quiet: 'dash',
};

/** A state: colour, sign and word, so that none of them is needed alone. */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${icon(icons[tone])}${text}</span>`;
}
