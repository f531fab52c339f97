import { type Html, html } from './html.ts';

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

/** `4 min`, `3 d`: the largest unit alone. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [unit, length] = units.find(([, each]) => whole >= each) ?? ['s', 1];
  return `${Math.floor(whole / length)} ${unit}`;
}

/** `2026-11-28 03:26:30`, in UTC, as everywhere in the console. */
export function moment(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').slice(0, 19);
}

export function timeTag(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${moment(at)}</time>`;
}

/** `4 min ago` or `in 4 min`; the moment itself is its title. */
export function relativeTime(at: number, now: number): Html {
  const away = (at - now) / 1000;
  const text = away > 0 ? `in ${duration(away)}` : `${duration(-away)} ago`;
  return html`<time datetime="${new Date(at).toISOString()}" title="${moment(at)} UTC">${text}</time>`;
}
