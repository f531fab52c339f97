import { all, attributeOf, malformed, optional, textPart, wordOf } from './fields.ts';
import type { XmlElement } from './xml-reader.ts';
import type { XmlPart } from './xml-writer.ts';

/** A number or an address, with what it is: `e164`, `subscriber`, `transport`. */
export interface Party {
  readonly type: string;
  readonly value: string;
}

/** Who calls whom, and what the device says of itself. */
export interface Parties {
  readonly sourceInfo?: Party;
  readonly sourceAlternates: readonly Party[];
  /** E.164 in the main: its digits, often without the plus. */
  readonly calledNumber: string;
  /** The type `transport` is the address that is called. */
  readonly destinationAlternates: readonly Party[];
  /** Numbers of Table 1: a word of the device, not a proof. */
  readonly customerId?: string;
  readonly deviceId?: string;
}

/** The elements of these. */
export const partyNames =
  'SourceInfo SourceAlternate DestinationInfo DestinationAlternate DeviceInfo CustomerId DeviceId';

/** @throws MusterError osp-malformed */
export function partiesOf(element: XmlElement): Parties {
  const [source] = all(element, 'SourceInfo');
  const customer = optional(element, 'CustomerId');
  const device = optional(element, 'DeviceId');
  return {
    ...(source ? { sourceInfo: partyOf(source) } : {}),
    sourceAlternates: all(element, 'SourceAlternate').map(partyOf),
    calledNumber: calledNumberOf(element),
    destinationAlternates: all(element, 'DestinationAlternate').map(partyOf),
    ...(customer ? { customerId: wordOf(customer) } : {}),
    ...(device ? { deviceId: wordOf(device) } : {}),
  };
}

export function partyParts(parties: Parties): (XmlPart | undefined)[] {
  const { sourceInfo, sourceAlternates, calledNumber, destinationAlternates } = parties;
  return [
    sourceInfo && partyPart('SourceInfo', sourceInfo),
    ...sourceAlternates.map((party) => partyPart('SourceAlternate', party)),
    calledNumberPart(calledNumber),
    ...destinationAlternates.map((party) => partyPart('DestinationAlternate', party)),
  ];
}

/** As the deployed client sends them: whoever does not know them may ignore them. */
export function ownNumberParts({ customerId, deviceId }: Parties): (XmlPart | undefined)[] {
  const attributes = { critical: 'false' };
  const part = (name: string, content: string | undefined) => {
    const text = textPart(name, content);
    return text && { ...text, attributes };
  };
  return [part('CustomerId', customerId), part('DeviceId', deviceId)];
}

/** Of several forms of the called party, the number. @throws MusterError osp-malformed */
export function calledNumberOf(element: XmlElement): string {
  const numbers = all(element, 'DestinationInfo').filter(({ attributes }) => attributes.get('type') === 'e164');
  const [number, another] = numbers;
  if (!number) throw malformed(element, 'a DestinationInfo of the type e164 is expected, seen none');
  if (another) throw malformed(another, 'one of the type e164 is expected, seen another');
  return wordOf(number);
}

export function calledNumberPart(value: string): XmlPart {
  return partyPart('DestinationInfo', { type: 'e164', value });
}

function partyOf(element: XmlElement): Party {
  return { type: attributeOf(element, 'type'), value: wordOf(element) };
}

function partyPart(name: string, { type, value }: Party): XmlPart {
  return { name, attributes: { type }, content: value };
}
