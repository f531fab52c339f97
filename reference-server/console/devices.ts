import { type Configuration, type Device, deviceKey } from '#protocol/config-file/configuration.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import type { ReferenceServer } from '../server.ts';
import { type IssuedCertificate, type Standing, standingOf } from '../store/certificates.ts';

/** What of the devices is shown. */
export const deviceShows = ['all', 'waiting', 'enrolled', 'not-enrolled', 'due', 'disabled'] as const;
export type DeviceShow = (typeof deviceShows)[number];

export interface DeviceFilter {
  /** A part of the name. */
  readonly search?: string;
  readonly group?: string;
  readonly show: DeviceShow;
}

/** The devices of the configuration for which the filter holds, in its order. */
export async function findDevices(
  server: ReferenceServer,
  filter: DeviceFilter,
  now: number,
): Promise<readonly Device[]> {
  const { search = '', group, show } = filter;
  const part = search.toLowerCase();
  const isShown = await testOf(server, show, now);
  return [...server.configuration.devices.values()].filter(
    (device) =>
      (group === undefined || device.group === group) &&
      (part === '' || device.name.toLowerCase().includes(part)) &&
      isShown(device),
  );
}

async function testOf(server: ReferenceServer, show: DeviceShow, now: number): Promise<(device: Device) => boolean> {
  switch (show) {
    case 'all':
      return () => true;
    case 'enrolled':
      return ({ enrolled }) => enrolled;
    case 'not-enrolled':
      return ({ enrolled }) => !enrolled;
    case 'disabled':
      return ({ enabled }) => !enabled;
    case 'waiting': {
      const waiting = new Set((await server.engine.list('pending')).map(({ device }) => device));
      return ({ name }) => waiting.has(deviceKey(name));
    }
    case 'due': {
      const due = new Set(await devicesDue(server, now));
      return ({ name }) => due.has(deviceKey(name));
    }
  }
}

export function authorityFingerprint({ authority }: ReferenceServer): string {
  return fingerprint(authority.certificate.spki, 'sha256');
}

/** Devices that had a certificate, have none that is good by now, and might enroll again. By `deviceKey`. */
export async function devicesDue(server: ReferenceServer, now: number): Promise<readonly string[]> {
  const { devices }: Configuration = server.configuration;
  const lapsed = await server.store.lapsedDevices(authorityFingerprint(server), now);
  return lapsed.filter((name) => devices.get(name)?.enabled);
}

/** Where a device stands: what it was issued last, and what that is worth; or that it waits. */
export type DeviceStanding = Standing | 'waiting' | 'none';

export interface Enrollment {
  readonly standing: DeviceStanding;
  readonly certificate?: IssuedCertificate;
}

/** Of several devices, by `deviceKey`. */
export async function enrollmentsOf(
  server: ReferenceServer,
  devices: readonly Device[],
  now: number,
): Promise<ReadonlyMap<string, Enrollment>> {
  const authority = authorityFingerprint(server);
  const waiting = new Set((await server.engine.list('pending')).map(({ device }) => device));
  const found = await Promise.all(
    devices.map(async ({ name }): Promise<readonly [string, Enrollment]> => {
      const device = deviceKey(name);
      const [certificate] = await server.store.listCertificates({ device, limit: 1 });
      const standing = certificate ? standingOf(certificate, authority, now) : 'none';
      const shown = waiting.has(device) && standing !== 'live' ? 'waiting' : standing;
      return [device, certificate ? { standing: shown, certificate } : { standing: shown }];
    }),
  );
  return new Map(found);
}

/** How long before its end a certificate is shown as ending soon: 30 days, or a tenth of a shorter life. Milliseconds. */
export function soonMs({ settings }: ReferenceServer): number {
  return Math.min(30 * 24 * 3600, settings.validitySeconds / 10) * 1000;
}
