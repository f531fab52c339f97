/** Whose mistake an error is: the caller's (usage, configuration), the peer's (what came over the wire), or ours. */
export type Fault = 'caller' | 'peer' | 'ours';

/**
 * Every error of Muster has a code from this table. Codes are permanent: people script against them.
 * docs/errors.md is made of this table; a test compares the two.
 */
export const errorTable = {
  'wire-malformed': {
    fault: 'peer',
    meaning: 'A body is not a series of variable=value pairs.',
    mend: 'Look at the body among the evidence: names and values joined by =, pairs by &, each escaped (WO 01/47232, Tables 1 to 6).',
  },
  'message-malformed': {
    fault: 'peer',
    meaning: 'The pairs are well-formed, but they are no message of this protocol.',
    mend: 'Compare its variables with the table of that message; the message names the first that is wrong.',
  },
  'xml-malformed': {
    fault: 'peer',
    meaning: 'A document is no XML, or has what none may have here: a DOCTYPE, too much of something.',
    mend: 'Send plain XML without a DOCTYPE, within the limits that the message names.',
  },
  'osp-malformed': {
    fault: 'peer',
    meaning: 'The XML is well-formed, but it is no message of the Open Settlement Protocol.',
    mend: 'Mend the element that the message names.',
  },
  'der-malformed': {
    fault: 'peer',
    meaning: 'Bytes that should be DER are not, or bytes follow the value.',
    mend: 'Encode it with a library, and send exactly its bytes: "openssl asn1parse -inform DER" shows where it breaks.',
  },
  'pkcs10-malformed': {
    fault: 'peer',
    meaning: 'A PKCS#10 cannot be read.',
    mend: 'See what "openssl req -inform DER -text -verify" says of it.',
  },
  'certificate-malformed': {
    fault: 'peer',
    meaning: 'A certificate cannot be read.',
    mend: 'See what "openssl x509 -inform DER -text" says of it.',
  },
  'key-unsupported': {
    fault: 'peer',
    meaning: 'A key or a signature algorithm is unknown here.',
    mend: 'Choose one of the profile: P-256, P-384 or RSA, with SHA-2 (in legacy SHA-1 and MD5, too).',
  },
  'pem-malformed': {
    fault: 'caller',
    meaning: 'A PEM file does not hold what it should.',
    mend: 'Name the file that has the block which the message names, between its BEGIN and END lines.',
  },
  'config-invalid': {
    fault: 'caller',
    meaning: 'A configuration file has errors; every one is named by line and column.',
    mend: 'Mend the lines; "muster config check FILE" reads the file and changes nothing.',
  },
  'config-conflict': {
    fault: 'caller',
    meaning: 'A configuration file is not the one any more that a change was based on.',
    mend: 'Read the file again and make the change anew; "muster config diff FILE" shows what somebody else changed.',
  },
  'accounts-invalid': {
    fault: 'caller',
    meaning: 'An accounts file has errors; every one is named by line.',
    mend: 'Mend the lines; "muster config account" prints a good one.',
  },
  'profile-invalid': {
    fault: 'caller',
    meaning: 'A profile file has errors; every one is named by line and column.',
    mend: 'Mend the lines; examples/profiles/openssl.profile has every item.',
  },
  'baseline-invalid': {
    fault: 'caller',
    meaning: 'A baseline file has errors; every one is named by line and column.',
    mend: 'Mend the lines: each entry needs a case, an owner, a reason and a date on which it ends.',
  },
  'profile-contradicted': {
    fault: 'caller',
    meaning: 'A device does otherwise than its profile file declares.',
    mend: 'Change the line of the profile file that the message names, or the device.',
  },
  'attestation-malformed': {
    fault: 'peer',
    meaning: 'An envelope or a statement of a certification is not as Muster writes it.',
    mend: 'Ask whoever sent it for the folder as the lab left it; "muster report verify" names each file that was changed.',
  },
  'settings-invalid': {
    fault: 'caller',
    meaning: 'An option or a setting is not usable.',
    mend: 'Give what the message expects; "muster COMMAND --help" has every option.',
  },
  'bench-broken': {
    fault: 'ours',
    meaning: 'The bench (a port, an adapter, a program, a target) does not work.',
    mend: 'Do what the message says; "muster doctor" looks at the whole bench.',
  },
  'database-unavailable': {
    fault: 'ours',
    meaning: 'The database cannot be reached, or not now.',
    mend: 'See that it runs, and that the address, the user and PGPASSWORD are right; then start again.',
  },
  'not-found': {
    fault: 'caller',
    meaning: 'The thing named does not exist.',
    mend: 'Correct the name; "muster list KIND" has the names, and a file is looked for from the current folder.',
  },
  internal: {
    fault: 'ours',
    meaning: 'A bug in Muster.',
    mend: 'Run it again with MUSTER_DEBUG=1, and report the command with what it shows.',
  },
} as const satisfies Record<string, { fault: Fault; meaning: string; mend: string }>;

export type ErrorCode = keyof typeof errorTable;

/** The one base error. `details` is for machines (offsets, lines); the message is for people and says all of it. */
export class MusterError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MusterError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get fault(): Fault {
    return errorTable[this.code].fault;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
