import { randomBytes } from 'node:crypto';
import { ManualClock } from '#protocol/clock.ts';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import type { SignatureId } from '#protocol/pki/algorithms.ts';
import { createAuthority } from '#protocol/pki/authority.ts';
import { generateKeyPair, type KeyPair, privateKeyPem, spkiOf } from '#protocol/pki/keys.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { type ProfileId, profiles, signatureFor } from '#protocol/pki/profiles.ts';
import { type Account, hashPassword } from './accounts.ts';
import type { AuditEvent } from './audit.ts';
import { ReferenceServer, type ServerParts } from './server.ts';
import type { ServerOptions } from './settings.ts';

/** What a device knows of itself (WO 01/47232, Table 1). */
export interface SampleDevice {
  readonly deviceName: string;
  readonly device: string;
  readonly customer: string;
  readonly username: string;
  readonly password: string;
}

const north = { customer: '1000', username: 'north', password: 'north-star%0' };

/** A small fleet: two customers; one device each that is disabled, undefined, or known by its address. */
export const fleet = {
  gateway: { ...north, device: '1', deviceName: 'gw1.example.com' },
  sibling: { ...north, device: '2', deviceName: 'gw2.example.com' },
  stranger: { customer: '2000', username: 'south', password: 'wind', device: '1', deviceName: 'gw.example.org' },
  disabled: { ...north, device: '3', deviceName: 'off.example.com' },
  undefined: { ...north, device: '4', deviceName: 'nowhere.example.com' },
  address: { ...north, device: '5', deviceName: '192.0.2.7' },
  address6: { ...north, device: '6', deviceName: '2001:db8::7' },
} as const satisfies Record<string, SampleDevice>;

export const fleetConfiguration = `enroll enabled
group north
group south
device GW1.example.com north enabled
device gw2.example.com north enabled
device gw.example.org south enabled
device off.example.com north disabled
device 192.0.2.7 north enabled
device 2001:db8::7 north enabled
`;

let accounts: Promise<Account[]> | undefined;

/** The accounts of the fleet, with the cheapest hashes there are. */
export function fleetAccounts(): Promise<Account[]> {
  accounts ??= Promise.all(
    Object.values(fleet).map(async ({ password, ...account }) => ({
      ...account,
      passwordHash: await hashPassword(password, 2),
    })),
  );
  return accounts;
}

const tlsIdentities = new Map<ProfileId, Promise<ServerOptions['tls']>>();

async function createTlsIdentity(id: ProfileId): Promise<ServerOptions['tls']> {
  const profile = profiles[id];
  const period = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
  const [authorityKey, key] = [await generateKeyPair(profile.authorityKey), await generateKeyPair(profile.deviceKey)];
  const authority = createAuthority({
    ...period,
    subject: [{ type: 'CN', value: 'Third-Party CA' }],
    key: authorityKey,
    signature: profile.authoritySignature,
  });
  const certificate = authority.issue({
    ...period,
    subject: [{ type: 'CN', value: 'localhost' }],
    spki: spkiOf(key.publicKey),
    dnsNames: ['localhost'],
  });
  return { chainPem: toPem('CERTIFICATE', certificate.der), keyPem: privateKeyPem(key) };
}

/** A certificate and key for a TLS listener; one for each profile. */
function tlsIdentity(id: ProfileId): Promise<ServerOptions['tls']> {
  const known = tlsIdentities.get(id) ?? createTlsIdentity(id);
  tlsIdentities.set(id, known);
  return known;
}

export interface SampleServer {
  readonly server: ReferenceServer;
  readonly clock: ManualClock;
  readonly events: AuditEvent[];
}

/** A server of the fleet on free ports, not started, with a clock that stands still. */
export async function createSampleServer(
  options: Partial<ServerOptions> = {},
  parts: ServerParts = {},
): Promise<SampleServer> {
  const clock = new ManualClock(new Date());
  const events: AuditEvent[] = [];
  const server = await ReferenceServer.create(
    {
      configuration: { text: fleetConfiguration, fileName: 'fleet.conf' },
      accounts: await fleetAccounts(),
      tls: await tlsIdentity(options.profile ?? 'modern'),
      httpPort: 0,
      tlsPort: 0,
      ...options,
    },
    { clock, audit: (event) => events.push(event), ...parts },
  );
  return { server, clock, events };
}

export interface MessageWishes {
  readonly operation?: 'request' | 'retrieve';
  readonly nonce?: string;
  readonly key?: KeyPair;
  readonly profile?: ProfileId;
  readonly signature?: SignatureId;
  readonly commonName?: string;
  readonly challengePassword?: string;
}

/** The message of an honest device, but for what is wished otherwise. */
export async function enrollmentOf(from: SampleDevice, wishes: MessageWishes = {}): Promise<EnrollmentMessage> {
  const { deviceName, ...identity } = from;
  const profile = profiles[wishes.profile ?? 'modern'];
  const key = wishes.key ?? (await generateKeyPair(profile.deviceKey));
  return {
    ...identity,
    operation: wishes.operation ?? 'request',
    nonce: wishes.nonce === undefined ? new Uint8Array(randomBytes(16)) : new Uint8Array(Buffer.from(wishes.nonce)),
    pkcs10: createPkcs10({
      key,
      subject: [{ type: 'CN', value: wishes.commonName ?? deviceName }],
      signature: wishes.signature ?? signatureFor(key.publicKey, profile),
      challengePassword: wishes.challengePassword,
    }),
  };
}
