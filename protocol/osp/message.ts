import {
  type AuthorizationRequest,
  type AuthorizationResponse,
  authorizationRequestPart,
  authorizationResponsePart,
  readAuthorizationRequest,
  readAuthorizationResponse,
} from './authorization.ts';
import { attributeOf, malformed, type Status, statusOf, statusPart } from './fields.ts';
import {
  readUsageConfirmation,
  readUsageIndication,
  type UsageConfirmation,
  type UsageIndication,
  usageConfirmationPart,
  usageIndicationPart,
} from './usage.ts';
import { readXml, type XmlElement, type XmlLimits } from './xml-reader.ts';
import { writeXml, type XmlPart } from './xml-writer.ts';

/** What was wrong with a whole message; `Status` alone is of this project. */
export interface MessageStatus {
  readonly kind: 'Status';
  readonly status: Status;
}

export type Component =
  | AuthorizationRequest
  | AuthorizationResponse
  | UsageIndication
  | UsageConfirmation
  | MessageStatus;

/** One message of the Open Settlement Protocol (ETSI TS 101 321), as far as what follows enrollment needs it. */
export interface OspMessage {
  readonly messageId: string;
  /** Any characters, repeated in the answer. */
  readonly random?: string;
  /** One at least. */
  readonly components: readonly Component[];
}

/** A message whose components were not read yet. */
export interface Envelope extends Omit<OspMessage, 'components'> {
  readonly elements: readonly XmlElement[];
}

const mostComponents = 64;

/** @throws MusterError xml-malformed, osp-malformed; of a wrong component nothing is said yet */
export function openMessage(bytes: Uint8Array, limits?: XmlLimits): Envelope {
  const root = readXml(bytes, limits);
  if (root.name !== 'Message') throw malformed(root, 'a Message is expected');
  const random = root.attributes.get('random');
  const elements = root.children;
  if (elements.length === 0 || elements.length > mostComponents)
    throw malformed(root, `1 to ${mostComponents} components are expected, seen ${elements.length}`);
  return { messageId: attributeOf(root, 'messageId'), ...(random === undefined ? {} : { random }), elements };
}

const readers: Readonly<Record<Component['kind'], (element: XmlElement) => Component>> = {
  AuthorizationRequest: readAuthorizationRequest,
  AuthorizationResponse: readAuthorizationResponse,
  UsageIndication: readUsageIndication,
  UsageConfirmation: readUsageConfirmation,
  Status: (element) => ({ kind: 'Status', status: statusOf({ ...element, children: [element] }) }),
};

/** @throws MusterError osp-malformed; 501 for a component that is not known here */
export function readComponent(element: XmlElement): Component {
  if (!Object.hasOwn(readers, element.name)) throw malformed(element, 'this component is not known here', 501);
  return readers[element.name as Component['kind']](element);
}

/** The strict voice: every component counts. @throws MusterError xml-malformed, osp-malformed */
export function decodeMessage(bytes: Uint8Array): OspMessage {
  const { elements, ...message } = openMessage(bytes);
  return { ...message, components: elements.map(readComponent) };
}

export function encodeMessage({ messageId, random, components }: OspMessage): Uint8Array {
  return writeXml({ name: 'Message', attributes: { messageId, random }, content: components.map(partOf) });
}

function partOf(component: Component): XmlPart {
  switch (component.kind) {
    case 'AuthorizationRequest':
      return authorizationRequestPart(component);
    case 'AuthorizationResponse':
      return authorizationResponsePart(component);
    case 'UsageIndication':
      return usageIndicationPart(component);
    case 'UsageConfirmation':
      return usageConfirmationPart(component);
    case 'Status':
      return statusPart(component.status);
  }
}
