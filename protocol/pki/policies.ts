import type { CryptoProfile } from './profiles.ts';

/** What a profile decides where the publication is silent: how reports and reasons name the line, and the choice. */
const policies = {
  commonName: {
    line: 'common name without subjectAltName',
    choice: ({ commonNameAsHost }) => (commonNameAsHost ? 'taken for the host' : 'refused'),
  },
  expiredAnchor: { line: 'expired trust anchor', choice: ({ expiredAnchor }) => expiredAnchor },
  revocation: { line: 'revocation of server certificates', choice: ({ revocation }) => revocation },
  unsetClock: { line: 'clock never set', choice: ({ unsetClock }) => unsetClock },
} as const satisfies Record<string, { line: string; choice: (profile: CryptoProfile) => string }>;

export type PolicyId = keyof typeof policies;

export interface PolicyChoice {
  readonly line: string;
  readonly choice: string;
}

export function policyOf(profile: CryptoProfile, id: PolicyId): PolicyChoice {
  const { line, choice } = policies[id];
  return { line, choice: choice(profile) };
}

export function policiesOf(profile: CryptoProfile): PolicyChoice[] {
  return (Object.keys(policies) as PolicyId[]).map((id) => policyOf(profile, id));
}
