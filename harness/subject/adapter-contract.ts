import type { DeviceEnvironment } from './device.ts';

/** The contract of adapters (docs/device-adapter.md) as tables, for both of its sides. */

/** How an adapter ends. Any other exit status is an error of the bench. */
export const adapterStatuses = {
  done: 0,
  pending: 10,
  'refused-server': 20,
  /** An operator's adapter says so, too, of what the server did not take. */
  'refused-by-server': 21,
  unseen: 88,
  unsupported: 89,
} as const;

/** The variable that tells a device each part of its case. */
const deviceVariables: Readonly<Record<keyof DeviceEnvironment, string>> = {
  httpUrl: 'MUSTER_HTTP_URL',
  tlsUrl: 'MUSTER_TLS_URL',
  anchorFile: 'MUSTER_ANCHOR',
  anchorPem: 'MUSTER_ANCHOR_PEM',
  caFingerprintSha256: 'MUSTER_CA_FINGERPRINT_SHA256',
  caFingerprintSha1: 'MUSTER_CA_FINGERPRINT_SHA1',
  deviceName: 'MUSTER_DEVICE_NAME',
  device: 'MUSTER_DEVICE',
  customer: 'MUSTER_CUSTOMER',
  username: 'MUSTER_USERNAME',
  password: 'MUSTER_PASSWORD',
  profile: 'MUSTER_PROFILE',
  clock: 'MUSTER_CLOCK',
  calledNumber: 'MUSTER_CALLED_NUMBER',
  caseId: 'MUSTER_CASE',
  stateFolder: 'MUSTER_STATE',
};

const parts = Object.keys(deviceVariables) as (keyof DeviceEnvironment)[];

export function variablesOf(environment: DeviceEnvironment): Record<string, string> {
  return Object.fromEntries(parts.map((part) => [deviceVariables[part], environment[part]]));
}

/** The way back; what is not set is empty. */
export function environmentOf(variables: Readonly<Record<string, string | undefined>>): DeviceEnvironment {
  const entries = parts.map((part) => [part, variables[deviceVariables[part]] ?? '']);
  return Object.fromEntries(entries) as Record<keyof DeviceEnvironment, string>;
}
