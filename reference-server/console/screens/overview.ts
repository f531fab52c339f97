import type { Desk } from '../desk.ts';
import { facts, head, panel, tile } from '../parts/blocks.ts';
import { type Html, html } from '../parts/html.ts';
import { fingerprintText } from '../parts/names.ts';
import { type Handler, page } from '../visit.ts';

export function overviewScreens({ server }: Desk): { 'GET /': Handler } {
  return {
    'GET /': async () => {
      const { configuration, engine } = server;
      const pending = await engine.list('pending');
      const devices = [...configuration.devices.values()];
      const enrolled = devices.filter((device) => device.enrolled).length;
      const tiles = [
        tile('/approvals', String(pending.length), 'wait for approval', pending.length > 0 ? 'wait' : 'quiet'),
        tile('/devices', String(devices.length), 'devices defined', 'quiet'),
        tile('/devices?show=enrolled', String(enrolled), 'enrolled', 'quiet'),
      ];
      return page(
        'Overview',
        '/',
        html`${head('Overview')}<div class="tiles" id="counts" data-live>${tiles}</div>${panel('This server', addresses(server))}`,
      );
    },
  };
}

function addresses({ urls, settings, fingerprints }: Desk['server']): Html {
  return facts([
    ['For devices, over TLS', html`<code>${urls.tls}</code>`],
    ['In cleartext', html`<code>${urls.http}</code>`],
    ['Profile', settings.profile.id],
    ['SHA-256 of the CA certificate', fingerprintText(fingerprints.sha256)],
  ]);
}
