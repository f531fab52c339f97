import type { Duplex } from 'node:stream';

/** One HTTP request as a server sees it, whatever carried it. */
export interface HttpRequest {
  readonly method: string;
  /** The path with its query, as on the request line. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** True when it came over TLS. */
  readonly secure: boolean;
  /** Where it came from, `address:port`. */
  readonly from: string;
  /** The certificate that the client showed in TLS, DER; nobody verified it yet. */
  readonly peerCertificate?: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** For peers that misbehave: writes on the connection itself, and ends it, in the place of all the rest. */
  readonly takeOver?: (connection: Duplex) => Promise<void>;
}

/** What a listener asks for an answer: an honest server, or one that lies. */
export type Responder = (request: HttpRequest) => Promise<HttpAnswer>;
