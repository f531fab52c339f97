import { type Html, html } from './html.ts';

/** The unnamed group has a name for people. */
export function groupName(group: string): string {
  return group === '' ? '(unnamed group)' : group;
}

function devicePath(name: string): string {
  return `/devices/${encodeURIComponent(name)}`;
}

export function deviceLink(name: string): Html {
  return html`<a href="${devicePath(name)}">${name}</a>`;
}

/** A fingerprint as it is typed into a device: pairs that may break between lines. */
export function fingerprintText(hex: string): Html {
  return html`<code class="fingerprint">${hex}</code>`;
}
