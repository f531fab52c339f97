/** Whose mistake an error is: the caller's (usage, configuration), the peer's (what came over the wire), or ours. */
export type Fault = 'caller' | 'peer' | 'ours';

/**
 * Every error of Muster has a code from this table. Codes are permanent: people script against them.
 * docs/errors.md holds the same table; a test compares the two.
 */
export const errorTable = {
  'wire-malformed': { fault: 'peer', meaning: 'A body is not a series of variable=value pairs.' },
  'message-malformed': {
    fault: 'peer',
    meaning: 'The pairs are well-formed, but they are no message of this protocol.',
  },
  'xml-malformed': {
    fault: 'peer',
    meaning: 'A document is no XML, or has what none may have here: a DOCTYPE, too much of something.',
  },
  'osp-malformed': {
    fault: 'peer',
    meaning: 'The XML is well-formed, but it is no message of the Open Settlement Protocol.',
  },
  'der-malformed': { fault: 'peer', meaning: 'Bytes that should be DER are not, or bytes follow the value.' },
  'pkcs10-malformed': { fault: 'peer', meaning: 'A PKCS#10 cannot be read.' },
  'certificate-malformed': { fault: 'peer', meaning: 'A certificate cannot be read.' },
  'key-unsupported': { fault: 'peer', meaning: 'A key or a signature algorithm is unknown here.' },
  'pem-malformed': { fault: 'caller', meaning: 'A PEM file does not hold what it should.' },
  'config-invalid': {
    fault: 'caller',
    meaning: 'A configuration file has errors; every one is named by line and column.',
  },
  'config-conflict': {
    fault: 'caller',
    meaning: 'A configuration file is not the one any more that a change was based on.',
  },
  'accounts-invalid': { fault: 'caller', meaning: 'An accounts file has errors; every one is named by line.' },
  'profile-invalid': {
    fault: 'caller',
    meaning: 'A profile file has errors; every one is named by line and column.',
  },
  'baseline-invalid': {
    fault: 'caller',
    meaning: 'A baseline file has errors; every one is named by line and column.',
  },
  'profile-contradicted': { fault: 'caller', meaning: 'A device does otherwise than its profile file declares.' },
  'settings-invalid': { fault: 'caller', meaning: 'An option or a setting is not usable.' },
  'bench-broken': { fault: 'ours', meaning: 'The bench (a port, an adapter, a program, a target) does not work.' },
  'database-unavailable': { fault: 'ours', meaning: 'The database cannot be reached, or not now.' },
  'not-found': { fault: 'caller', meaning: 'The thing named does not exist.' },
  internal: { fault: 'ours', meaning: 'A bug in Muster.' },
} as const satisfies Record<string, { fault: Fault; meaning: string }>;

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
