import { type IssuedCertificate, standingOf } from '../../store/certificates.ts';
import { type Html, html } from './html.ts';
import { deviceLink } from './names.ts';
import { certificateBadge } from './standing.ts';
import { type Column, table } from './table.ts';
import { relativeTime } from './time.ts';

export interface CertificateView {
  /** The fingerprint of the key of the CA in force. */
  readonly authority: string;
  readonly now: number;
  readonly soonMs: number;
  /** They are all of one device, which is not repeated. */
  readonly ofDevice?: boolean;
}

const columns: readonly Column[] = [
  { text: 'Serial number', kind: 'name' },
  { text: 'Device' },
  { text: 'State' },
  { text: 'Issued' },
  { text: 'Ends' },
];

export function certificateTable(certificates: readonly IssuedCertificate[], view: CertificateView): Html {
  const shown = view.ofDevice ? columns.filter(({ text }) => text !== 'Device') : columns;
  return table(
    'Certificates',
    shown,
    certificates.map((one) => row(one, view)),
  );
}

function row(certificate: IssuedCertificate, { authority, now, soonMs, ofDevice }: CertificateView): readonly Html[] {
  const { serial, device, issuedAt, notAfter } = certificate;
  const standing = standingOf(certificate, authority, now);
  return [
    html`<a href="/certificates/${serial}"><code>${serial}</code></a>`,
    ...(ofDevice ? [] : [deviceLink(device)]),
    certificateBadge(standing, notAfter - now < soonMs),
    relativeTime(issuedAt, now),
    relativeTime(notAfter, now),
  ];
}
