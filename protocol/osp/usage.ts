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
import { ownNumberParts, type Parties, partiesOf, partyNames, partyParts } from './parties.ts';
import type { XmlElement } from './xml-reader.ts';
import type { XmlPart } from './xml-writer.ts';

export const roles = ['source', 'destination', 'other'] as const;
export type Role = (typeof roles)[number];

/** What became of one attempt to call one destination. */
export interface UsageIndication extends Parties {
  readonly kind: 'UsageIndication';
  readonly componentId: string;
  readonly timestamp: Date;
  readonly role: Role;
  readonly transactionId: string;
  readonly callId: Uint8Array;
  readonly detail: UsageDetail;
}

export interface UsageDetail {
  /** Seconds; absent where nobody spoke. */
  readonly amount?: number;
  readonly startTime?: Date;
  readonly alertTime?: Date;
  readonly connectTime?: Date;
  readonly endTime?: Date;
  /** A Q.850 cause. */
  readonly terminationCause?: number;
  readonly releaseSource?: string;
  /** Seconds. */
  readonly postDialDelay?: number;
}

export interface UsageConfirmation {
  readonly kind: 'UsageConfirmation';
  readonly componentId: string;
  readonly timestamp: Date;
  readonly status: Status;
}

const inIndication = names(`Timestamp Role TransactionId CallId ${partyNames} Group UsageDetail Service SetupAttempt`);
const inDetail = names(
  'Service Amount Increment Unit StartTime AlertTime ConnectTime EndTime TerminationCause ReleaseSource PostDialDelay Statistics',
);
const inConfirmation = names('Timestamp Status');

/** @throws MusterError osp-malformed */
export function readUsageIndication(element: XmlElement): UsageIndication {
  refuseUnknown(element, inIndication);
  return {
    kind: 'UsageIndication',
    componentId: attributeOf(element, 'componentId'),
    timestamp: timeOf(only(element, 'Timestamp')),
    role: roleOf(only(element, 'Role')),
    transactionId: identifierOf(only(element, 'TransactionId')),
    callId: bytesOf(only(element, 'CallId')),
    ...partiesOf(element),
    detail: readDetail(only(element, 'UsageDetail')),
  };
}

export function usageIndicationPart(usage: UsageIndication): XmlPart {
  const { kind, componentId, timestamp, role, transactionId, callId, detail } = usage;
  return {
    name: kind,
    attributes: { componentId },
    content: [
      timePart('Timestamp', timestamp),
      textPart('Role', role),
      textPart('TransactionId', transactionId),
      bytesPart('CallId', callId),
      ...partyParts(usage),
      detailPart(detail),
      ...ownNumberParts(usage),
    ],
  };
}

/** @throws MusterError osp-malformed */
export function readUsageConfirmation(element: XmlElement): UsageConfirmation {
  refuseUnknown(element, inConfirmation);
  return {
    kind: 'UsageConfirmation',
    componentId: attributeOf(element, 'componentId'),
    timestamp: timeOf(only(element, 'Timestamp')),
    status: statusOf(element),
  };
}

export function usageConfirmationPart({ kind, componentId, timestamp, status }: UsageConfirmation): XmlPart {
  return {
    name: kind,
    attributes: { componentId },
    content: [timePart('Timestamp', timestamp), statusPart(status)],
  };
}

function roleOf(element: XmlElement): Role {
  const text = textOf(element);
  const role = roles.find((one) => one === text);
  if (!role) throw malformed(element, `${roles.join(', ')} are expected`);
  return role;
}

/** Times of the detail, as they are written. */
const times = [
  ['StartTime', 'startTime'],
  ['AlertTime', 'alertTime'],
  ['ConnectTime', 'connectTime'],
  ['EndTime', 'endTime'],
] as const;

function readDetail(element: XmlElement): UsageDetail {
  refuseUnknown(element, inDetail);
  const amount = optional(element, 'Amount');
  const unit = optional(element, 'Unit');
  if (unit && textOf(unit) !== 's') throw malformed(unit, 'seconds, “s”, are expected');
  const increment = optional(element, 'Increment');
  const cause = optional(element, 'TerminationCause');
  const release = optional(element, 'ReleaseSource');
  const delay = all(element, 'PostDialDelay')[0];
  const given = times.flatMap(([name, key]) => {
    const found = optional(element, name);
    return found ? [[key, timeOf(found)] as const] : [];
  });
  return {
    ...(amount ? { amount: decimalOf(amount) * (increment ? decimalOf(increment) : 1) } : {}),
    ...Object.fromEntries(given),
    ...(cause ? { terminationCause: wholeOf(only(cause, 'TCCode')) } : {}),
    ...(release ? { releaseSource: wordOf(release) } : {}),
    ...(delay ? { postDialDelay: decimalOf(delay) } : {}),
  };
}

function detailPart(detail: UsageDetail): XmlPart {
  const { amount, terminationCause, releaseSource, postDialDelay } = detail;
  return {
    name: 'UsageDetail',
    content: [
      ...(amount === undefined
        ? []
        : [textPart('Amount', decimalText(amount)), textPart('Increment', '1'), textPart('Unit', 's')]),
      ...times.map(([name, key]) => timePart(name, detail[key])),
      terminationCause === undefined
        ? undefined
        : {
            name: 'TerminationCause',
            attributes: { type: 'q850' },
            content: [textPart('TCCode', String(terminationCause))],
          },
      textPart('ReleaseSource', releaseSource),
      postDialDelay === undefined ? undefined : textPart('PostDialDelay', decimalText(postDialDelay)),
    ],
  };
}
