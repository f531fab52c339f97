import type { JournalEntry } from '../../journal/journal.ts';
import { badge } from './badge.ts';
import { eventWords } from './event-words.ts';
import { type Html, html, nothing } from './html.ts';
import { deviceLink } from './names.ts';
import { type Column, table } from './table.ts';
import { timeTag } from './time.ts';

const columns: readonly Column[] = [
  { text: 'When (UTC)', kind: 'name' },
  { text: 'What' },
  { text: 'Device' },
  { text: 'Details', kind: 'long' },
  { text: 'Who' },
];

/** Entries of the journal, the newest first. `ofDevice`: they are all of one device, which is not repeated. */
export function journalList(caption: string, entries: readonly JournalEntry[], ofDevice = false): Html {
  const shown = ofDevice ? columns.filter(({ text }) => text !== 'Device') : columns;
  return table(
    caption,
    shown,
    entries.map((entry) => cells(entry, ofDevice)),
  );
}

function cells({ at, event, by = '' }: JournalEntry, ofDevice: boolean): readonly (Html | string)[] {
  const { device = '', from = '', operation = '', detail = '', status } = event;
  const said = [operation, ...(status !== undefined && status > 1 ? [`status ${status}`] : []), visible(detail)];
  return [
    timeTag(at),
    badge(...(eventWords[event.event] ?? ['quiet', event.event])),
    ...(ofDevice ? [] : [device === '' ? '' : deviceLink(visible(device))]),
    said.filter((word) => word !== '').join(': '),
    by === ''
      ? html`<code>${from}</code>`
      : html`${by}${from === '' ? nothing : html`<code class="sub">${from}</code>`}`,
  ];
}

/** What a device sent may hold controls, and what turns the direction of text: shown by their numbers. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (c) => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
