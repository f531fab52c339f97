import type { Transaction } from '../enrollment/states.ts';
import type { IssuedCertificate } from './certificates.ts';
import type { Store } from './store.ts';

/** For tests of stores: a request that waits. */
export function transaction(changes: Partial<Transaction> = {}): Transaction {
  return {
    id: 'one',
    device: 'gw1.example.com',
    state: 'pending',
    nonce: '00ff',
    digest: 'd1',
    pkcs10: Uint8Array.of(0x30, 0x00),
    keyFingerprint: 'AB:CD',
    requestedAt: 1_000,
    from: '192.0.2.1:5',
    ...changes,
  };
}

/** For tests of stores: what was issued for it. */
export function certificate(changes: Partial<IssuedCertificate> = {}): IssuedCertificate {
  return {
    serial: '4001',
    device: 'gw1.example.com',
    der: Uint8Array.of(0x30, 0x01),
    keyFingerprint: 'AB:CD',
    authority: 'AA',
    notBefore: 1_000,
    notAfter: 2_000,
    issuedAt: 1_500,
    ...changes,
  };
}

export const keep = (store: Store, next: Transaction, issued?: IssuedCertificate) =>
  store.atomically((records) => records.keep(next.device, next, issued));
export const drop = (store: Store, device: string) => store.atomically((records) => records.keep(device, undefined));
export const current = (store: Store, device: string) => store.atomically((records) => records.transactionOf(device));
export const isSpent = (store: Store, digest: string) => store.atomically((records) => records.isSpent(digest));
