/** What a device can declare, line by line: the words that a line takes, and what they say. */
export const statementLines = {
  keys: {
    says: 'the keys that it makes for itself',
    words: ['p256', 'p384', 'rsa1024', 'rsa2048', 'rsa3072', 'rsa4096'],
  },
  tls: { says: 'the TLS versions that it offers: all of them', words: ['1.0', '1.1', '1.2', '1.3'] },
  getcacert: { says: 'how it can fetch the CA certificate', words: ['cleartext', 'tls'] },
  fingerprint: { says: 'the fingerprint that it compares the CA certificate with', words: ['sha256', 'sha1'] },
  challenge: { says: 'does it put the nonce of the server into its PKCS#10?', words: ['yes', 'no'] },
  retrieve: { says: 'can it wait for its certificate, and retrieve it?', words: ['yes', 'no'] },
  renew: { says: 'can it re-enroll?', words: ['yes', 'no'] },
  'common-name': {
    says: 'a server that only the common name of its certificate names',
    words: ['refused', 'accepted'],
  },
  'expired-anchor': { says: 'a server that an expired third-party CA vouches for', words: ['refused', 'accepted'] },
  revocation: { says: 'does it ask whether the certificate of a server was revoked?', words: ['checked', 'unchecked'] },
  calls: { says: 'does it call, and report its calls, once it is enrolled?', words: ['yes', 'no'] },
  polls: {
    says: 'does it ask by itself for a certificate that is pending, or at a command?',
    words: ['itself', 'at-command'],
  },
  clock: { says: 'can a bench set its clock?', words: ['settable', 'its-own'] },
  'unset-clock': { says: 'any server, as long as its clock was never set', words: ['refused', 'accepted'] },
} as const satisfies Record<string, { readonly says: string; readonly words: readonly string[] }>;

export type StatementLine = keyof typeof statementLines;
export type StatementWord<Line extends StatementLine> = (typeof statementLines)[Line]['words'][number];

/** Lines that take several words: the device can do each of them. */
export const linesOfSeveral = ['keys', 'tls', 'getcacert', 'fingerprint'] as const satisfies readonly StatementLine[];
