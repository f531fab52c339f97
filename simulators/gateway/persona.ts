/** The places where a device may behave otherwise than it should. Each is consulted at one named decision point. */
export const quirks = {
  'credentials-over-cleartext': 'sends request and retrieve to the cleartext URL',
  'sends-before-verification': 'writes its message as soon as TLS is up, and judges the server afterwards',
  'verifies-first-connection-only': 'trusts whoever answers once it has a request pending or a certificate',
  'garbage-status-as-zero': "reads the status as C's atoi does: no number is 0",
  'certificate-for-cert': 'takes certificate= where cert= is due',
  'reads-raw-only': 'does not undo escapes in an answer',
  'fast-polling': 'polls without a pause, and ignores Retry-After',
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
