import type { Route } from '#protocol/config-file/configuration.ts';
import { explainRoute, type RoutingExplanation } from '../../clearinghouse/route-explanation.ts';
import { keyOfNumber } from '../../clearinghouse/routing.ts';
import type { Desk } from '../desk.ts';
import { wholeNumber } from '../number.ts';
import { badge } from '../parts/badge.ts';
import { empty, head, padded, panel } from '../parts/blocks.ts';
import { hrefOf } from '../parts/filters.ts';
import { field, options } from '../parts/form.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { deviceLink, grouped, groupName, lineLink } from '../parts/names.ts';
import { type Column, pager, table } from '../parts/table.ts';
import { type Handler, page } from '../visit.ts';

const rowsOnPage = 50;
const groupsOffered = 200;

const columns: readonly Column[] = [
  { text: 'Group', kind: 'name' },
  { text: 'Number' },
  { text: 'Destinations, by weight', kind: 'long' },
  { text: 'Line', kind: 'number' },
];

/** Where calls may go, and why: a number to try, and the routes of the configuration file. */
export function routeScreens({ server }: Desk): Record<'GET /routes', Handler> {
  return {
    'GET /routes': async ({ query }) => {
      const { routes, groups, devices, routing } = server.configuration;
      const group = query.get('group') ?? undefined;
      const search = query.get('q') ?? '';
      const number = query.get('call') ?? '';
      const from = query.get('from') ?? group ?? [...groups.keys()][0] ?? '';
      const found = routes.filter((route) => isWanted(route, group, search));
      const pages = Math.max(1, Math.ceil(found.length / rowsOnPage));
      const at = Math.min(pages, wholeNumber(query, 'page', { most: 1e6, instead: 1 }));
      const rows = found.slice((at - 1) * rowsOnPage, at * rowsOnPage).map(row);
      const wanted = { group, q: search === '' ? undefined : search };
      const list = rows.length === 0 ? empty('No route is like that.') : table('Routes', columns, rows);
      const answer = number === '' ? nothing : explanation(explainRoute(server.routes, devices, from, number));
      const off = routing ? nothing : html`<p class="hint">Routing is disabled: no device is told any of this.</p>`;
      const href = (to: number): string => hrefOf('/routes', { ...wanted, page: String(to) });
      const body = html`${head('Routes', `${grouped(found.length)} of ${grouped(routes.length)} that the configuration file defines.`)}
${panel('Try a call', html`${padded(html`${testBox([...groups.keys()], from, number)}${off}`)}${answer}`)}
${searchForm(search, group)}
<div class="panel">${list}${pager({ page: at, pages, href })}</div>`;
      return page('Routes', '/routes', body);
    },
  };
}

function isWanted(route: Route, group: string | undefined, search: string): boolean {
  if (group !== undefined && route.group !== group) return false;
  return search === '' || keyOfNumber(route.number).includes(keyOfNumber(search));
}

function testBox(groups: readonly string[], from: string, number: string): Html {
  const choices = groups.slice(0, groupsOffered).map((name) => [name, groupName(name)] as const);
  const group =
    groups.length > groupsOffered
      ? html`<input id="from" name="from" value="${from}">`
      : html`<select id="from" name="from">${options(choices, from)}</select>`;
  return html`<form class="search" action="/routes">
${field('call', 'Call', html`<input id="call" name="call" value="${number}" inputmode="tel" placeholder="+1 404 555 0100" required>`)}
${field('from', 'from a device of', group)}<button class="primary">Where to?</button></form>`;
}

function explanation({ because, line, destinations }: RoutingExplanation): Html {
  const why =
    line === undefined
      ? html`<p role="status">${badge('bad', 'nowhere')} ${because}.</p>`
      : html`<p role="status">${badge('good', 'there is a route')} because of ${lineLink(line)}: ${because.replace(/^line \d+: /, '')}.</p>`;
  if (destinations.length === 0) return padded(why);
  const rows = destinations.map(({ device, weight, enabled, share }) => [
    deviceLink(device),
    grouped(weight),
    share > 0 ? `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %` : 'last resort',
    enabled ? badge('good', 'enabled') : badge('quiet', 'disabled: left out'),
  ]);
  const heads: readonly Column[] = [
    { text: 'Destination', kind: 'name' },
    { text: 'Weight', kind: 'number' },
    { text: 'Tried first', kind: 'number' },
    { text: 'Configured' },
  ];
  return html`${padded(why)}${table('Destinations of this call', heads, rows)}`;
}

function searchForm(search: string, group: string | undefined): Html {
  const groupField = group === undefined ? nothing : html`<input type="hidden" name="group" value="${group}">`;
  const clear = search === '' && group === undefined ? nothing : html`<a class="button" href="/routes">Clear</a>`;
  const of = group === undefined ? nothing : html`<span class="hint">of ${groupName(group)}</span>`;
  return html`<form class="search" role="search" action="/routes">
<div class="field grow"><label for="q">Number contains</label><input id="q" name="q" type="search" value="${search}" autocomplete="off"></div>
${groupField}<button>Search</button>${clear}${of}</form>`;
}

function row({ group, number, destinations, line }: Route): readonly (Html | string)[] {
  const to = destinations.map(
    ({ device, weight }, index) =>
      html`${index === 0 ? '' : ', '}${deviceLink(device)} <span class="muted">${weight}</span>`,
  );
  return [groupName(group), number === '' ? 'every number' : html`<code>${number}</code>`, html`${to}`, lineLink(line)];
}
