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
  /** The number that `call` calls; empty at every other verb. */
  readonly calledNumber: string;
  readonly caseId: string;
  /** A folder that stays the same for one device's life. */
  readonly stateFolder: string;
}

export type DeviceVerb = 'reset' | 'enroll' | 'retrieve' | 'renew' | 'call';

/** What the device says of itself after a verb. It is a word, not a proof. `unseen`: nobody saw what it did. */
export interface DeviceWord {
  readonly kind: 'done' | 'pending' | 'refused-server' | 'refused-by-server' | 'unseen' | 'unsupported' | 'error';
  readonly detail: string;
  /** What it printed, for the evidence. */
  readonly output: string;
  /** It was stopped when its time was over: nobody knows how it would have ended. */
  readonly stopped?: true;
  /** It broke down by itself, on a bad access or an abort. */
  readonly crashed?: true;
}

export interface DeviceState {
  readonly state: 'none' | 'pending' | 'enrolled';
  readonly certificatePem?: string;
  readonly cacertPem?: string;
}

/** What the bench tells a device of time, where it can: the built-in gateway alone. */
export interface Pace {
  /** For one message and its whole answer. */
  readonly timeoutSeconds: number;
  /** How often a message is sent again when its answer was lost. */
  readonly retries: number;
  readonly pollIntervalSeconds: number;
  /** Polls of one verb. */
  readonly maximumPolls: number;
}

export type DeviceInfo = Omit<SubjectView, 'role'>;

/** Nobody could tell what the device did or holds: proof of nothing, and no error either. */
export class DeviceUnseen extends Error {
  override readonly name = 'DeviceUnseen';
}

/** A device under test: the built-in gateway, or whatever an adapter drives. */
export interface DeviceUnderTest {
  /** How long it may wait for one answer that does not end; whoever waits longer does not end in time. */
  readonly patienceSeconds: number;
  /** How long it was told to wait between two polls; undefined when nobody here knows. */
  readonly pollIntervalSeconds?: number | undefined;
  info(): Promise<DeviceInfo>;
  perform(verb: DeviceVerb, environment: DeviceEnvironment): Promise<DeviceWord>;
  /** @throws MusterError bench-broken when the device cannot say; DeviceUnseen when nobody saw it */
  status(environment: DeviceEnvironment): Promise<DeviceState>;
}
