import type { CertificateTemplate } from '#protocol/pki/authority.ts';
import type { ForgeContext, PkiFault } from './pki-faults.ts';
import { goodChains } from './pki-faults-allowances.ts';

const second = 1000;
const day = 24 * 3600 * second;

const shifted = (good: CertificateTemplate, milliseconds: number): CertificateTemplate => ({
  ...good,
  notBefore: new Date(good.notBefore.getTime() + milliseconds),
  notAfter: new Date(good.notAfter.getTime() + milliseconds),
});

/** The same length of validity, ended that long ago. */
const endedAgo = (milliseconds: (context: ForgeContext) => number) => {
  return (good: CertificateTemplate, context: ForgeContext) =>
    shifted(good, context.now.getTime() - milliseconds(context) - good.notAfter.getTime());
};

/** When the certificates are valid (RFC 5280 §4.1.2.5). */
export const dateFaults = {
  expired: { id: 'expired', explanation: 'Ended thirty days ago.', change: endedAgo(() => 30 * day) },
  'just-expired': {
    id: 'just-expired',
    explanation: 'Ended just longer ago than the profile lets a clock be wrong.',
    // A certificate is valid to the end of its last second.
    change: endedAgo(({ profile }) => (profile.clockSkewSeconds + 2) * second),
  },
  'expired-a-day': { id: 'expired-a-day', explanation: 'Ended a day ago.', change: endedAgo(() => day) },
  'expired-ten-years': {
    id: 'expired-ten-years',
    explanation: 'Ended ten years ago.',
    change: endedAgo(() => 3652 * day),
  },
  'not-yet-valid': {
    id: 'not-yet-valid',
    explanation: 'Begins in thirty days.',
    change: (good, { now }) => shifted(good, now.getTime() + 30 * day - good.notBefore.getTime()),
  },
  'expired-intermediate': {
    id: 'expired-intermediate',
    explanation: 'The CA between the root and the server ended yesterday; the other dates are good.',
    control: goodChains.intermediate,
    through: [{ change: endedAgo(() => day) }],
  },
  'expired-anchor': {
    id: 'expired-anchor',
    explanation: 'The third-party CA that the device was given ended yesterday; what it signed is within its dates.',
    anchor: endedAgo(() => day),
  },
} as const satisfies Record<string, PkiFault>;
