import type { CaseRecord, CaseVerdict, RunVerdict } from '../run-record.ts';
import { anchorLink, html, Markup } from './markup.ts';

/** One drawing a verdict, so that no verdict is told by its colour alone. 16 by 16, strokes only. */
const drawings: Readonly<Record<CaseVerdict, string>> = {
  pass: 'M3 8.5l3.2 3.2L13 4.8',
  fail: 'M4 4l8 8M12 4l-8 8',
  warn: 'M8 3v6.2M8 12.8v.01',
  unverified: 'M5 5.4A3 3 0 1 1 8 8.6v1M8 12.9v.01',
  error: 'M9.2 2L4.5 9h6.6L6.6 14',
  'unexpected-pass': 'M13 5.2A5.5 5.5 0 1 0 13.5 8M13.4 2.4v3h-3',
  'expected-failure': 'M3 6h10M3 10h10',
  'not-applicable': 'M4 8h8',
};

/** Goes once into the page; `icon` refers to it. */
export const iconSymbols: Markup = new Markup(
  `<svg class="hidden" aria-hidden="true" focusable="false">${Object.entries(drawings)
    .map(([verdict, path]) => `<symbol id="i-${verdict}" viewBox="0 0 16 16"><path d="${path}"/></symbol>`)
    .join('')}<symbol id="i-turn" viewBox="0 0 16 16"><path d="M5.5 3l5 5-5 5"/></symbol></svg>`,
);

export function icon(verdict: CaseVerdict): Markup {
  return html`<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-${verdict}"/></svg>`;
}

/** The mark at the end of a summary: it turns when its details are open. */
export const turnIcon: Markup = new Markup(
  '<svg class="icon turn" aria-hidden="true" focusable="false"><use href="#i-turn"/></svg>',
);

/** Words for people. */
export const verdictNames: Readonly<Record<CaseVerdict, string>> = {
  pass: 'pass',
  fail: 'fail',
  warn: 'warn',
  unverified: 'unverified',
  error: 'error',
  'unexpected-pass': 'unexpected pass',
  'expected-failure': 'expected failure',
  'not-applicable': 'not applicable',
};

/** How a run's verdict is shown: as which case verdict's colours, under which headline, with which meaning. */
export const runVerdicts: Readonly<Record<RunVerdict, { tone: CaseVerdict; headline: string; meaning: string }>> = {
  pass: { tone: 'pass', headline: 'Pass', meaning: 'Every applicable case was judged, and none found a violation.' },
  fail: { tone: 'fail', headline: 'Fail', meaning: 'At least one requirement is violated.' },
  inconclusive: {
    tone: 'unverified',
    headline: 'Inconclusive',
    meaning: 'No violation was proved, but this run does not show conformance either.',
  },
  error: { tone: 'error', headline: 'Error', meaning: 'The bench broke: this says nothing about what was tested.' },
  incomplete: { tone: 'warn', headline: 'Incomplete', meaning: 'The run was not over when this was written.' },
};

export function chip(verdict: CaseVerdict): Markup {
  return html`<span class="chip v-${verdict}">${icon(verdict)}${verdictNames[verdict]}</span>`;
}

/** A case as a chip: its id, its verdict by drawing, colour and (for those who see neither) word. */
export function caseChip(one: CaseRecord): Markup {
  return html`<a class="chip v-${one.verdict}" href="${anchorLink(one.id)}" title="${one.title}">${icon(one.verdict)}${one.id}<span class="hidden"> ${verdictNames[one.verdict]}</span></a>`;
}
