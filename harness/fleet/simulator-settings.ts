import type { GatewaySettings } from '#simulators/gateway/settings.ts';
import type { Identity } from '../case/identity.ts';
import { fleetIdentity } from './identities.ts';
import type { WorkerTask } from './messages.ts';

/** What one simulator is given before it enrolls. */
export function simulatorSettings({ plan, address }: WorkerTask, index: number): GatewaySettings {
  const { tlsUrl, httpUrl, anchorPem, caFingerprint } = address;
  return {
    ...identityOf(plan, index),
    tlsUrl,
    httpUrl,
    anchorsPem: anchorPem,
    ...(caFingerprint === undefined ? {} : { caFingerprint }),
    caCertificateVia: caFingerprint === undefined ? 'tls' : 'cleartext',
    profile: plan.profile,
    keyKind: plan.keyKind,
    pollIntervalSeconds: plan.life.pollSeconds,
    maximumPolls: plan.life.polls,
    timeoutSeconds: plan.timeoutSeconds,
    connections: plan.connections,
    renewBeforeSeconds: 0,
    clockSkewSeconds: 60,
  };
}

function identityOf({ target, seed, prefix }: WorkerTask['plan'], index: number): Identity {
  const listed = target.kind === 'at' ? target.devices?.[index] : undefined;
  return listed ?? fleetIdentity(seed, index, prefix);
}
