import { type Device, deviceKey } from '#protocol/config-file/configuration.ts';
import type { Desk } from '../desk.ts';
import { type DeviceShow, deviceShows, type Enrollment, enrollmentsOf, findDevices } from '../devices.ts';
import { wholeNumber } from '../number.ts';
import { empty, head } from '../parts/blocks.ts';
import { choices, hrefOf } from '../parts/filters.ts';
import { type Html, html } from '../parts/html.ts';
import { deviceLink, grouped, groupName } from '../parts/names.ts';
import { deviceBadge, enabledBadge } from '../parts/standing.ts';
import { type Column, pager, table } from '../parts/table.ts';
import { relativeTime } from '../parts/time.ts';
import { type Handler, page } from '../visit.ts';

const rowsOnPage = 50;

const showTexts: Readonly<Record<DeviceShow, string>> = {
  all: 'All',
  waiting: 'Waiting',
  enrolled: 'Enrolled',
  'not-enrolled': 'Not enrolled',
  due: 'Due to re-enroll',
  disabled: 'Disabled',
};

const columns: readonly Column[] = [
  { text: 'Device', kind: 'name' },
  { text: 'Group' },
  { text: 'Configured' },
  { text: 'Enrollment' },
  { text: 'Certificate ends' },
];

export function deviceScreens({ server, clock }: Desk): Record<'GET /devices', Handler> {
  return {
    'GET /devices': async ({ query }) => {
      const now = clock.now().getTime();
      const search = query.get('q') ?? '';
      const group = query.get('group') ?? undefined;
      const show = deviceShows.find((word) => word === query.get('show')) ?? 'all';
      const found = await findDevices(server, { search, show, ...(group === undefined ? {} : { group }) }, now);
      const pages = Math.max(1, Math.ceil(found.length / rowsOnPage));
      const number = Math.min(pages, wholeNumber(query, 'page', { most: 1e6, instead: 1 }));
      const shown = found.slice((number - 1) * rowsOnPage, number * rowsOnPage);
      const enrollments = await enrollmentsOf(server, shown, now);
      const rows = shown.map((device) => row(device, enrollments.get(deviceKey(device.name)), now));
      const wanted = { q: search === '' ? undefined : search, group };
      const shows = deviceShows.map((word) => ({
        href: hrefOf('/devices', { ...wanted, show: word === 'all' ? undefined : word }),
        text: showTexts[word],
        chosen: word === show,
      }));
      const list = rows.length === 0 ? empty('No device is like that.') : table('Devices', columns, rows);
      const href = (at: number): string =>
        hrefOf('/devices', { ...wanted, show: show === 'all' ? undefined : show, page: String(at) });
      const body = html`${head('Devices', `${grouped(found.length)} of ${grouped(server.configuration.devices.size)} that the configuration file defines.`)}
${searchForm(search, group, show)}${choices('Which devices', shows)}
<div id="devices" class="panel" data-live>${list}${pager({ page: number, pages, href })}</div>`;
      return page('Devices', '/devices', body);
    },
  };
}

function searchForm(search: string, group: string | undefined, show: DeviceShow): Html {
  const groupField =
    group === undefined
      ? undefined
      : html`<div class="field"><label for="group">Group</label><input id="group" name="group" value="${group}"></div>`;
  return html`<form class="search" role="search" action="/devices">
<div class="field grow"><label for="q">Name contains</label><input id="q" name="q" type="search" value="${search}" autocomplete="off" spellcheck="false"></div>
${groupField}<input type="hidden" name="show" value="${show}"><button>Search</button>
${search === '' && group === undefined ? undefined : html`<a class="button" href="/devices">Clear</a>`}</form>`;
}

function row(device: Device, enrollment: Enrollment = { standing: 'none' }, now: number): readonly (Html | string)[] {
  const { name, group, enabled } = device;
  const { standing, certificate } = enrollment;
  const end =
    standing === 'live' && certificate ? relativeTime(certificate.notAfter, now) : html`<span class="muted">–</span>`;
  const groupLink = html`<a href="${hrefOf('/devices', { group })}">${groupName(group)}</a>`;
  return [deviceLink(name), groupLink, enabledBadge(enabled), deviceBadge(standing), end];
}
