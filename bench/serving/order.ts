import type { Account } from '#reference-server/accounts.ts';

export const servingKinds = ['node:http alone', 'in memory', 'on SQLite'] as const;

export interface ServingOrder {
  readonly kind: (typeof servingKinds)[number];
  readonly accounts: readonly Account[];
  readonly tls: { readonly chainPem: string; readonly keyPem: string };
  /** For a database. */
  readonly folder: string;
}

export type ServingReport =
  | { readonly kind: 'listening'; readonly http: number; readonly tls: number }
  /** Microseconds. */
  | { readonly kind: 'usage'; readonly user: number; readonly system: number };
