import { describeCertificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fromPem, toPem } from '#protocol/pki/pem.ts';
import { revocationList } from '../../enrollment/revocation.ts';
import type { Desk } from '../desk.ts';
import { authorityFingerprint, devicesDue } from '../devices.ts';
import { facts, head, padded, panel } from '../parts/blocks.ts';
import { fold, postForm } from '../parts/form.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { capital, grouped } from '../parts/names.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, page, type Visit } from '../visit.ts';

type AuthorityKey =
  | 'GET /authority'
  | 'GET /authority/ca.pem'
  | 'GET /authority/ca.der'
  | 'GET /authority/crl.pem'
  | 'GET /authority/crl.der'
  | 'POST /authority/rotate';

/** The clearinghouse CA, what devices compare it by, what it revoked, and its replacement. */
export function authorityScreens({ server, clock }: Desk): Record<AuthorityKey, Handler> {
  const crl = (): Promise<Uint8Array> => revocationList(server.store, server.authority, clock.now());

  return {
    'GET /authority': async (visit) => {
      const authority = authorityFingerprint(server);
      const now = clock.now().getTime();
      const [revoked, due] = await Promise.all([
        server.store.countCertificates({ authority, revoked: true, endsFrom: now }),
        devicesDue(server, now),
      ]);
      const body = html`${head('CA and trust', 'What devices are to know of this clearinghouse, and what it takes back.')}
${panel('To type into a device', fingerprints(server.fingerprints))}
${panel('Certificate of the clearinghouse CA', certificateFacts(server.authority.certificate.der), downloads('/authority/ca'))}
${panel('Revocation list', padded(html`<p>${revocations(revoked)} It is signed when it is asked for, and holds for a day.</p>`), downloads('/authority/crl'))}
${panel('Certificate of this server, for TLS', html`${chainOf(server.settings.tls.chainPem).map(certificateFacts)}`)}
${mayAct(visit.who.role, 'administrator') ? panel('Another CA', padded(rotation(visit, due.length))) : nothing}`;
      return page('CA and trust', '/authority', body);
    },

    'GET /authority/ca.pem': async () =>
      pemFile('clearinghouse-ca.pem', 'CERTIFICATE', server.authority.certificate.der),
    'GET /authority/ca.der': async () => ({
      kind: 'file',
      name: 'clearinghouse-ca.der',
      type: 'application/pkix-cert',
      bytes: server.authority.certificate.der,
    }),
    'GET /authority/crl.pem': async () => pemFile('clearinghouse.crl.pem', 'X509 CRL', await crl()),
    'GET /authority/crl.der': async () => ({
      kind: 'file',
      name: 'clearinghouse.crl',
      type: 'application/pkix-crl',
      bytes: await crl(),
    }),

    'POST /authority/rotate': async ({ form, who }) => {
      if (form.get('sure') !== 'yes') {
        return go('/authority', 'Nothing was changed: tick that every device must re-enroll, if you mean it.', 'bad');
      }
      await server.configurationKeeper.rotateCrypto(who.name);
      return go('/authority', 'There is another CA now. Every device that was enrolled must re-enroll.');
    },
  };
}

function pemFile(name: string, label: string, der: Uint8Array) {
  return { kind: 'file', name, type: 'application/x-pem-file', bytes: toPem(label, der) } as const;
}

const chainOf = (pem: string): readonly Uint8Array[] => fromPem(pem, 'CERTIFICATE');

function fingerprints({ sha256, sha1 }: { readonly sha256: string; readonly sha1: string }): Html {
  return facts([
    ['SHA-256', groups(sha256)],
    ['SHA-1, for old devices', groups(sha1)],
  ]);
}

/** In groups that an eye can hold while it goes to and fro. */
function groups(text: string): Html {
  const pairs = text.split(':');
  const four = Array.from({ length: Math.ceil(pairs.length / 4) }, (_, i) => pairs.slice(i * 4, i * 4 + 4).join(':'));
  return html`<code class="to-type">${four.map((group, i) => html`${i === 0 ? '' : ':'}<span>${group}</span>`)}</code>`;
}

function certificateFacts(der: Uint8Array): Html {
  return facts(describeCertificate(parseCertificate(der)).map(([name, value]) => [capital(name), value] as const));
}

function downloads(path: string): Html {
  return html`<span class="buttons"><a class="button" href="${path}.pem" download>PEM</a><a class="button" href="${path}.der" download>DER</a></span>`;
}

function revocations(count: number): string {
  if (count === 0) return 'It is empty: no certificate that still runs was revoked.';
  return `It holds ${grouped(count)} ${count === 1 ? 'certificate' : 'certificates'}.`;
}

function rotation({ csrf }: Visit, due: number): Html {
  const waiting =
    due === 0
      ? nothing
      : html`<p><a href="/devices?show=due">${grouped(due)} ${due === 1 ? 'device is' : 'devices are'} due to re-enroll.</a></p>`;
  const form = postForm(
    csrf,
    '/authority/rotate',
    html`<p>New cryptographic parameters are made: another CA, with another key and other fingerprints. What the CA before issued is good
for nothing from that moment on, and every device must re-enroll. The configuration file as it was is kept as a backup: to restore it
brings the CA before back.</p>
<p><label><input type="checkbox" name="sure" value="yes" required> Every device must re-enroll, and that is what I want.</label></p>
<button class="danger">Make another CA</button>`,
    'stack wide',
  );
  return html`${waiting}${fold('Make another CA', form)}`;
}
