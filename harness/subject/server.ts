import type { SubjectView } from '#reports/run-record.ts';
import type { Identity } from '../case/identity.ts';

/** One device as a case wants it defined at the server. */
export interface DeviceDefinition {
  readonly identity: Identity;
  readonly enabled?: boolean;
  /** False: an account of that device exists, and the configuration does not define it. */
  readonly defined?: boolean;
}

/** What a case needs of a server. A server that cannot be set up so makes the case not applicable, with the reason. */
export interface ServerNeeds {
  readonly devices: readonly DeviceDefinition[];
  readonly approval?: 'auto' | 'manual';
  readonly validitySeconds?: number;
  readonly proofOfPossession?: 'pkcs10' | 'challenge';
  /** A server that can be (see `Deployment.control`) is to be controlled, and has these lifetimes; another is as it is. */
  readonly controlled?: { readonly validitySeconds: number; readonly pendingLifetimeSeconds: number };
  /** What it is told is on a disk, and it may be killed. */
  readonly durable?: boolean;
  /** How long a request may wait for approval, and a challenge be used. */
  readonly pendingLifetimeSeconds?: number;
  readonly challengeLifetimeSeconds?: number;
  /** How long a request may take to arrive. */
  readonly requestTimeoutSeconds?: number;
  /** Wrong passwords for one account before the next must wait, and after how many seconds one is forgotten. */
  readonly wrongPasswords?: number;
  readonly wrongPasswordSeconds?: number;
  /** How many devices it enrolls as a trial version, and the public key, PEM, of licenses that count. */
  readonly trialDevices?: number;
  readonly licensePublicKey?: string;
  /** Password hashes as costly as those of a server in use. */
  readonly costlyPasswords?: boolean;
  /** The devices must be known under just these names and passwords: another device will not do. */
  readonly exactly?: boolean;
  /** The devices are defined, disabled or removed meanwhile: none but the case's own will do. */
  readonly changes?: boolean;
  /** The case may leave it so that it refuses this bench for a while. */
  readonly expendable?: boolean;
  /** Lines of the configuration file; the default is `enroll enabled`. */
  readonly flags?: readonly string[];
  /** The whole configuration file, in the place of the one made of the other needs. */
  readonly configuration?: string;
}

/** The administrator of the server under test. */
export interface ServerOperator {
  approve(deviceName: string): Promise<void>;
  reject(deviceName: string, reason: string): Promise<void>;
}

/** What may happen to a server, at the word of a case. Ports, store and configuration stay. */
export interface ServerControl {
  /** Its clock moves on. */
  pass(seconds: number): void;
  restart(): Promise<void>;
  /** It starts again with another clearinghouse CA. */
  rotate(): Promise<void>;
}

/** A server under test, running and set up for one case. */
export interface Deployment {
  readonly httpUrl: string;
  readonly tlsUrl: string;
  readonly anchorPem: string;
  readonly caFingerprint: string | undefined;
  /** The devices that the case may play: its own, or the one that an external server knows. */
  readonly identities: readonly Identity[];
  readonly operator: ServerOperator | undefined;
  /** The case is for a server that issues at once; this one may want its administrator's word first, and is given it. */
  readonly approvesFirst?: boolean;
  /** Has the administrator define, disable or remove a device of the case. @throws CannotDeploy */
  readonly change: ((device: DeviceDefinition) => Promise<void>) | undefined;
  /** Puts another configuration file in the place of the one in force and has it read. @throws CannotDeploy, FileRefused */
  readonly reload: ((configuration: string) => Promise<void>) | undefined;
  /** Given where the case asked for it (`controlled`), and it can be had. */
  readonly control?: ServerControl | undefined;
  /** The administrator revokes a certificate, by its serial number; undefined where that cannot be asked for. */
  readonly revoke?: ((serialNumber: string) => Promise<void>) | undefined;
  /** How many call detail records it keeps; undefined where nobody sees them. */
  readonly usageRecords?: (() => Promise<number>) | undefined;
  /** Ends it without a word, as SIGKILL does, and starts it again. Given where the case asked for it (`durable`). */
  readonly kill?: (() => Promise<void>) | undefined;
  /** The lines of its log so far; undefined where nobody sees it. */
  readonly log: (() => readonly string[]) | undefined;
  stop(): Promise<void>;
}

/** Why a server cannot be set up as a case needs it. */
export class CannotDeploy extends Error {
  override readonly name = 'CannotDeploy';
}

/** A server did not take its administrator's word: there is no such request, or it comes too late. */
export class WordRefused extends Error {
  override readonly name = 'WordRefused';
}

/** A server did not take a configuration file, at its start or later: in its own words. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

export type ServerInfo = Omit<SubjectView, 'role'>;

/** A server under test: the reference server, or whatever answers at a URL. */
export interface ServerUnderTest {
  info(): Promise<ServerInfo>;
  /** Before the first case: undoes what a run that was killed may have left. @throws MusterError bench-broken */
  recover?(): Promise<void>;
  /** The name that the configuration file has in the server's messages. */
  configurationFile(): Promise<string>;
  /** @throws CannotDeploy, FileRefused */
  deploy(needs: ServerNeeds): Promise<Deployment>;
  /** The case is over: puts back what was set for it. */
  leave?(): Promise<void>;
}
