/** Entries of the Common Weakness Enumeration (cwe.mitre.org) that a violation can be, by number. */
const weaknesses = {
  20: 'Improper Input Validation',
  158: 'Improper Neutralization of Null Byte or NUL Character',
  287: 'Improper Authentication',
  294: 'Authentication Bypass by Capture-replay',
  295: 'Improper Certificate Validation',
  296: 'Improper Following of a Certificate’s Chain of Trust',
  297: 'Improper Validation of Certificate with Host Mismatch',
  298: 'Improper Validation of Certificate Expiration',
  299: 'Improper Check for Certificate Revocation',
  319: 'Cleartext Transmission of Sensitive Information',
  322: 'Key Exchange without Entity Authentication',
  326: 'Inadequate Encryption Strength',
  327: 'Use of a Broken or Risky Cryptographic Algorithm',
  345: 'Insufficient Verification of Data Authenticity',
  347: 'Improper Verification of Cryptographic Signature',
  400: 'Uncontrolled Resource Consumption',
  436: 'Interpretation Conflict',
  444: 'Inconsistent Interpretation of HTTP Requests',
  522: 'Insufficiently Protected Credentials',
  754: 'Improper Check for Unusual or Exceptional Conditions',
  757: 'Selection of Less-Secure Algorithm During Negotiation',
  776: 'Improper Restriction of Recursive Entity References in DTDs (XML Entity Expansion)',
  862: 'Missing Authorization',
} as const;
type Weakness = keyof typeof weaknesses;

/** What a violation of a requirement is called by others, and how it is mended. */
export interface Remedy {
  /** As `CWE-297 Improper Validation of Certificate with Host Mismatch`. */
  readonly weaknesses: readonly string[];
  readonly mend: string;
}

type Row = readonly [weaknesses: readonly Weakness[], mend: string];

/** By the area of a requirement: the letters of its id. */
const byArea: Readonly<Record<string, Row>> = {
  ID: [
    [295],
    'Have the TLS library verify the server on every connection, against the third-party CA alone, and end the connection when it objects.',
  ],
  CA: [
    [345, 295],
    'Compare the whole certificate of getcacert with the fingerprint given out of band, see that it is a valid CA certificate, and stop where it is not, before any request.',
  ],
  MSG: [
    [20, 436],
    'Read messages by the rules and by nothing looser: exact names, exact values, bytes as they are; refuse what is malformed and change nothing.',
  ],
  REQ: [[319, 522], 'Send request and retrieve over verified TLS alone, and only with what the message tables name.'],
  RET: [
    [754],
    'Keep the pending request, repeat it unchanged but for the operation, at a bounded pace, and end on a refusal.',
  ],
  POP: [
    [347, 322],
    'Verify, or make, the signature of the PKCS#10 with the very key that is in it, over the challenge where one was given.',
  ],
  CRT: [
    [295, 345],
    'Before a certificate is installed or issued, compare its key, name, issuer, dates and usage with what was asked for.',
  ],
  LIF: [
    [298, 754],
    'Renew before the end with a new key; keep the old key and certificate until the new ones are verified and stored whole.',
  ],
  CFG: [
    [20],
    'Check the whole configuration file before any of it comes into force; on an error keep the one in force and name the lines.',
  ],
  ADM: [
    [287, 862],
    'Check the device, its state, its user, its password and the administrator’s word before anything is issued, and refuse alike whatever was wrong.',
  ],
  AFT: [[862], 'Ask for the enrolled certificate, and check the state of its device, at each transaction.'],
  SEC: [[319, 522], 'Keep passwords and private keys out of cleartext, answers, logs and reports.'],
};

const chain: Row = [
  [296, 295],
  'Verify the whole path from the leaf to the third-party CA: issuer by issuer, with signatures, basic constraints, path length and key usage (RFC 5280 §6.1).',
];
const host: Row = [
  [297],
  'Switch the library’s host check on, with the name or address that the device was told: whole names of subjectAltName, a wildcard for one first label alone, addresses with addresses (RFC 9525 §6).',
];
const dates: Row = [
  [298],
  'Compare the dates of every certificate of the path, the anchor’s too, with a clock that is set; an unset clock verifies nothing.',
];
const strength: Row = [
  [326, 327],
  'Set the library’s security level so that MD5, SHA-1, RSA below 2048 bits and small curves are refused in every certificate of the path.',
];
const form: Row = [
  [295, 754],
  'Leave parsing to a library that is strict about DER, and treat whatever it cannot read as a refusal, not as an error to go on from.',
];
const possession: Row = [
  [322, 347],
  'Let the TLS library verify the server’s signature over the handshake, and take neither an absent nor an empty one.',
];
const protocolVersion: Row = [
  [757, 327],
  'Offer only the TLS versions and cipher suites of the profile, and end the handshake when the server picks another.',
];
const credentials: Row = [
  [522, 295],
  'Write no byte of the request before the library has reported the server as verified; a finished handshake alone is no verification.',
];
const memory: Row = [
  [754],
  'Write new state beside the old, verify it, and then rename: a meeting that fails leaves key, certificate and pending request as they were.',
];

