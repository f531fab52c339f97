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
  /** How long a request may wait for approval, and a challenge be used. */
  readonly pendingLifetimeSeconds?: number;
  readonly challengeLifetimeSeconds?: number;
  /** How long a request may take to arrive. */
  readonly requestTimeoutSeconds?: number;
  /** Wrong passwords for one account before the next must wait, and after how many seconds one is forgotten. */
  readonly wrongPasswords?: number;
  readonly wrongPasswordSeconds?: number;
  /** Password hashes as costly as those of a server in use. */
  readonly costlyPasswords?: boolean;
  /** The devices must be known under just these names and passwords: another device will not do. */
  readonly exactly?: boolean;
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
  /** Puts another configuration file in the place of the one in force and has it read. Rejects with the server's words. */
  readonly reload: ((configuration: string) => Promise<void>) | undefined;
  /** Given where the case asked for it (`controlled`), and it can be had. */
  readonly control?: ServerControl | undefined;
  /** The lines of its log so far; undefined where nobody sees it. */
  readonly log: (() => readonly string[]) | undefined;
  stop(): Promise<void>;
}

/** Why a server cannot be set up as a case needs it. */
export class CannotDeploy extends Error {
  override readonly name = 'CannotDeploy';
}

/** A server did not start with a configuration file: in its own words. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

export type ServerInfo = Omit<SubjectView, 'role'>;

/** A server under test: the reference server, or whatever answers at a URL. */
export interface ServerUnderTest {
  info(): ServerInfo;
  /** @throws CannotDeploy, StartRefused */
  deploy(needs: ServerNeeds): Promise<Deployment>;
}
