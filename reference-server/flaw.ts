import type { ConfigRule } from '#protocol/config-file/problems.ts';
import type { HttpRequest } from '#protocol/http.ts';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import type { OspMessage } from '#protocol/osp/message.ts';
import type { XmlLimits } from '#protocol/osp/xml-reader.ts';
import type { CertificateTemplate } from '#protocol/pki/authority.ts';
import type { Pkcs10 } from '#protocol/pki/pkcs10.ts';
import type { CallCheckId } from './clearinghouse/call-checks.ts';
import type { UsageRecord } from './clearinghouse/call-store.ts';
import type { RoutingQuirk } from './clearinghouse/routing.ts';
import type { CheckContext, CheckId, Refusal } from './enrollment/checks.ts';
import { type Action, type Occurrence, type TransactionState, transitions } from './enrollment/states.ts';
import type { Transitions } from './enrollment/step.ts';
import type { Framing } from './http/careless-connection.ts';
import type { ServerSettings } from './settings.ts';
import type { Store } from './store/store.ts';

/** What a flawed issuer does with a certificate. An empty quirk is an honest issuer. */
export interface IssuerQuirk {
  readonly ca?: boolean;
  readonly serialNumber?: Uint8Array;
  /** Counts up from the first that it made. */
  readonly serialCounts?: boolean;
  readonly shiftSeconds?: number;
  readonly commonName?: string;
  /** What it takes over from what the PKCS#10 asks for. */
  readonly grants?: (request: Pkcs10) => Partial<CertificateTemplate>;
}

/** By check: is it left out here? */
export type Waivers = Readonly<Partial<Record<CheckId, (context: CheckContext) => boolean>>>;

export type DoorCheckId = 'path' | 'post-only' | 'query' | 'body-limit' | 'tls-for-credentials' | 'ssl-flag';

/**
 * One way in which a server may be wrong, as data. A flawed server is the reference server with one flaw; a conformance
 * case that no flaw can fail proves nothing.
 */
export interface Flaw {
  readonly id: string;
  readonly explanation: string;
  /** Checks of a message, of the HTTP door, and rules of the configuration file that this server leaves out. */
  readonly omits: ReadonlySet<CheckId | DoorCheckId | CallCheckId>;
  readonly omitsRules: ReadonlySet<ConfigRule>;
  /** Rows of the state table that differ. */
  readonly transitions?: Partial<Record<'none' | TransactionState, Partial<Record<Occurrence, Action>>>>;
  /** Where this says so, a check of a message is not made. */
  readonly waives?: Waivers;
  /** Where this says why, a check fails before it is made. */
  readonly presumes?: Readonly<Partial<Record<CheckId, (context: CheckContext) => string | undefined>>>;
  /** Settings that are what they are, whatever the operator chose; here they may be out of bounds. */
  readonly settings?: Partial<ServerSettings>;
  readonly retrieveNonce?: 'repeated' | 'any';
  readonly issuer?: IssuerQuirk;
  readonly nonceScope?: 'device';
  /** The nonces of getcacert are counted up. */
  readonly nonceCounts?: boolean;
  /** What it makes of the store that it is given. */
  readonly keeps?: (store: Store) => Store;
  /** getcacert gives the certificate that the server started with. */
  readonly givesFirstAuthority?: boolean;
  /** Two messages at once may both be decided on by what was there before either. */
  readonly races?: boolean;
  /** Another text for a refusal. */
  readonly errorText?: (refusal: Refusal, message: EnrollmentMessage) => string | undefined;
  /** Takes a configuration file that has errors into force when it is reloaded, as an empty one. */
  readonly appliesBadReload?: boolean;
  /** Takes whatever stands in the license line for a license. */
  readonly trustsLicenses?: boolean;
  /** The status that takes the place of another. */
  readonly statusInstead?: Readonly<Record<number, number>>;
  /** Answers HTTP 500 to what it cannot read: a message, a PKCS#10, or XML. */
  readonly crashesOn?: 'message' | 'pkcs10' | 'osp';
  /** Makes something else of a body before it is read, as careless readers do. */
  readonly reads?: (body: string) => string;
  /** The same with the DER of a PKCS#10. */
  readonly readsPkcs10?: (der: Uint8Array) => Uint8Array;
  /** Makes something else of an XML message before it is read, and of its answer before it is sent. */
  readonly readsOsp?: (body: Uint8Array) => Uint8Array;
  readonly answersOsp?: (answer: OspMessage) => OspMessage;
  readonly xmlLimits?: XmlLimits;
  readonly routing?: RoutingQuirk;
  /** What it takes two reports of usage for the same by. */
  readonly usageDigest?: (record: UsageRecord) => string;
  /** A line for the log that should not be there. */
  readonly logs?: (request: HttpRequest) => string | undefined;
  /** Where it takes a body to end. */
  readonly framing?: Framing;
  /** What its TLS listener agrees to. */
  readonly tls?: { readonly minVersion?: 'TLSv1'; readonly ciphers?: string };
  readonly maximumConnections?: number;
  /** Beyond so many requests at once it answers HTTP 503. */
  readonly mostAtOnce?: number;
  /** One answer at a time, whoever asked. */
  readonly answersInLine?: boolean;
  /** Header fields of its answers that differ. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const honest: Flaw = {
  id: 'honest',
  explanation: 'The reference server as it is.',
  omits: new Set(),
  omitsRules: new Set(),
};

type FlawPart = Omit<Partial<Flaw>, 'id' | 'explanation' | 'omits' | 'omitsRules'> & {
  readonly omits?: readonly (CheckId | DoorCheckId | CallCheckId)[];
  readonly omitsRules?: readonly ConfigRule[];
};

export function flaw(id: string, explanation: string, { omits, omitsRules, ...rest }: FlawPart): Flaw {
  return { id, explanation, omits: new Set(omits), omitsRules: new Set(omitsRules), ...rest };
}

/** The state table of a server with this flaw. */
export function transitionsWith({ transitions: changed = {} }: Flaw): Transitions {
  return {
    none: { ...transitions.none, ...changed.none },
    pending: { ...transitions.pending, ...changed.pending },
    issued: { ...transitions.issued, ...changed.issued },
    rejected: { ...transitions.rejected, ...changed.rejected },
  };
}
