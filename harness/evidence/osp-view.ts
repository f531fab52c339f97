import { MusterError } from '#protocol/errors.ts';
import { readXml, type XmlElement } from '#protocol/osp/xml-reader.ts';

export interface OspView {
  /** `AuthorizationRequest`, `AuthorizationResponse 200`. */
  readonly label: string;
  /** Each text, by the names that lead to it; attributes stand beside the name of their element. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** An XML message as a person reads it; undefined for anything else. */
export function viewOsp(body: Uint8Array): OspView | undefined {
  if (body[0] !== 0x3c) return undefined;
  try {
    const message = readXml(body);
    const label = message.children.map((component) => [component.name, ...codesIn(component)].join(' ')).join(', ');
    return { label: label || message.name, fields: [...fieldsOf(message, '')] };
  } catch (thrown) {
    if (thrown instanceof MusterError) return undefined;
    throw thrown;
  }
}

function codesIn(element: XmlElement): string[] {
  const own = element.name === 'Code' ? [element.text.trim()] : [];
  return [...own, ...element.children.flatMap((child) => (child.name === 'Destination' ? [] : codesIn(child)))];
}

function* fieldsOf(element: XmlElement, above: string): Generator<readonly [string, string]> {
  const attributes = [...element.attributes].map(([name, value]) => ` ${name}=${value}`).join('');
  const name = `${above}${element.name}${attributes}`;
  const text = element.text.trim();
  if (text !== '' || element.children.length === 0) yield [name, text];
  for (const child of element.children) yield* fieldsOf(child, `${above}${element.name} › `);
}
