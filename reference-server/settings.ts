import { isIP } from 'node:net';
import { MusterError } from '#protocol/errors.ts';
import { type CryptoProfile, type ProfileId, profiles } from '#protocol/pki/profiles.ts';
import type { Account } from './accounts.ts';
import type { Licensing } from './configuration/license.ts';
import { readLicensePublicKey } from './configuration/license-key.ts';

/** What a person or a test may say of a server; everything else has a default. */
export interface ServerOptions {
  readonly profile?: ProfileId;
  /** The DNS name or address that devices are told, and that the TLS certificate bears. */
  readonly name?: string;
  /** The address to listen on. */
  readonly listen?: string;
  /** Ports: 0 is any free one. */
  readonly httpPort?: number;
  readonly tlsPort?: number;
  /** Absent: no management API. It listens on the loopback address only. */
  readonly managementPort?: number;
  /** A configuration in memory: its text, and the name it bears in messages. */
  readonly configuration?: { readonly text: string; readonly fileName: string };
  readonly accounts?: readonly Account[];
  /** The public key, PEM, under which a license counts; without one, no license does. */
  readonly licensePublicKey?: string;
  /** How many devices a trial version enrolls; any number where it is not said. */
  readonly trialDevices?: number;
  readonly approval?: 'auto' | 'manual';
  /** The lifetime of a device certificate, in seconds: 1 second to 30 years. */
  readonly validitySeconds?: number;
  /** How long a request waits for approval before it is forgotten, in seconds. */
  readonly pendingLifetimeSeconds?: number;
  readonly proofOfPossession?: 'pkcs10' | 'challenge';
  /** How long a nonce given with getcacert may be used, in seconds. */
  readonly challengeLifetimeSeconds?: number;
  /** How long a request may take to arrive, and its answer to leave, in seconds. */
  readonly requestTimeoutSeconds?: number;
  /** How long a connection may be idle between two requests, in seconds. */
  readonly idleSeconds?: number;
  /** Connections that each listener for devices holds; one more takes the place of the one that was served longest ago. */
  readonly maximumConnections?: number;
  /** May a TLS session be resumed without a whole handshake? A device that comes once has no use for the ticket. */
  readonly sessionTickets?: boolean;
  /** Wrong passwords for one account from one address, at once, before the next must wait. */
  readonly wrongPasswords?: number;
  /** The same for whatever accounts. */
  readonly wrongPasswordsByAddress?: number;
  /** After how many seconds one wrong password is forgotten. */
  readonly wrongPasswordSeconds?: number;
  /** How often one device may ask for what is pending, at once, before the next must wait. */
  readonly pendingPolls?: number;
  /** After how many seconds one of them is forgotten. */
  readonly pendingPollSeconds?: number;
  /** The addresses of the proxies that every device comes through (PROXY protocol, version 1); none: devices come by themselves. */
  readonly proxies?: readonly string[];
  /** The server's own certificate chain (leaf first) and key for TLS, under the third-party CA. */
  readonly tls: { readonly chainPem: string; readonly keyPem: string };
}

type Converted = 'profile' | 'managementPort' | 'licensePublicKey' | 'trialDevices';

export interface ServerSettings extends Required<Omit<ServerOptions, Converted>> {
  readonly profile: CryptoProfile;
  readonly licensing: Licensing;
  readonly managementPort: number | undefined;
}

/** Of each listener. */
export const usualConnections = 4096;

const yearSeconds = 365 * 24 * 3600;

/** Least and most of what is a number. The dates of a certificate are whole seconds. */
const bounds = [
  ['validitySeconds', 1, 30 * yearSeconds],
  ['pendingLifetimeSeconds', 0.1, yearSeconds],
  ['challengeLifetimeSeconds', 0.1, yearSeconds],
  ['requestTimeoutSeconds', 0.1, 3600],
  ['idleSeconds', 0.1, 3600],
  ['maximumConnections', 2, 1_000_000],
  ['wrongPasswords', 1, 1_000_000],
  ['wrongPasswordsByAddress', 1, 1_000_000],
  ['wrongPasswordSeconds', 0.01, yearSeconds],
  ['pendingPolls', 1, 1_000_000],
  ['pendingPollSeconds', 0.01, yearSeconds],
] as const;

/** Checks the options once, at the door, and completes them. @throws MusterError settings-invalid */
export function completeSettings(options: ServerOptions): ServerSettings {
  const settings: ServerSettings = {
    name: 'localhost',
    listen: '127.0.0.1',
    configuration: { text: '', fileName: 'muster.conf' },
    accounts: [],
    httpPort: 5045,
    tlsPort: 1443,
    approval: 'auto',
    validitySeconds: yearSeconds,
    pendingLifetimeSeconds: 7 * 24 * 3600,
    proofOfPossession: 'pkcs10',
    challengeLifetimeSeconds: 600,
    requestTimeoutSeconds: 20,
    idleSeconds: 5,
    maximumConnections: usualConnections,
    sessionTickets: true,
    wrongPasswords: 20,
    wrongPasswordsByAddress: 200,
    wrongPasswordSeconds: 3,
    pendingPolls: 30,
    pendingPollSeconds: 1,
    proxies: [],
    ...options,
    managementPort: options.managementPort,
    licensing: {
      ...(options.licensePublicKey === undefined ? {} : { publicKey: readLicensePublicKey(options.licensePublicKey) }),
      trialDevices: options.trialDevices ?? Number.POSITIVE_INFINITY,
    },
    profile: profiles[options.profile ?? 'modern'],
  };
  for (const [name, port] of [
    ['httpPort', settings.httpPort],
    ['tlsPort', settings.tlsPort],
    ['managementPort', settings.managementPort ?? 0],
  ] as const) {
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new MusterError('settings-invalid', `${name}: a port from 0 to 65535 is expected, seen ${port}.`);
    }
  }
  if (isIP(settings.listen) === 0) {
    throw new MusterError('settings-invalid', `listen: an IP address is expected, seen "${settings.listen}".`);
  }
  for (const proxy of settings.proxies) {
    if (isIP(proxy) === 0) {
      throw new MusterError('settings-invalid', `proxies: IP addresses are expected, seen "${proxy}".`);
    }
  }
  const { trialDevices } = settings.licensing;
  if (!(trialDevices >= 1)) {
    throw new MusterError('settings-invalid', `trialDevices: 1 or more are expected, seen ${trialDevices}.`);
  }
  for (const [name, least, most] of bounds) {
    const seen = settings[name];
    if (!Number.isFinite(seen) || seen < least || seen > most) {
      const unit = name.endsWith('Seconds') ? ' seconds' : '';
      throw new MusterError('settings-invalid', `${name}: ${least} to ${most}${unit} are expected, seen ${seen}.`);
    }
  }
  return Object.freeze(settings);
}
