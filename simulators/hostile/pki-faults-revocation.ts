import type { CertificateTemplate } from '#protocol/pki/authority.ts';
import { encodeDer, tags } from '#protocol/pki/der.ts';
import { extensionOids } from '#protocol/pki/extensions.ts';
import type { ForgeContext, PkiFault } from './pki-faults.ts';
import { revokedSerial } from './revocation-list.ts';

/** RFC 5280 §4.2.1.13: one distribution point, by its full name, a URI. */
function pointer(url: string): Uint8Array {
  const name = encodeDer(0xa0, encodeDer(0xa0, encodeDer(0x86, Buffer.from(url, 'latin1'))));
  return encodeDer(tags.sequence, encodeDer(tags.sequence, name));
}

const listed = (good: CertificateTemplate, { listUrl }: ForgeContext): CertificateTemplate => ({
  ...good,
  extraExtensions: [{ oid: extensionOids.crlDistributionPoints, critical: false, value: pointer(listUrl) }],
});

const revocable = {
  id: 'revocable',
  explanation: 'Names the list of what its CA has revoked, and is not on it.',
  good: true,
  change: listed,
} as const satisfies PkiFault;

/** Whether the CA still stands by the server’s certificate. What a device makes of that, its profile says. */
export const revocationFaults = {
  revocable,
  revoked: {
    id: 'revoked',
    explanation: 'Names the list of what its CA has revoked, and is on it.',
    shows: ['serial number'],
    control: revocable,
    change: (good, context) => ({ ...listed(good, context), serialNumber: revokedSerial }),
  },
} as const satisfies Record<string, PkiFault>;
