import type { Area } from './requirement.ts';

/** CRT: the certificate that is issued, and the keys it may certify. */
export const certificates = {
  'CRT-001': {
    role: 'server',
    level: 'MUST',
    sentence: 'The issued certificate contains the public key of the PKCS#10.',
    quote: 'the enrollment server issues the device a certificate containing the device’s public key.',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'CRT-002': {
    role: 'server',
    level: 'MUST',
    sentence: 'The issued certificate is signed by the CA that getcacert gives.',
    quote:
      'A CA is responsible for verifying the identity of a party and, if that identity is accepted, digitally signing that party’s public key certificate.',
    citation: 'WO 01/47232, Exemplary Encryption Environment; Muster protocol decisions, «The exchange: step 9»',
  },
  'CRT-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'The subject of the issued certificate names the device that was enrolled, and no other.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'CRT-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'Serial numbers are random, positive, of at least 64 bits, and never used twice.',
    citation: 'Muster protocol decisions, «Certificates and keys»; RFC 5280 §4.1.2.2',
  },
  'CRT-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'The issued certificate is valid when it is issued, and no longer than the CA certificate.',
    citation: 'Muster protocol decisions, «The exchange: step 9»',
  },
  'CRT-006': {
    role: 'server',
    level: 'MUST',
    sentence: 'The issued certificate is no CA certificate.',
    citation: 'Muster protocol decisions, «Certificates and keys»; RFC 5280 §4.2.1.9',
  },
  'CRT-007': {
    role: 'server',
    level: 'MUST',
    sentence: 'Names in certificates are PrintableString wherever the characters allow.',
    citation: 'Muster protocol decisions, «Certificates and keys»',
  },
  'CRT-008': {
    role: 'server',
    level: 'MUST',
    sentence: 'In the legacy profile certificates are signed with md5WithRSAEncryption and their times are UTCTime.',
    citation: 'WO 01/47232, Table 3; Muster protocol decisions, «Certificates and keys: legacy»',
    untested: 'It matters to the deployed client alone; the tests that answer its recorded bytes check the form.',
  },
  'CRT-009': {
    role: 'server',
    level: 'MUST',
    sentence:
      'What a PKCS#10 asks for beyond its key and its name is not granted: no CA, no foreign name, no longer life.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'CRT-010': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a certificate that does not bear its own public key.',
    citation: 'Muster protocol decisions, «The exchange: step 9»',
  },
  'CRT-011': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a certificate that the CA of the getcacert answer did not sign.',
    quote:
      'can then verify the applicant’s identity merely by verifying the CA’s signature of the public key certificate.',
    citation: 'WO 01/47232, Exemplary Encryption Environment; Muster protocol decisions, «The exchange: step 9»',
  },
  'CRT-012': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a certificate that is not valid now.',
    citation: 'Muster protocol decisions, «The exchange: step 9»',
  },
  'CRT-013': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device is enrolled once its certificate passed every check, and not before.',
    quote: 'completing enrollment of the device to access the services of the clearinghouse server.',
    citation: 'WO 01/47232, claim 2; Muster protocol decisions, «The exchange: step 9»',
  },
  'CRT-014': {
    role: 'server',
    level: 'MUST',
    sentence: 'A key that is too short for the profile is refused with status 11.',
    citation: 'Muster protocol decisions, «Refusals: 11»',
  },
  'CRT-015': {
    role: 'server',
    level: 'MUST',
    sentence: 'A key of an unknown algorithm, or one known to be weak, is refused with status 11.',
    citation: 'Muster protocol decisions, «Refusals: 11»',
  },
  'CRT-016': {
    role: 'both',
    level: 'MUST',
    sentence: 'In the modern profile keys are P-256 or RSA of at least 2048 bits, and signatures use SHA-256.',
    citation: 'Muster protocol decisions, «Certificates and keys: modern»',
  },
  'CRT-017': {
    role: 'both',
    level: 'MUST',
    sentence: 'In the legacy profile RSA keys of 1024 bits and MD5 or SHA-1 signatures are accepted.',
    citation: 'Muster protocol decisions, «Certificates and keys: legacy»',
    untested:
      'The certification runs the modern profile unless told otherwise; the legacy rows are checked with the recorded bytes.',
  },
  'CRT-018': {
    role: 'server',
    level: 'MUST',
    sentence: 'A PKCS#10 that is no DER, has bytes after its end, or is something else is refused with status 4.',
    citation: 'Muster protocol decisions, «Refusals: 4»; RFC 2986 §4',
  },
  'CRT-019': {
    role: 'both',
    level: 'MUST',
    sentence: 'A report says which profile ran, and marks legacy as insecure.',
    citation: 'Muster protocol decisions, «Certificates and keys»',
    untested: 'A demand on the report, not on a device or a server; the tests of the reports check it.',
  },
  'CRT-020': {
    role: 'server',
    level: 'MUST',
    sentence: 'A public key that was certified for another device, or is the CA’s own, is refused with status 11.',
    citation: 'Muster protocol decisions, «Refusals: 11»',
  },
  'CRT-040': {
    role: 'server',
    level: 'MUST',
    sentence: 'An RSA key whose numbers are no key is refused with status 11: an exponent of 1, an even modulus.',
    citation: 'Muster protocol decisions, «Refusals: 11»',
  },
  'CRT-041': {
    role: 'server',
    level: 'MUST',
    sentence: 'A key under which a signature is too costly to verify is refused before it is verified, with status 11.',
    citation: 'Muster protocol decisions, «Refusals: 11»',
  },
  'CRT-042': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A point off its curve, a curve that the profile does not name, and one that is spelled out are refused with status 11.',
    citation: 'Muster protocol decisions, «Refusals: 11»',
  },
  'CRT-043': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A PKCS#10 in BER, nested without end, with a doubled attribute or of another version is refused with status 4.',
    citation: 'Muster protocol decisions, «Refusals: 4»; RFC 2986 §4.1',
  },
} as const satisfies Area;
