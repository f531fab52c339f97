/**
 * The life of one enrollment at the server, as a table (WO 01/47232, Summary, Tables 5 and 6; protocol decisions,
 * «Messages»). A device has at most one transaction at a time; the row `none` stands for a device without one.
 */
export type TransactionState = 'pending' | 'issued' | 'rejected';

export interface Transaction {
  readonly id: string;
  /** The device's configured name, in lower case. */
  readonly device: string;
  readonly state: TransactionState;
  /** Hexadecimal. The nonce of the request that opened the transaction. */
  readonly nonce: string;
  /** SHA-256 of the PKCS#10, hexadecimal: what makes two requests the same. */
  readonly digest: string;
  readonly pkcs10: Uint8Array;
  /** SHA-256 of the public key, `AB:CD:…`. */
  readonly keyFingerprint: string;
  /** Milliseconds since 1970. */
  readonly requestedAt: number;
  readonly from: string;
  readonly certificate?: Uint8Array;
  /** Milliseconds since 1970: the end of the certificate. */
  readonly notAfter?: number;
  readonly reason?: string;
}

/**
 * What may happen to a transaction. A spent request is a PKCS#10 whose one certificate has expired or was replaced: a new
 * certificate needs a new PKCS#10.
 */
export type Occurrence =
  | 'same-request'
  | 'other-request'
  | 'matching-retrieve'
  | 'other-retrieve'
  | 'approve'
  | 'reject'
  | 'spent-request'
  | 'pending-expired';

/**
 * open: a new transaction, waiting for approval (it replaces the one before).
 * wait: still pending. issue: sign the certificate. close: mark as rejected. forget: drop the transaction.
 * hand-over: the certificate that was issued, again. refuse-*: a refusal with the status of that name.
 * keep: nothing changes. conflict: the administrator's word comes too late.
 */
export type Action =
  | 'open'
  | 'wait'
  | 'issue'
  | 'close'
  | 'forget'
  | 'hand-over'
  | 'refuse-unknown'
  | 'refuse-rejected'
  | 'refuse-replay'
  | 'keep'
  | 'conflict';

export const transitions: Readonly<Record<'none' | TransactionState, Readonly<Record<Occurrence, Action>>>> = {
  none: {
    'same-request': 'open',
    'other-request': 'open',
    'matching-retrieve': 'refuse-unknown',
    'other-retrieve': 'refuse-unknown',
    approve: 'conflict',
    reject: 'conflict',
    'spent-request': 'refuse-replay',
    'pending-expired': 'keep',
  },
  pending: {
    'same-request': 'wait',
    'other-request': 'open',
    'matching-retrieve': 'wait',
    'other-retrieve': 'refuse-unknown',
    approve: 'issue',
    reject: 'close',
    'spent-request': 'refuse-replay',
    'pending-expired': 'forget',
  },
  issued: {
    'same-request': 'hand-over',
    'other-request': 'open',
    'matching-retrieve': 'hand-over',
    'other-retrieve': 'refuse-unknown',
    approve: 'conflict',
    reject: 'conflict',
    'spent-request': 'refuse-replay',
    'pending-expired': 'keep',
  },
  rejected: {
    'same-request': 'refuse-rejected',
    'other-request': 'open',
    'matching-retrieve': 'refuse-rejected',
    'other-retrieve': 'refuse-unknown',
    approve: 'conflict',
    reject: 'conflict',
    'spent-request': 'refuse-replay',
    'pending-expired': 'keep',
  },
};
