import type { ReferenceServer } from '../server.ts';
import type { CertificateFilter } from '../store/certificates.ts';
import { authorityFingerprint, soonMs } from './devices.ts';

/** What of the certificates is shown. */
export const certificateShows = ['live', 'ending', 'expired', 'revoked', 'all'] as const;
export type CertificateShow = (typeof certificateShows)[number];

/** `live`, `ending` and `expired` are of the CA in force and not revoked. */
export function certificateFilter(server: ReferenceServer, show: CertificateShow, now: number): CertificateFilter {
  const good = { authority: authorityFingerprint(server), revoked: false };
  switch (show) {
    case 'live':
      return { ...good, endsFrom: now };
    case 'ending':
      return { ...good, endsFrom: now, endsBefore: now + soonMs(server) };
    case 'expired':
      return { ...good, endsBefore: now };
    case 'revoked':
      return { revoked: true };
    case 'all':
      return {};
  }
}
