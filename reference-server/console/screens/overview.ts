import { licenseAsText } from '../../configuration/license.ts';
import { certificateFilter } from '../certificates.ts';
import { ConfigurationWorkbench } from '../configuration/workbench.ts';
import type { Desk } from '../desk.ts';
import { devicesDue, soonMs } from '../devices.ts';
import { empty, facts, head, panel, tile } from '../parts/blocks.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { icon } from '../parts/icons.ts';
import { journalList } from '../parts/journal-list.ts';
import { fingerprintText, grouped } from '../parts/names.ts';
import { type Handler, page } from '../visit.ts';
import { waitingCount } from '../waiting.ts';

const eventsShown = 12;

/** What needs somebody, how much there is of everything, and what happened last. */
export function overviewScreens(desk: Desk): Record<'GET /', Handler> {
  const { server, clock } = desk;
  const workbench = new ConfigurationWorkbench(server.configurationKeeper);
  return {
    'GET /': async () => {
      const now = clock.now().getTime();
      const { devices } = server.configuration;
      const ending = certificateFilter(server, 'ending', now);
      const live = certificateFilter(server, 'live', now);
      const { problems } = await workbench.newest(false);
      const [waiting, due, endingSoon, liveNow, entries] = await Promise.all([
        waitingCount(server),
        devicesDue(server, now),
        server.store.countCertificates(ending),
        server.store.countCertificates(live),
        server.journal?.list({ limit: eventsShown }),
      ]);
      const disabled = [...devices.values()].filter(({ enabled }) => !enabled).length;
      const tiles = [
        tile(
          '/approvals',
          grouped(waiting),
          waiting === 1 ? 'waits for approval' : 'wait for approval',
          waiting > 0 ? 'wait' : 'quiet',
        ),
        tile(
          '/devices?show=due',
          grouped(due.length),
          due.length === 1 ? 'device is due to re-enroll' : 'devices are due to re-enroll',
          due.length > 0 ? 'watch' : 'quiet',
        ),
        tile(
          '/certificates?show=ending',
          grouped(endingSoon),
          `certificates end within ${days(soonMs(server))}`,
          endingSoon > 0 ? 'watch' : 'quiet',
        ),
        tile(
          '/certificates',
          grouped(liveNow),
          liveNow === 1 ? 'certificate is live' : 'certificates are live',
          'quiet',
        ),
        tile(
          '/devices',
          grouped(devices.size),
          disabled === 0 ? 'devices' : `devices, ${grouped(disabled)} disabled`,
          'quiet',
        ),
      ];
      const body = html`${head('Overview')}
${brokenFile(problems.length)}<div class="tiles" id="counts" data-live>${tiles}</div>
${entries === undefined ? undefined : html`<div id="last" data-live>${panel('What happened last', entries.length === 0 ? empty('Nothing yet.') : journalList('What happened last', entries))}</div>`}
<div class="columns">${panel('This server', addresses(server))}${panel('What it is set to', switches(server))}</div>`;
      return page('Overview', '/', body);
    },
  };
}

/** What is in force goes on, so that nobody else would notice. */
function brokenFile(problems: number): Html {
  if (problems === 0) return nothing;
  const errors = problems === 1 ? '1 error' : `${grouped(problems)} errors`;
  return html`<div class="banner bad">${icon('warning')}<p>The configuration file has ${errors}, and is not in force. <a href="/configuration">Mend it</a></p></div>`;
}

function days(ms: number): string {
  const whole = Math.round(ms / 86_400_000);
  return whole >= 1 ? `${whole} ${whole === 1 ? 'day' : 'days'}` : `${Math.round(ms / 1000)} s`;
}

function addresses({ urls, fingerprints }: Desk['server']): Html {
  return facts([
    ['For devices, over TLS', html`<code>${urls.tls}</code>`],
    ['In cleartext', html`<code>${urls.http}</code>`],
    ['SHA-256 of the CA', fingerprintText(fingerprints.sha256)],
    ['SHA-1 of the CA', fingerprintText(fingerprints.sha1)],
  ]);
}

function switches({ settings, configuration, license }: Desk['server']): Html {
  const flag = (value: boolean): string => (value ? 'enabled' : 'disabled');
  const { profile, approval, proofOfPossession, validitySeconds } = settings;
  return facts([
    ['Profile', profile.insecure ? `${profile.id}: insecure, for old devices only` : profile.id],
    ['Enrollment', flag(configuration.enroll)],
    ['Routing', flag(configuration.routing)],
    ['Call detail records', flag(configuration.cdrs)],
    ['TLS for everything', flag(configuration.ssl)],
    ['License', licenseAsText(license)],
    [
      'Approval',
      approval === 'auto' ? 'at once, unless a group says otherwise' : 'by somebody, unless a group says otherwise',
    ],
    [
      'Proof of possession',
      proofOfPossession === 'pkcs10' ? 'the PKCS#10 alone' : 'a nonce of this server in the PKCS#10',
    ],
    ['Lifetime of certificates', days(validitySeconds * 1000)],
  ]);
}
