import { encodeDer, encodeOid, tags } from '#protocol/pki/der.ts';
import { extensionOids, purposeOids } from '#protocol/pki/extensions.ts';
import type { PkiFault } from './pki-faults.ts';

const purposes = (...oids: readonly string[]): Uint8Array => encodeDer(tags.sequence, ...oids.map(encodeOid));
const codeSigning = '1.3.6.1.5.5.7.3.3';
/** Under the arc for examples (RFC 7299 gives none; 2.999 is ITU-T's), so that nobody can know it. */
const unknownExtension = '2.999.5045';

/** What the server's certificate says beyond names and dates, and how it is put together. */
export const formFaults = {
  'device-as-server': {
    id: 'device-as-server',
    explanation: 'A certificate as devices have it, for the host’s name: its key is for clients alone.',
    change: (good) => ({ ...good, keyUsage: ['digitalSignature'], extendedKeyUsage: ['clientAuth'] }),
  },
  'other-purpose': {
    id: 'other-purpose',
    explanation: 'The extended key usage is for signing code alone.',
    change: (good) => ({
      ...good,
      extendedKeyUsage: undefined,
      extraExtensions: [{ oid: extensionOids.extendedKeyUsage, critical: false, value: purposes(codeSigning) }],
    }),
  },
  'unknown-critical-extension': {
    id: 'unknown-critical-extension',
    explanation: 'A critical extension that nobody knows.',
    change: (good) => ({
      ...good,
      extraExtensions: [{ oid: unknownExtension, critical: true, value: Uint8Array.of(tags.null, 0) }],
    }),
  },
  'doubled-extension': {
    id: 'doubled-extension',
    explanation: 'The extended key usage stands twice.',
    change: (good) => ({
      ...good,
      extraExtensions: [
        { oid: extensionOids.extendedKeyUsage, critical: false, value: purposes(purposeOids.serverAuth) },
      ],
    }),
  },
  'negative-serial': {
    id: 'negative-serial',
    explanation: 'The serial number is negative.',
    shows: ['serial number'],
    change: (good) => ({ ...good, serialNumber: Uint8Array.of(0x85, 1, 2, 3, 4, 5, 6, 7) }),
  },
  'zero-serial': {
    id: 'zero-serial',
    explanation: 'The serial number is zero.',
    shows: ['serial number'],
    change: (good) => ({ ...good, serialNumber: Uint8Array.of(0) }),
  },
} as const satisfies Record<string, PkiFault>;
