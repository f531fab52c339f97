import type { PkiFault } from './pki-faults.ts';

/** Who signed the server's certificate. */
export const signerFaults = {
  'unknown-ca': {
    id: 'unknown-ca',
    explanation: 'The right name and dates, signed by a CA that the device was not shipped with.',
    signer: 'unknown CA',
  },
  'impostor-ca': {
    id: 'impostor-ca',
    explanation: 'Signed by a CA that bears the third-party CA’s name and has another key.',
    signer: 'impostor CA',
  },
  'self-signed': { id: 'self-signed', explanation: 'The right name and dates, signed by itself.', signer: 'itself' },
  'clearinghouse-ca': {
    id: 'clearinghouse-ca',
    explanation: 'Signed by the clearinghouse CA, which getcacert gave, where the third-party CA is due.',
    signer: 'clearinghouse CA',
  },
  'forged-signature': {
    id: 'forged-signature',
    explanation: 'Names the third-party CA and its key identifier as the issuer, and is signed with another key.',
    signer: 'another key',
  },
  'flipped-bit': {
    id: 'flipped-bit',
    explanation: 'The good certificate, with one bit of its signature flipped.',
    alter: ([leaf = new Uint8Array(), ...others]) => {
      const flipped = Uint8Array.from(leaf);
      flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
      return [flipped, ...others];
    },
  },
} as const satisfies Record<string, PkiFault>;
