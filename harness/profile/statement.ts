import { type CryptoProfile, type ProfileId, profiles } from '#protocol/pki/profiles.ts';

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

/** What a line decides where the publication is silent, by its word. */
const decisions: Readonly<Record<string, Readonly<Record<string, Partial<CryptoProfile>>>>> = {
  'common-name': { refused: { commonNameAsHost: false }, accepted: { commonNameAsHost: true } },
  'expired-anchor': { refused: { expiredAnchor: 'refused' }, accepted: { expiredAnchor: 'taken' } },
  revocation: { checked: { revocation: 'checked' }, unchecked: { revocation: 'not checked' } },
  'unset-clock': { refused: { unsetClock: 'no server is verified' }, accepted: { unsetClock: 'dates are not judged' } },
};

export type StatementLine = keyof typeof statementLines;
export type StatementWord<Line extends StatementLine> = (typeof statementLines)[Line]['words'][number];

/** What a case takes for granted of a device: with a statement that says otherwise, it is not applicable. */
export type Assumptions = { readonly [Line in StatementLine]?: StatementWord<Line> };

export interface Declared {
  readonly words: readonly string[];
  /** Of the file, from 1. */
  readonly line: number;
}

/** A device's implementation conformance statement: a profile, and what the vendor declares beyond it. */
export interface Statement {
  /** As it was named on the command line. */
  readonly file: string;
  /** Whose it is. */
  readonly device: string;
  readonly profile: ProfileId;
  readonly lines: { readonly [Line in StatementLine]?: Declared };
}

/** The profile that judges: the built-in one, with what the statement decides otherwise. */
export function judgingProfile(id: ProfileId, statement: Statement | undefined): CryptoProfile {
  const decided = Object.entries(statement?.lines ?? {}).map(([line, { words }]) => decisions[line]?.[words[0] ?? '']);
  return decided.some(Boolean) ? Object.assign({ ...profiles[id] }, ...decided) : profiles[id];
}

/** Is the device told this fingerprint out of band? Not where it fetches the CA certificate over verified TLS alone. */
export function takesFingerprint(statement: Statement | undefined, hash: StatementWord<'fingerprint'>): boolean {
  const { getcacert, fingerprint } = statement?.lines ?? {};
  return getcacert?.words.includes('cleartext') !== false && fingerprint?.words.includes(hash) !== false;
}

/** Why a case is not applicable: in words, and the line that says so. */
export interface Exclusion {
  readonly reason: string;
  readonly profileLine: string;
}

/** The line of the statement by which a case is not applicable; undefined when it is applicable. */
export function excludedBy(statement: Statement | undefined, assumed: Assumptions = {}): Exclusion | undefined {
  for (const [line, word] of Object.entries(assumed) as [StatementLine, string][]) {
    const profileLine = lineIn(statement, line);
    if (profileLine === undefined || statement?.lines[line]?.words.includes(word)) continue;
    return { reason: `${profileLine}; this case is for "${line} ${word}".`, profileLine };
  }
  return undefined;
}

/** A line of a statement in words, with where it stands; undefined when it declares nothing of it. */
export function lineIn(statement: Statement | undefined, line: StatementLine): string | undefined {
  const declared = statement?.lines[line];
  if (statement === undefined || declared === undefined) return undefined;
  return `${statement.file}, line ${declared.line}, declares "${line} ${declared.words.join(' ')}"`;
}
