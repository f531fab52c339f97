import { MusterError } from '#protocol/errors.ts';
import { describeCertificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { type RevocationReason, revocationReasons } from '#protocol/pki/crl.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { revocationReasonFrom } from '../../enrollment/revocation.ts';
import { type IssuedCertificate, type Standing, standingOf } from '../../store/certificates.ts';
import type { Desk } from '../desk.ts';
import { authorityFingerprint, soonMs } from '../devices.ts';
import { badRequest } from '../failure.ts';
import { facts, head, padded, panel } from '../parts/blocks.ts';
import { field, options, postForm } from '../parts/form.ts';
import { type Html, html, nothing } from '../parts/html.ts';
import { capital, deviceLink, fingerprintText } from '../parts/names.ts';
import { certificateBadge } from '../parts/standing.ts';
import { timeTag } from '../parts/time.ts';
import { revokeFor } from '../revocations.ts';
import { mayAct } from '../role.ts';
import { go, type Handler, page, type Visit } from '../visit.ts';

type CertificateKey =
  | 'GET /certificates/:serial'
  | 'GET /certificates/:serial/pem'
  | 'POST /certificates/:serial/revoke';

const noteLength = 200;

const reasonTexts: Readonly<Record<RevocationReason, string>> = {
  keyCompromise: 'Key compromise: somebody else may have the key',
  superseded: 'Superseded: it has another one',
  cessationOfOperation: 'Cessation of operation: the device is gone',
  affiliationChanged: 'Affiliation changed: it is somebody else’s device',
  privilegeWithdrawn: 'Privilege withdrawn',
  unspecified: 'Unspecified',
};

/** One certificate: what it says, as a file, and its revocation. */
export function certificateScreen(desk: Desk): Record<CertificateKey, Handler> {
  const { server, clock } = desk;
  const found = async ({ params: { serial = '' } }: Visit): Promise<IssuedCertificate> => {
    const certificate = await server.store.findCertificate(serial);
    if (!certificate)
      throw new MusterError('not-found', `No certificate with the serial number ${serial} was issued here.`);
    return certificate;
  };

  return {
    'GET /certificates/:serial': async (visit) => {
      const certificate = await found(visit);
      const now = clock.now().getTime();
      const standing = standingOf(certificate, authorityFingerprint(server), now);
      const badge = html`<span class="badges">${certificateBadge(standing, certificate.notAfter - now < soonMs(server))}</span>`;
      const path = `/certificates/${certificate.serial}`;
      const download = html`<a class="button" href="${path}/pem" download>Download PEM</a>`;
      const body = html`${head(`Certificate of ${certificate.device}`, badge, download)}
${panel('Certificate', factsOf(certificate))}
${mayRevoke(standing, visit) ? panel('Revocation', padded(revocationForm(path, visit))) : nothing}
${panel('PEM', html`<pre tabindex="0" aria-label="Certificate as PEM">${toPem('CERTIFICATE', certificate.der)}</pre>`)}`;
      return page(`Certificate of ${certificate.device}`, '/certificates', body);
    },

    'GET /certificates/:serial/pem': async (visit) => {
      const { device, serial, der } = await found(visit);
      const name = `${device}-${serial.slice(0, 8)}.pem`;
      return { kind: 'file', name, type: 'application/x-pem-file', bytes: toPem('CERTIFICATE', der) };
    },

    'POST /certificates/:serial/revoke': async ({ params: { serial = '' }, form, who }) => {
      const reason = revocationReasonFrom(form.get('reason') ?? '');
      if (reason === undefined) throw badRequest('The reason: one of the list is expected.');
      const note = (form.get('note') ?? '').trim().slice(0, noteLength);
      const { device } = await revokeFor(desk, serial, reason, note, who.name);
      return go(`/certificates/${serial}`, `The certificate of ${device} is revoked.`);
    },
  };
}

function mayRevoke(standing: Standing, { who }: Visit): boolean {
  return mayAct(who.role, 'administrator') && standing !== 'revoked' && standing !== 'expired';
}

function factsOf({ device, der, issuedAt, revokedAt, revocationReason }: IssuedCertificate): Html {
  const described = describeCertificate(parseCertificate(der)).map(([name, value]) => [capital(name), value] as const);
  const revocation =
    revokedAt === undefined ? [] : ([['Revoked', html`${timeTag(revokedAt)}: ${revocationReason}`]] as const);
  return facts([
    ['Device', deviceLink(device)],
    ...revocation,
    ['Issued', timeTag(issuedAt)],
    ...described,
    ['SHA-1 fingerprint', fingerprintText(fingerprint(der, 'sha1'))],
  ]);
}

function revocationForm(path: string, { csrf }: Visit): Html {
  const reasons = Object.keys(revocationReasons) as RevocationReason[];
  const texts = reasons.map((reason) => [reason, reasonTexts[reason]] as const);
  return postForm(
    csrf,
    `${path}/revoke`,
    html`<p>It stands in the revocation list from now on, and opens nothing any more. That cannot be taken back. The device may enroll
again while it is enabled.</p>
${field('reason', 'Reason', html`<select id="reason" name="reason">${options(texts, 'keyCompromise')}</select>`)}
${field('note', 'Note for your colleagues', html`<input id="note" name="note" maxlength="${noteLength}" autocomplete="off">`)}
<button class="danger">Revoke this certificate</button>`,
    'stack',
  );
}
