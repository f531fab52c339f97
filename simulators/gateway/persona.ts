import { answerQuirks } from './answer-quirks.ts';
import { callQuirks } from './call-quirks.ts';
import { tlsQuirks } from './tls-quirks.ts';
import { transportQuirks } from './transport-quirks.ts';

/** The places where a device may behave otherwise than it should. Each is consulted at one named decision point. */
export const quirks = {
  'trusts-cleartext-authority':
    'asks for the CA certificate in cleartext, and believes it, though nothing was given to check it with',
  'credentials-over-cleartext': 'sends request and retrieve to the cleartext URL',
  'sends-before-verification': 'writes its message as soon as TLS is up, and judges the server afterwards',
  'common-name-beside-san':
    'takes the common name of the server’s certificate for its host, whatever the subjectAltName says',
  'related-names': 'takes a name for its host that is above, below or beside it in the DNS',
  'cuts-name-at-nul': 'reads a name of the server’s certificate up to a NUL byte, as C does',
  'wildcard-anywhere': 'lets a wildcard stand for any characters, anywhere in a name',
  'address-as-dns-name': 'takes a dNSName that reads like the address of its server',
  'case-sensitive-names': 'compares DNS names with regard to the letter case',
  'first-name-only': 'reads the first name of a certificate alone',
  'few-names': 'does not read a certificate with more than a hundred names',
  'generous-clock': 'takes a certificate that ended within the last hour',
  'no-dates-without-clock': 'judges no dates while its clock says that it was never set',
  'refuses-list-pointers': 'refuses a certificate that names a list of revoked ones',
  'refuses-last-minutes': 'refuses a certificate in its last ten minutes',
  'two-digit-years': 'reads two digits of a year, and takes 2055 for 1955',
  'chokes-on-chains': 'breaks on more than fifty certificates, or 32 KiB of them',
  'orderly-chains-only': 'wants each certificate of a chain right after the one that it issued, and no other',
  'verifies-first-connection-only': 'trusts whoever answers once it has a request pending or a certificate',
  'garbage-status-as-zero': "reads the status as C's atoi does: no number is 0",
  'certificate-for-cert': 'takes certificate= where cert= is due',
  'reads-raw-only': 'does not undo escapes in an answer',
  'fast-polling': 'polls without a pause, and ignores Retry-After',
  'returns-in-step': 'waits exactly as long as it is told to, as all others do that were told the same',
  'gives-up-on-pending': 'takes pending for a failure, and sends a new request instead of retrieve',
  'new-nonce-on-retrieve': 'makes a new nonce for each retrieve',
  'new-pkcs10-on-retry': 'makes a new key and PKCS#10 when an answer was lost',
  'ignores-rejection': 'takes a refusal for pending, and goes on polling',
  'ignores-challenge': 'makes its PKCS#10 without the nonce that the server gave',
  'breaks-proof-of-possession': 'alters the last bit of the signature of its PKCS#10',
  'keeps-expired': 'never renews',
  'same-key-on-renew': 'asks for its new certificate with its old key',
  'forgets-old-identity': 'drops its key and certificate before it has new ones',
  'stores-before-verifying': 'stores the issued certificate before it has judged it',
  ...answerQuirks,
  ...callQuirks,
  ...transportQuirks,
  ...tlsQuirks,
} as const satisfies Record<string, string>;

export type QuirkId = keyof typeof quirks;

/** How a device behaves: data alone. The honest one omits nothing and has no quirk. */
export interface Persona {
  readonly id: string;
  readonly explanation: string;
  /** Ids of the checks that this device leaves out: those of chain verification, `ca.…`, `issued.…`. */
  readonly omits: ReadonlySet<string>;
  readonly quirks: ReadonlySet<QuirkId>;
}
