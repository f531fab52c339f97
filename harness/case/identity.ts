import { createHash } from 'node:crypto';

/** One device as a clearinghouse knows it (WO 01/47232, Table 1), with a password that is a canary: made for one case. */
export interface Identity {
  readonly deviceName: string;
  readonly device: string;
  readonly customer: string;
  readonly username: string;
  readonly password: string;
}

/** Identities are a function of the seed, the case and a number: the same run twice uses the same names. */
export function makeIdentity(seed: number, caseId: string, number = 0): Identity {
  const digest = createHash('sha256').update(`${seed}/${caseId}/${number}`).digest('hex');
  return {
    deviceName: `gw-${digest.slice(0, 10)}.example.com`,
    device: String(1 + Number.parseInt(digest.slice(10, 17), 16)),
    customer: String(1 + Number.parseInt(digest.slice(17, 23), 16)),
    username: `user-${digest.slice(23, 31)}`,
    password: `canary-${digest.slice(31, 55)}`,
  };
}
