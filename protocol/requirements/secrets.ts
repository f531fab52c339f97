import type { Area } from './requirement.ts';

/** SEC: what must not be seen. */
export const secrets = {
  'SEC-001': {
    role: 'device',
    level: 'MUST',
    sentence: 'User name and password never leave the device in cleartext.',
    quote: 'the certificate request is encrypted and transmitted to the enrollment server for approval.',
    citation: 'WO 01/47232, Table 4; Muster protocol decisions, «The exchange: step 6»',
  },
  'SEC-002': {
    role: 'device',
    level: 'MUST',
    sentence: 'The private key never leaves the device.',
    quote: 'a private (secret) key and a public key.',
    citation: 'WO 01/47232, Exemplary Encryption Environment',
    untested: 'Scenarios read what devices send, but a private key has no certain form to look for.',
  },
  'SEC-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'A refused request in cleartext is logged, without its password.',
    citation: 'Muster protocol decisions, «Messages: cleartext»',
  },
  'SEC-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server keeps passwords as salted hashes, and never in clear.',
    citation: 'Muster protocol decisions, «Who is who»',
    untested: 'Seen only in the folder of the server; the reference server’s own tests check it.',
  },
  'SEC-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'No answer repeats a password.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'SEC-040': {
    role: 'server',
    level: 'MUST',
    sentence: 'A private key that a device sends by mistake is neither repeated nor logged.',
    citation: 'Muster protocol decisions, «Refusals: 4»',
  },
  'SEC-041': {
    role: 'server',
    level: 'MUST',
    sentence: 'Parameters in a query are not logged.',
    citation: 'Muster protocol decisions, «Messages: request line»',
  },
} as const satisfies Area;
