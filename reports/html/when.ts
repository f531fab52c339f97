import { html, type Markup } from './markup.ts';

const monthNames = 'January February March April May June July August September October November December'.split(' ');

/** A moment in UTC, in words. A text that is no moment is shown as it is. */
export function when(text: string): Markup {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return html`<time datetime="">${text}</time>`;
  const day = `${moment.getUTCDate()} ${monthNames[moment.getUTCMonth()]} ${moment.getUTCFullYear()}`;
  return html`<time datetime="${moment.toISOString()}">${day}, ${moment.toISOString().slice(11, 19)} UTC</time>`;
}
