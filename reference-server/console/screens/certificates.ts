import { deviceKey } from '#protocol/config-file/configuration.ts';
import { type CertificateShow, certificateFilter, certificateShows } from '../certificates.ts';
import type { Desk } from '../desk.ts';
import { authorityFingerprint, soonMs } from '../devices.ts';
import { empty, head } from '../parts/blocks.ts';
import { certificateTable } from '../parts/certificate-table.ts';
import { choices, hrefOf } from '../parts/filters.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { grouped } from '../parts/names.ts';
import { newestOlder } from '../parts/table.ts';
import { type Handler, page } from '../visit.ts';

const rowsOnPage = 50;

const showTexts: Readonly<Record<CertificateShow, string>> = {
  live: 'Live',
  ending: 'Ending soon',
  expired: 'Expired',
  revoked: 'Revoked',
  all: 'All',
};

export function certificateScreens({ server, clock }: Desk): Record<'GET /certificates', Handler> {
  return {
    'GET /certificates': async ({ query }) => {
      const now = clock.now().getTime();
      const show = certificateShows.find((word) => word === query.get('show')) ?? 'live';
      const search = query.get('device') ?? '';
      const device = search === '' ? {} : { device: deviceKey(search) };
      const filter = { ...certificateFilter(server, show, now), ...device };
      const after = query.get('after') ?? undefined;
      const [listed, total] = await Promise.all([
        server.store.listCertificates({ ...filter, limit: rowsOnPage + 1, ...(after === undefined ? {} : { after }) }),
        server.store.countCertificates(filter),
      ]);
      const certificates = listed.slice(0, rowsOnPage);
      const wanted = { show, device: search === '' ? undefined : search };
      const next = listed.length > rowsOnPage ? certificates.at(-1)?.serial : undefined;
      const shows = certificateShows.map((word) => ({
        href: hrefOf('/certificates', { ...wanted, show: word }),
        text: showTexts[word],
        chosen: word === show,
      }));
      const view = { authority: authorityFingerprint(server), now, soonMs: soonMs(server) };
      const list = certificates.length === 0 ? empty('There is none.') : certificateTable(certificates, view);
      const body = html`${head('Certificates', `${grouped(total)} ${total === 1 ? 'is' : 'are'} like that, the last one issued first.`)}
${searchForm(search, show)}${choices('Which certificates', shows)}
<div id="certificates" class="panel" data-live>${list}${newestOlder(after !== undefined, next, (serial) => hrefOf('/certificates', { ...wanted, after: serial }))}</div>`;
      return page('Certificates', '/certificates', body);
    },
  };
}

function searchForm(search: string, show: CertificateShow): Html {
  return html`<form class="search" role="search" action="/certificates">
<div class="field grow"><label for="device">Of the device</label><input id="device" name="device" type="search" value="${search}" autocomplete="off" spellcheck="false"></div>
<input type="hidden" name="show" value="${show}"><button>Search</button>
${search === '' ? nothing : html`<a class="button" href="/certificates">Clear</a>`}</form>`;
}
