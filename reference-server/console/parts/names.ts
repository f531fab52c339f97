import { type Html, html } from './html.ts';

/** The unnamed group has a name for people. */
export function groupName(group: string): string {
  return group === '' ? '(unnamed group)' : group;
}

export function devicePath(name: string): string {
  return `/devices/${encodeURIComponent(name)}`;
}

export function deviceLink(name: string): Html {
  return html`<a href="${devicePath(name)}">${name}</a>`;
}

/** A fingerprint as it is typed into a device: pairs that may break between lines. */
export function fingerprintText(hex: string): Html {
  return html`<code class="fingerprint">${hex}</code>`;
}

/** `1,234` */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Where the configuration file says it. */
export function lineLink(line: number): Html {
  return html`<a href="/configuration#L${line}">line ${line}</a>`;
}
