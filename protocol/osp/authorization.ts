import {
  all,
  attributeOf,
  bytesOf,
  bytesPart,
  decimalOf,
  decimalText,
  identifierOf,
  malformed,
  names,
  only,
  optional,
  refuseUnknown,
  type Status,
  statusOf,
  statusPart,
  textOf,
  textPart,
  timeOf,
  timePart,
  wholeOf,
  wordOf,
} from './fields.ts';
import {
  calledNumberOf,
  calledNumberPart,
  ownNumberParts,
  type Parties,
  partiesOf,
  partyNames,
  partyParts,
} from './parties.ts';
import type { XmlElement } from './xml-reader.ts';
import type { XmlPart } from './xml-writer.ts';

/** "the called telephone number, … a call identifier … and, for certain applications, the telephone number for the calling party" */
export interface AuthorizationRequest extends Parties {
  readonly kind: 'AuthorizationRequest';
  readonly componentId: string;
  readonly timestamp: Date;
  /** One at least. */
  readonly callIds: readonly Uint8Array[];
  readonly maximumDestinations?: number;
}

/** Where a call may go, and for how long. */
export interface Destination {
  readonly callId: Uint8Array;
  readonly calledNumber: string;
  /** `[10.0.0.1]`, `[host]:port`. */
  readonly signalAddress: string;
  readonly token: Uint8Array;
  readonly validAfter: Date;
  readonly validUntil: Date;
  /** Seconds. */
  readonly amount: number;
}

/** Granted with destinations; refused by its status, without any. */
export interface AuthorizationResponse {
  readonly kind: 'AuthorizationResponse';
  readonly componentId: string;
  readonly timestamp: Date;
  readonly status: Status;
  /** Decimal, of at most 64 bits. */
  readonly transactionId?: string;
  readonly destinations: readonly Destination[];
}

const inRequest = names(`Timestamp CallId ${partyNames} Service MaximumDestinations Group UsageDetail TokenInfo`);
const inResponse = names('Timestamp Status TransactionId Destination DelayLimit DelayPreference');
const inDestination = names(
  'CallId SourceInfo DestinationInfo DestinationAlternate DestinationSignalAddress Token ValidAfter ValidUntil UsageDetail AuthorityURL',
);

/** @throws MusterError osp-malformed */
export function readAuthorizationRequest(element: XmlElement): AuthorizationRequest {
  refuseUnknown(element, inRequest);
  const callIds = all(element, 'CallId').map(bytesOf);
  if (callIds.length === 0) throw malformed(element, 'a CallId is expected, seen none');
  const maximum = optional(element, 'MaximumDestinations');
  if (maximum && wholeOf(maximum) === 0) throw malformed(maximum, 'at least 1 is expected');
  return {
    kind: 'AuthorizationRequest',
    componentId: attributeOf(element, 'componentId'),
    timestamp: timeOf(only(element, 'Timestamp')),
    callIds,
    ...partiesOf(element),
    ...(maximum ? { maximumDestinations: wholeOf(maximum) } : {}),
  };
}

export function authorizationRequestPart(request: AuthorizationRequest): XmlPart {
  const { kind, componentId, timestamp, callIds, maximumDestinations } = request;
  return {
    name: kind,
    attributes: { componentId },
    content: [
      timePart('Timestamp', timestamp),
      ...callIds.map((callId) => bytesPart('CallId', callId)),
      ...partyParts(request),
      { name: 'Service' },
      textPart('MaximumDestinations', maximumDestinations === undefined ? undefined : String(maximumDestinations)),
      ...ownNumberParts(request),
    ],
  };
}

/** @throws MusterError osp-malformed */
export function readAuthorizationResponse(element: XmlElement): AuthorizationResponse {
  refuseUnknown(element, inResponse);
  const transaction = optional(element, 'TransactionId');
  return {
    kind: 'AuthorizationResponse',
    componentId: attributeOf(element, 'componentId'),
    timestamp: timeOf(only(element, 'Timestamp')),
    status: statusOf(element),
    ...(transaction ? { transactionId: identifierOf(transaction) } : {}),
    destinations: all(element, 'Destination').map(readDestination),
  };
}

export function authorizationResponsePart(response: AuthorizationResponse): XmlPart {
  const { componentId, timestamp, status, transactionId, destinations } = response;
  return {
    name: response.kind,
    attributes: { componentId },
    content: [
      timePart('Timestamp', timestamp),
      statusPart(status),
      textPart('TransactionId', transactionId),
      ...destinations.map(destinationPart),
    ],
  };
}

function readDestination(element: XmlElement): Destination {
  refuseUnknown(element, inDestination);
  const usage = only(element, 'UsageDetail');
  const unit = only(usage, 'Unit');
  if (textOf(unit) !== 's') throw malformed(unit, 'seconds, “s”, are expected');
  return {
    callId: bytesOf(only(element, 'CallId')),
    calledNumber: calledNumberOf(element),
    signalAddress: wordOf(only(element, 'DestinationSignalAddress')),
    token: bytesOf(only(element, 'Token')),
    validAfter: timeOf(only(element, 'ValidAfter')),
    validUntil: timeOf(only(element, 'ValidUntil')),
    amount: decimalOf(only(usage, 'Amount')) * decimalOf(only(usage, 'Increment')),
  };
}

function destinationPart(destination: Destination): XmlPart {
  const { callId, calledNumber, signalAddress, token, validAfter, validUntil, amount } = destination;
  return {
    name: 'Destination',
    content: [
      bytesPart('CallId', callId),
      calledNumberPart(calledNumber),
      textPart('DestinationSignalAddress', signalAddress),
      bytesPart('Token', token),
      timePart('ValidAfter', validAfter),
      timePart('ValidUntil', validUntil),
      allowedUsagePart(amount),
    ],
  };
}

/** So many seconds may be used. */
export function allowedUsagePart(amount: number): XmlPart {
  const seconds = [textPart('Amount', decimalText(amount)), textPart('Increment', '1'), textPart('Unit', 's')];
  return { name: 'UsageDetail', content: [{ name: 'Service' }, ...seconds] };
}
