import type { SubjectView } from '#reports/run-record.ts';

/** What a device under test is told of one case: the environment of the adapter contract. */
export interface DeviceEnvironment {
  readonly httpUrl: string;
  readonly tlsUrl: string;
  /** PEM of the third-party CA, and the file that holds it. */
  readonly anchorPem: string;
  readonly anchorFile: string;
  readonly caFingerprintSha256: string;
  readonly caFingerprintSha1: string;
  readonly deviceName: string;
  readonly device: string;
  readonly customer: string;
  readonly username: string;
  readonly password: string;
  readonly profile: string;
  /** What the clock of the device is to say, ISO 8601; empty: its own. For devices that declare `clock`. */
  readonly clock: string;
  readonly caseId: string;
  /** A folder that stays the same for one device's life. */
  readonly stateFolder: string;
}

export type DeviceVerb = 'reset' | 'enroll' | 'retrieve' | 'renew';

/** What the device says of itself after a verb. It is a word, not a proof. `unseen`: nobody saw what it did. */
export interface DeviceWord {
  readonly kind: 'done' | 'pending' | 'refused-server' | 'refused-by-server' | 'unseen' | 'unsupported' | 'error';
  readonly detail: string;
  /** What it printed, for the evidence. */
  readonly output: string;
}

export interface DeviceState {
  readonly state: 'none' | 'pending' | 'enrolled';
  readonly certificatePem?: string;
  readonly cacertPem?: string;
}

export type DeviceInfo = Omit<SubjectView, 'role'>;

/** Nobody could tell what the device did or holds: proof of nothing, and no error either. */
export class DeviceUnseen extends Error {
  override readonly name = 'DeviceUnseen';
}

/** A device under test: the built-in gateway, or whatever an adapter drives. */
export interface DeviceUnderTest {
  info(): Promise<DeviceInfo>;
  perform(verb: DeviceVerb, environment: DeviceEnvironment): Promise<DeviceWord>;
  /** @throws MusterError bench-broken when the device cannot say; DeviceUnseen when nobody saw it */
  status(environment: DeviceEnvironment): Promise<DeviceState>;
}