const callerCertificate: Row = [
  [295, 299],
  'Have TLS ask for a client certificate, verify it against the clearinghouse CA, and look up whether it was issued, has ended or was revoked, before a call is taken.',
];
const hostileXml: Row = [
  [776, 400],
  'Read XML with a parser that refuses a DOCTYPE and stops at a bounded depth, number and size, and answer what it refuses.',
];
const repeatedUsage: Row = [[294], 'Recognize a report by what it says, confirm it each time, and keep it once.'];

const rows = (row: Row, ids: readonly string[]): [string, Row][] => ids.map((id) => [id, row]);

/** Where the area alone would say too little. */
const byRequirement = new Map<string, Row>([
  ...rows(callerCertificate, ['AFT-002', 'AFT-014']),
  ...rows(hostileXml, ['AFT-016']),
  ...rows(repeatedUsage, ['AFT-017']),
  ...rows(chain, [
    'ID-004',
    'ID-005',
    'ID-006',
    'ID-016',
    'ID-025',
    'ID-030',
    'ID-031',
    'ID-032',
    'ID-033',
    'ID-035',
    'ID-036',
    'ID-041',
  ]),
  ...rows(host, ['ID-007', 'ID-018', 'ID-019', 'ID-020', 'ID-022', 'ID-023', 'ID-024']),
  ...rows(
    [[158, 297], 'Compare names by their length and bytes, never as C strings, and refuse one that holds a NUL byte.'],
    ['ID-021'],
  ),
  ...rows(dates, ['ID-008', 'ID-009', 'ID-026', 'ID-027', 'ID-028', 'ID-029', 'ID-064', 'ID-065', 'CA-008']),
  ...rows(strength, ['ID-037', 'ID-042', 'ID-043', 'ID-044']),
  ...rows(form, ['ID-034', 'ID-038', 'ID-039', 'ID-040', 'ID-045', 'ID-056', 'ID-057']),
  ...rows(possession, ['ID-011', 'ID-012', 'ID-050']),
  ...rows(
    [[322, 287], 'Use a TLS library that is kept up to date, and leave every check of the handshake to it.'],
    ['ID-051', 'ID-052', 'ID-060'],
  ),
  ...rows(
    [
      [295, 322],
      'Judge the certificate of every handshake, whatever session there was before, and switch renegotiation off in the library.',
    ],
    ['ID-061', 'ID-066'],
  ),
  ...rows(
    [
      [299],
      'Fetch the list that the certificate names, verify it with the CA’s key, and refuse a certificate that is on it.',
    ],
    ['ID-063'],
  ),
  ...rows(protocolVersion, ['ID-017', 'ID-053', 'ID-054', 'ID-055']),
  ...rows(credentials, ['ID-013', 'REQ-002']),
  ...rows(memory, ['ID-015', 'MSG-047']),
  ...rows(
    [
      [347],
      'Verify the signature on the CA certificate with the key of its issuer before anything is believed that it says.',
    ],
    ['CA-009'],
  ),
  ...rows([[400, 20], 'Bound every read in bytes and in time, and read in one pass.'], ['MSG-024', 'MSG-035']),
  ...rows(
    [
      [400],
      'Give each exchange a limit of bytes and a time after which it ends, from the connection to the last byte.',
    ],
    ['MSG-066', 'MSG-067', 'MSG-068'],
  ),
  ...rows(
    [[754], 'Look at the HTTP status first, and read under any other than 200 nothing but a refusal.'],
    ['MSG-060'],
  ),
  ...rows(
    [[522], 'Switch off the following of redirects in the HTTP library, and treat one as a refused server.'],
    ['MSG-061', 'MSG-062'],
  ),
  ...rows(
    [
      [444, 754],
      'Let an HTTP library frame the answer, take nothing of one that it reports as cut, and drop what follows its end.',
    ],
    ['MSG-063', 'MSG-064', 'MSG-065'],
  ),
  ...rows(
    [[436], 'Let an HTTP library read head and framing, and set its time-out to some seconds.'],
    ['MSG-069', 'MSG-070', 'MSG-071'],
  ),
  ...rows(
    [[294], 'Keep the nonces that were used, and answer a repeated one only with what it got the first time.'],
    ['REQ-009', 'REQ-011', 'REQ-012', 'POP-009', 'POP-010'],
  ),
  ...rows(
    [[400], 'Space the polls, honour Retry-After, add a part by chance, and end after a number that is set.'],
    ['RET-009', 'RET-010', 'RET-020', 'RET-021', 'RET-022', 'RET-023'],
  ),
]);

/** Of a requirement by its id; undefined where the area is unknown. */
export function remedyOf(requirementId: string): Remedy | undefined {
  const [numbers, mend] = byRequirement.get(requirementId) ?? byArea[requirementId.replace(/-\d+$/, '')] ?? [];
  if (!numbers || mend === undefined) return undefined;
  return { weaknesses: numbers.map((number) => `CWE-${number} ${weaknesses[number]}`), mend };
}

/** Of a case by its requirements, the first of which is what it is about: every remedy once. */
export function remediesOf(requirementIds: readonly string[]): Remedy[] {
  const found = new Map<string, Remedy>();
  for (const id of requirementIds) {
    const remedy = remedyOf(id);
    if (remedy) found.set(remedy.mend, remedy);
  }
  return [...found.values()];
}

/** The requirements that have a remedy of their own, for the test that compares them with the catalogue. */
export const ownRemedies: readonly string[] = [...byRequirement.keys()];
