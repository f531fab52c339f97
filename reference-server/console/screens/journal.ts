import type { Journal, JournalFilter } from '../../journal/journal.ts';
import type { Desk } from '../desk.ts';
import { badRequest } from '../failure.ts';
import { journalFilter } from '../journal-filter.ts';
import { badge } from '../parts/badge.ts';
import { empty, facts, head, panel } from '../parts/blocks.ts';
import { eventNames, eventWords } from '../parts/event-words.ts';
import { hrefOf } from '../parts/filters.ts';
import { field, options } from '../parts/form.ts';
import { type Html, html } from '../parts/html.ts';
import { journalList } from '../parts/journal-list.ts';
import { grouped } from '../parts/names.ts';
import { newestOlder } from '../parts/table.ts';
import { type Handler, page } from '../visit.ts';

type JournalKey = 'GET /journal' | 'GET /journal/export' | 'GET /journal/verification';

const rowsOnPage = 100;
const exportedAtOnce = 1000;

/** The audit log: filtered, exported, and its chain of hashes verified. */
export function journalScreens({ server, clock }: Desk): Record<JournalKey, Handler> {
  const opened = (): Journal => {
    if (!server.journal) throw badRequest('This server keeps no journal.');
    return server.journal;
  };

  return {
    'GET /journal': async ({ query }) => {
      const filter = journalFilter(query);
      const listed = await opened().list({ ...filter, limit: rowsOnPage + 1 });
      const shown = listed.slice(0, rowsOnPage);
      const last = listed.length > rowsOnPage ? shown.at(-1)?.number : undefined;
      const wanted = wordsOf(query);
      const actions = html`<a class="button" href="/journal/verification">Verify the chain</a><a class="button" href="${hrefOf('/journal/export', wanted)}" download>Export</a>`;
      const list = shown.length === 0 ? empty('Nothing like that has happened.') : journalList('Audit log', shown);
      const href = (before: number | undefined): string =>
        hrefOf('/journal', { ...wanted, before: before?.toString() });
      const body = html`${head('Audit log', 'What happened, the last one first. Each entry is chained to the one before by its hash.', actions)}
${filterForm(query)}
<div id="journal" class="panel" data-live>${list}${newestOlder(filter.before !== undefined, last, href)}</div>`;
      return page('Audit log', '/journal', body);
    },

    'GET /journal/export': async ({ query }) => ({
      kind: 'stream',
      name: `journal-${clock.now().toISOString().slice(0, 10)}.jsonl`,
      type: 'application/jsonl',
      parts: jsonLines(opened(), journalFilter(query)),
    }),

    'GET /journal/verification': async () => {
      const journal = opened();
      await journal.flush();
      const { entries, broken, head: last } = await journal.verify();
      const verdict =
        broken === undefined
          ? badge('good', 'the chain holds')
          : badge('bad', `the chain breaks at entry ${grouped(broken)}: it was changed, or one before it removed`);
      const body = html`${head('Verification of the audit log', 'The hash of each entry was computed again, from the oldest on.')}
${panel(
  'Result',
  facts([
    ['Verdict', verdict],
    ['Entries that hold', grouped(entries)],
    ['Hash of the last of them', html`<code>${last}</code>`],
  ]),
)}
<p class="hint">Keep this hash elsewhere: as long as a later verification passes by it, nothing before it was changed. The export holds the hash of each entry.</p>`;
      return page('Verification of the audit log', '/journal', body);
    },
  };
}

/** Entries as JSON, a line each, the newest first. */
async function* jsonLines(journal: Journal, filter: JournalFilter): AsyncGenerator<string> {
  for (let before = filter.before; ; ) {
    const some = await journal.list({ ...filter, limit: exportedAtOnce, ...(before === undefined ? {} : { before }) });
    if (some.length > 0) yield `${some.map((entry) => JSON.stringify(entry)).join('\n')}\n`;
    before = some.at(-1)?.number;
    if (some.length < exportedAtOnce) return;
  }
}

function wordsOf(query: URLSearchParams): Readonly<Record<string, string | undefined>> {
  const word = (name: string): string | undefined => query.get(name) || undefined;
  return { event: word('event'), device: word('device'), from: word('from'), to: word('to') };
}

function filterForm(query: URLSearchParams): Html {
  const events = [['', 'everything'] as const, ...eventNames.map((name) => [name, eventWords[name][1]] as const)];
  const value = (name: string): string => query.get(name) ?? '';
  return html`<form class="search" role="search" action="/journal">
${field('event', 'What', html`<select id="event" name="event">${options(events, value('event'))}</select>`)}
${field('device', 'Device', html`<input id="device" name="device" value="${value('device')}" autocomplete="off" spellcheck="false">`)}
${field('from', 'From (UTC)', html`<input id="from" name="from" type="datetime-local" value="${value('from')}">`)}
${field('to', 'To (UTC)', html`<input id="to" name="to" type="datetime-local" value="${value('to')}">`)}
<button>Filter</button><a class="button" href="/journal">Clear</a></form>`;
}
