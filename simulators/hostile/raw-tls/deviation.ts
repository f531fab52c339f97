import type { CipherSuite } from './cipher-suites.ts';
import type { ClientHello } from './client-hello.ts';

/** Where a server may differ from an honest one; empty, it is honest. Each member is one place in the handshake. */
export interface Deviation {
  /** The version that the ServerHello names, of TLS 1.2 and older. */
  readonly version?: number;
  /** The suite that the ServerHello names; undefined when there is none that shows the fault to this client. */
  readonly suite?: (hello: ClientHello, authentication: CipherSuite['authentication']) => number | undefined;
  /** The random of the ServerHello. */
  readonly random?: (random: Buffer) => Buffer;
  /** The certificates that are shown, DER, the leaf first. */
  readonly certificates?: (chain: readonly Buffer[]) => readonly Buffer[];
  /** A message of the server as it goes out; undefined leaves it out. */
  readonly message?: (type: number, message: Buffer) => Buffer | undefined;
  /** The handshake is signed by a key of the same kind that is not the certificate's. */
  readonly strangerSigns?: boolean;
  /** What is signed in place of what should be. */
  readonly signedContent?: (content: Buffer) => Buffer;
  readonly signature?: (signature: Buffer) => Buffer;
  /** The server says that it goes on with a session of before, and shows no certificate. It has no key of any session. */
  readonly claimsSession?: boolean;
  /** Once the client has sent something, the server asks for another handshake, and shows another certificate there. */
  readonly renegotiates?: boolean;
  /** The content of the Finished. */
  readonly verifyData?: (data: Buffer) => Buffer;
}
