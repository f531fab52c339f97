/**
 * What `status=` says in an answer. 0 and 1 are the publication's (WO 01/47232, Tables 5 and 6); it names no refusal, so
 * the others are this project's. The numbers are permanent.
 */
export const statusTable = {
  0: { id: 'ready', meaning: 'The certificate is in this answer.' },
  1: { id: 'pending', meaning: 'The request waits for approval; ask again with retrieve.' },
  2: { id: 'device-not-defined', meaning: 'The device is not defined here, or not for this customer.' },
  3: { id: 'bad-credentials', meaning: 'The user name or the password is wrong.' },
  4: { id: 'malformed', meaning: 'The request is malformed or not supported.' },
  5: { id: 'proof-of-possession-failed', meaning: 'The request does not prove that the device holds the private key.' },
  6: { id: 'enrollment-disabled', meaning: 'Enrollment is disabled at this server.' },
  7: { id: 'device-disabled', meaning: 'The device is disabled.' },
  8: { id: 'rejected', meaning: 'The administrator rejected the request.' },
  9: { id: 'no-such-request', meaning: 'There is no such request to retrieve; send a request first.' },
  10: { id: 'replayed-nonce', meaning: 'The nonce was used before, with another PKCS#10.' },
  11: { id: 'key-not-acceptable', meaning: 'The key is too short, of an unknown algorithm, or known to be weak.' },
  12: { id: 'server-error', meaning: 'The server failed; nothing was stored.' },
} as const satisfies Record<number, { id: string; meaning: string }>;

export type Status = keyof typeof statusTable;
/** Every status but ready and pending. */
export type RefusalStatus = Exclude<Status, 0 | 1>;

/** A number from the wire, for people: `5 (proof-of-possession-failed)`, or the number alone when the table lacks it. */
export function describeStatus(status: number): string {
  const row = Object.hasOwn(statusTable, status) ? statusTable[status as Status] : undefined;
  return row === undefined ? String(status) : `${status} (${row.id})`;
}
