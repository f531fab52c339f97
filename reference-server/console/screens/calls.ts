import { deviceKey } from '#protocol/config-file/configuration.ts';
import type { Authorization, CallFilter, Listed, UsageRecord } from '../../clearinghouse/call-store.ts';
import type { Desk } from '../desk.ts';
import { wholeNumber } from '../number.ts';
import { empty, head } from '../parts/blocks.ts';
import { choices, hrefOf } from '../parts/filters.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { deviceLink, groupName } from '../parts/names.ts';
import { causeText } from '../parts/release-causes.ts';
import { type Column, newestOlder, table } from '../parts/table.ts';
import { timeTag } from '../parts/time.ts';
import { type Handler, page } from '../visit.ts';

const rowsOnPage = 50;

const shows = ['authorizations', 'usage'] as const;
const showTexts = { authorizations: 'Authorizations', usage: 'Usage records' } as const;

const authorizationColumns: readonly Column[] = [
  { text: 'When (UTC)', kind: 'name' },
  { text: 'Device' },
  { text: 'Called' },
  { text: 'Destinations', kind: 'long' },
  { text: 'Transaction' },
];
const usageColumns: readonly Column[] = [
  { text: 'When (UTC)', kind: 'name' },
  { text: 'Device' },
  { text: 'Called' },
  { text: 'Spoken', kind: 'number' },
  { text: 'Ended' },
  { text: 'Transaction' },
];

/** What devices asked for, and what they reported. */
export function callScreens({ server }: Desk): Record<'GET /calls', Handler> {
  return {
    'GET /calls': async ({ query }) => {
      const show = shows.find((word) => word === query.get('show')) ?? 'authorizations';
      const search = query.get('device') ?? '';
      const before = wholeNumber(query, 'before', { most: 1e15, instead: 0 });
      const filter: CallFilter = {
        limit: rowsOnPage + 1,
        ...(search === '' ? {} : { device: deviceKey(search) }),
        ...(before > 0 ? { before } : {}),
      };
      const wanted = { show, device: search === '' ? undefined : search };
      const listed =
        show === 'usage' ? await server.calls.listUsage(filter) : await server.calls.listAuthorizations(filter);
      const shown = listed.slice(0, rowsOnPage);
      const last = listed.length > rowsOnPage ? shown.at(-1)?.number : undefined;
      const list =
        show === 'usage'
          ? usageTable(shown as readonly Listed<UsageRecord>[])
          : authorizationTable(shown as readonly Listed<Authorization>[]);
      const links = shows.map((word) => ({
        href: hrefOf('/calls', { ...wanted, show: word }),
        text: showTexts[word],
        chosen: word === show,
      }));
      const href = (number: number | undefined): string => hrefOf('/calls', { ...wanted, before: number?.toString() });
      const { routing, cdrs } = server.configuration;
      const off = [
        ...(routing ? [] : ['Routing is disabled: no call is authorized.']),
        ...(cdrs ? [] : ['Call detail records are disabled: none is kept.']),
      ];
      const body = html`${head('Calls', 'What enrolled devices asked for, and what they reported: the last one first.')}
${off.map((text) => html`<p class="hint">${text}</p>`)}${searchForm(search, show)}${choices('Which records', links)}
<div id="calls" class="panel" data-live>${shown.length === 0 ? empty('There is none.') : list}${newestOlder(before > 0, last, href)}</div>`;
      return page('Calls', '/calls', body);
    },
  };
}

function searchForm(search: string, show: string): Html {
  return html`<form class="search" role="search" action="/calls">
<div class="field grow"><label for="device">Of the device</label><input id="device" name="device" type="search" value="${search}" autocomplete="off" spellcheck="false"></div>
<input type="hidden" name="show" value="${show}"><button>Search</button>${search === '' ? nothing : html`<a class="button" href="/calls">Clear</a>`}</form>`;
}

function parties(called: string, calling: string | undefined): Html {
  return html`<code>${called}</code>${calling === undefined ? nothing : html`<span class="sub">from ${calling}</span>`}`;
}

function authorizationTable(all: readonly Listed<Authorization>[]): Html {
  const rows = all.map(({ at, device, group, calledNumber, callingNumber, destinations, transactionId }) => [
    timeTag(at),
    html`${deviceLink(device)}<span class="sub">${groupName(group)}</span>`,
    parties(calledNumber, callingNumber),
    html`${destinations.map((name, index) => html`${index === 0 ? '' : ', '}${deviceLink(name)}`)}`,
    html`<code>${transactionId}</code>`,
  ]);
  return table('Authorizations', authorizationColumns, rows);
}

function usageTable(all: readonly Listed<UsageRecord>[]): Html {
  const rows = all.map(({ at, device, role, calledNumber, callingNumber, detail, transactionId }) => [
    timeTag(at),
    html`${deviceLink(device)}<span class="sub">${role}</span>`,
    parties(calledNumber, callingNumber),
    spoken(detail.amount),
    ended(detail),
    html`<code>${transactionId}</code>`,
  ]);
  return table('Usage records', usageColumns, rows);
}

/** `3:07`, minutes and seconds; nobody spoke: a dash. */
function spoken(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

function ended({ terminationCause, releaseSource }: UsageRecord['detail']): string {
  const cause = terminationCause === undefined ? '' : causeText(terminationCause);
  return (
    [cause, releaseSource === undefined ? '' : `by ${releaseSource}`].filter((word) => word !== '').join(', ') || '–'
  );
}
