import type { CaseVerdict } from '../run-record.ts';

/** Every colour of the report. A test holds each pair of text and ground to WCAG 2.2 AA (4.5 to 1). */
export interface Palette {
  readonly page: string;
  readonly surface: string;
  /** Ground of raw text and of table heads. */
  readonly sunken: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly link: string;
  readonly tls: string;
  readonly cleartext: string;
  readonly local: string;
  readonly verdicts: Readonly<Record<CaseVerdict, { readonly text: string; readonly ground: string }>>;
}

export const light: Palette = {
  page: '#f6f7f8',
  surface: '#ffffff',
  sunken: '#f1f3f5',
  ink: '#1b1f24',
  muted: '#57606a',
  line: '#d8dde3',
  link: '#1a5bb8',
  tls: '#17663c',
  cleartext: '#95460a',
  local: '#57606a',
  verdicts: {
    pass: { text: '#14633a', ground: '#e4f3ea' },
    fail: { text: '#b01218', ground: '#fde9e9' },
    warn: { text: '#7a5100', ground: '#fcf2d6' },
    unverified: { text: '#6a3aa6', ground: '#f1eafb' },
    error: { text: '#9c1556', ground: '#fce7f1' },
    'unexpected-pass': { text: '#0b5c73', ground: '#def2f7' },
    'expected-failure': { text: '#65503a', ground: '#f3ece3' },
    'not-applicable': { text: '#57606a', ground: '#edf0f2' },
  },
};

export const dark: Palette = {
  page: '#111418',
  surface: '#191d22',
  sunken: '#13171b',
  ink: '#e4e7eb',
  muted: '#9ba5b0',
  line: '#2e353d',
  link: '#84b4ff',
  tls: '#6fd39b',
  cleartext: '#f2a765',
  local: '#9ba5b0',
  verdicts: {
    pass: { text: '#7bd8a3', ground: '#15301f' },
    fail: { text: '#ff9c98', ground: '#401a1c' },
    warn: { text: '#efc663', ground: '#372b0d' },
    unverified: { text: '#cdaefa', ground: '#2d2143' },
    error: { text: '#f99cc8', ground: '#401a2e' },
    'unexpected-pass': { text: '#7ed3ea', ground: '#0f2e38' },
    'expected-failure': { text: '#d6bfa3', ground: '#302820' },
    'not-applicable': { text: '#a3adb8', ground: '#252b32' },
  },
};

/** The palette as CSS custom properties. */
export function propertiesOf(palette: Palette): string {
  const { verdicts, ...colours } = palette;
  const lines = Object.entries(colours).map(([name, value]) => `--${name}:${value};`);
  for (const [verdict, { text, ground }] of Object.entries(verdicts)) {
    lines.push(`--${verdict}:${text};--${verdict}-ground:${ground};`);
  }
  return lines.join('');
}
