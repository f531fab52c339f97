import { type Device, deviceKey } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import type { Transaction } from '../../enrollment/states.ts';
import type { IssuedCertificate } from '../../store/certificates.ts';
import type { Desk } from '../desk.ts';
import { authorityFingerprint, enrollmentsOf, soonMs } from '../devices.ts';
import { wholeNumber } from '../number.ts';
import { empty, facts, head, padded, panel } from '../parts/blocks.ts';
import { certificateTable } from '../parts/certificate-table.ts';
import { hrefOf } from '../parts/filters.ts';
import { postForm } from '../parts/form.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { journalList } from '../parts/journal-list.ts';
import { devicePath, groupName, lineLink } from '../parts/names.ts';
import { deviceBadge, enabledBadge } from '../parts/standing.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, page, type Visit } from '../visit.ts';

const entriesOnPage = 50;
const certificatesShown = 20;

type DeviceKey = 'GET /devices/:name' | 'POST /devices/:name/enabled';

/** One device: what the configuration says of it, what it was issued, and what happened. */
export function deviceScreen(desk: Desk): Record<DeviceKey, Handler> {
  const { server, clock } = desk;
  const found = ({ params: { name = '' } }: Visit): Device => {
    const device = server.configuration.devices.get(deviceKey(name));
    if (device === undefined) throw new MusterError('not-found', `The configuration file defines no device ${name}.`);
    return device;
  };

  return {
    'GET /devices/:name': async (visit) => {
      const device = found(visit);
      const key = deviceKey(device.name);
      const now = clock.now().getTime();
      const [enrollments, certificates, waiting] = await Promise.all([
        enrollmentsOf(server, [device], now),
        server.store.listCertificates({ device: key, limit: certificatesShown }),
        server.engine.list('pending'),
      ]);
      const standing = enrollments.get(key)?.standing ?? 'none';
      const request = waiting.find((one) => one.device === key);
      const badges = html`<span class="badges">${enabledBadge(device.enabled)}${deviceBadge(standing)}</span>`;
      const body = html`${head(device.name, badges, mayAct(visit.who.role, 'administrator') ? toggle(device, visit) : nothing)}
<div class="columns">${panel('Configuration', factsOf(device, desk, request))}${panel('Certificates', certificateList(certificates, desk, now))}</div>
${await timeline(desk, key, visit)}`;
      return page(device.name, '/devices', body);
    },

    'POST /devices/:name/enabled': async (visit) => {
      const { name } = found(visit);
      const enabled = visit.form.get('enabled') === 'yes';
      await server.configurationKeeper.setDeviceEnabled(name, enabled, visit.who.name);
      return go(devicePath(name), `${name} is ${enabled ? 'enabled' : 'disabled'} now.`);
    },
  };
}

function toggle({ name, enabled }: Device, { csrf }: Visit): Html {
  return postForm(
    csrf,
    `${devicePath(name)}/enabled`,
    enabled
      ? html`<button class="danger" name="enabled" value="no">Disable</button>`
      : html`<button class="primary" name="enabled" value="yes">Enable</button>`,
  );
}

function factsOf({ name, group, line }: Device, { server }: Desk, request: Transaction | undefined): Html {
  const account = server.configurationKeeper.accounts.find(({ deviceName }) => deviceName === deviceKey(name));
  return facts([
    ['Group', html`<a href="${hrefOf('/devices', { group })}">${groupName(group)}</a>`],
    ['Defined on', lineLink(line)],
    [
      'Account',
      account
        ? `device ${account.device} of customer ${account.customer}, user ${account.username}`
        : 'none: it cannot enroll until the accounts file has a line for it',
    ],
    ...(request ? ([['Request', html`<a href="/approvals/${request.id}">waits for approval</a>`]] as const) : []),
  ]);
}

function certificateList(certificates: readonly IssuedCertificate[], { server }: Desk, now: number): Html {
  if (certificates.length === 0) return empty('It was issued none.');
  return certificateTable(certificates, {
    authority: authorityFingerprint(server),
    now,
    soonMs: soonMs(server),
    ofDevice: true,
  });
}

async function timeline({ server }: Desk, device: string, { query }: Visit): Promise<Html> {
  if (!server.journal) return nothing;
  const before = wholeNumber(query, 'before', { most: 1e15, instead: 0 });
  const entries = await server.journal.list({ device, limit: entriesOnPage, ...(before > 0 ? { before } : {}) });
  const last = entries.at(-1)?.number ?? 0;
  const older =
    entries.length < entriesOnPage
      ? nothing
      : padded(html`<a href="${hrefOf(devicePath(device), { before: String(last) })}">Older</a>`);
  const list =
    entries.length === 0 ? empty('Nothing has happened.') : journalList(`What happened to ${device}`, entries, true);
  return html`<div id="timeline" data-live>${panel('Timeline', html`${list}${older}`)}</div>`;
}
