import { MusterError } from '../errors.ts';
import { ipBytes, ipRangeBytes } from './addresses.ts';
import { encodeDer, encodeOid, tags } from './der.ts';

/** RFC 5280 §4.2.1 and the extensions that Muster writes and reads. */
export const extensionOids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** RFC 5280 §4.2.1.12 */
export const purposeOids = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  /** What verifiers of signed data look for. */
  emailProtection: '1.3.6.1.5.5.7.3.4',
  any: '2.5.29.37.0',
} as const;

/** In the order of their bits (RFC 5280 §4.2.1.3). */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsages)[number];

export interface BasicConstraintsValue {
  readonly ca: boolean;
  readonly pathLength?: number;
}

/** An extension as it is: its value is DER, or whatever a hostile peer puts there. */
export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** What a certificate is to say, or what a PKCS#10 asks for. Absent: the extension is not there. */
export interface ExtensionWishes {
  readonly basicConstraints?: BasicConstraintsValue | undefined;
  readonly keyUsage?: readonly KeyUsage[] | undefined;
  readonly extendedKeyUsage?: readonly Exclude<keyof typeof purposeOids, 'any'>[] | undefined;
  readonly dnsNames?: readonly string[] | undefined;
  readonly ipAddresses?: readonly string[] | undefined;
  readonly nameConstraints?: NameConstraintWishes | undefined;
  /** Put after the others, unchanged: unknown, doubled or malformed ones, for tests of those who read them. */
  readonly extraExtensions?: readonly RawExtension[] | undefined;
}

/** DNS names as RFC 5280 §4.2.1.10 writes them (`example.com` covers its subdomains), addresses as `10.0.0.0/8`. */
export interface NameConstraintWishes {
  readonly permittedDns?: readonly string[];
  readonly excludedDns?: readonly string[];
  readonly permittedIp?: readonly string[];
  readonly excludedIp?: readonly string[];
}

/** Most certificates of one authority say the same; what was encoded once is kept. */
const encoded = new Map<string, Uint8Array>();
const encodedAtMost = 256;

function once(id: string, encode: () => Uint8Array): Uint8Array {
  const known = encoded.get(id);
  if (known !== undefined) return known;
  const der = encode();
  if (encoded.size < encodedAtMost) encoded.set(id, der);
  return der;
}

const booleanTrue = Uint8Array.of(tags.boolean, 1, 0xff);

/** RFC 5280 §4.1: Extension; critical DEFAULT FALSE is left out, as DER asks. */
export function encodeExtension({ oid, critical, value }: RawExtension): Uint8Array {
  const parts = critical ? [encodeOid(oid), booleanTrue] : [encodeOid(oid)];
  return encodeDer(tags.sequence, ...parts, encodeDer(tags.octetString, value));
}

/** An INTEGER of a whole number from 0 on. */
function encodeNumber(value: number): Uint8Array {
  const hex = value.toString(16);
  // A first bit that is set would make it negative.
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return encodeDer(tags.integer, ...((bytes[0] ?? 0) > 0x7f ? [Uint8Array.of(0)] : []), bytes);
}

/** A BIT STRING without its last zero bits (ITU-T X.690 §11.2.2). */
function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  const last = Math.max(-1, ...usages.map((usage) => keyUsages.indexOf(usage)));
  const bytes = new Uint8Array((last >> 3) + 1);
  for (const usage of usages) {
    const bit = keyUsages.indexOf(usage);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  }
  return encodeDer(tags.bitString, Uint8Array.of(last < 0 ? 0 : 7 - (last & 7)), bytes);
}

/** The wished extensions as DER, one Extension each. @throws MusterError settings-invalid for an address that is none */
export function encodeExtensions(wishes: ExtensionWishes, subjectIsEmpty = false): Uint8Array[] {
  const extensions: Uint8Array[] = [];
  const { basicConstraints: basic, keyUsage, extendedKeyUsage, nameConstraints } = wishes;
  if (basic !== undefined) {
    extensions.push(
      once(`basicConstraints ${basic.ca} ${basic.pathLength}`, () => {
        const length = basic.pathLength === undefined ? [] : [encodeNumber(basic.pathLength)];
        const value = encodeDer(tags.sequence, ...(basic.ca ? [booleanTrue] : []), ...length);
        return encodeExtension({ oid: extensionOids.basicConstraints, critical: true, value });
      }),
    );
  }
  if (keyUsage !== undefined) {
    extensions.push(
      once(`keyUsage ${keyUsage.join(' ')}`, () =>
        encodeExtension({ oid: extensionOids.keyUsage, critical: true, value: encodeKeyUsage(keyUsage) }),
      ),
    );
  }
  if (extendedKeyUsage !== undefined) {
    extensions.push(
      once(`extendedKeyUsage ${extendedKeyUsage.join(' ')}`, () =>
        encodeExtension({
          oid: extensionOids.extendedKeyUsage,
          critical: false,
          value: encodeDer(tags.sequence, ...extendedKeyUsage.map((usage) => encodeOid(purposeOids[usage]))),
        }),
      ),
    );
  }
  const names = [...(wishes.dnsNames ?? []).map(dnsName), ...(wishes.ipAddresses ?? []).map(ipAddress)];
  if (names.length > 0) {
    // RFC 5280 §4.2.1.6: critical where the subject is empty.
    extensions.push(
      encodeExtension({
        oid: extensionOids.subjectAltName,
        critical: subjectIsEmpty,
        value: encodeDer(tags.sequence, ...names),
      }),
    );
  }
  if (nameConstraints !== undefined) {
    // RFC 5280 §4.2.1.10: MUST be critical.
    extensions.push(
      encodeExtension({
        oid: extensionOids.nameConstraints,
        critical: true,
        value: encodeNameConstraints(nameConstraints),
      }),
    );
  }
  return [...extensions, ...(wishes.extraExtensions ?? []).map(encodeExtension)];
}

/** GeneralName (RFC 5280 §4.2.1.6): [2] dNSName, IA5String. */
function dnsName(name: string): Uint8Array {
  return encodeDer(0x82, Buffer.from(name, 'latin1'));
}

/** GeneralName: [7] iPAddress, OCTET STRING. */
function ipAddress(address: string): Uint8Array {
  const bytes = ipBytes(address);
  if (bytes === undefined) {
    throw new MusterError('settings-invalid', `An IP address is expected for a certificate, «${address}» was given.`);
  }
  return encodeDer(0x87, bytes);
}

function ipRange(range: string): Uint8Array {
  const bytes = ipRangeBytes(range);
  if (bytes === undefined) {
    throw new MusterError('settings-invalid', `A range such as 10.0.0.0/8 is expected, «${range}» was given.`);
  }
  return encodeDer(0x87, bytes);
}

function encodeNameConstraints(wishes: NameConstraintWishes): Uint8Array {
  const trees = (tag: number, dns: readonly string[] = [], ip: readonly string[] = []) => {
    const names = [...dns.map(dnsName), ...ip.map(ipRange)];
    return names.length === 0 ? [] : [encodeDer(tag, ...names.map((name) => encodeDer(tags.sequence, name)))];
  };
  return encodeDer(
    tags.sequence,
    ...trees(0xa0, wishes.permittedDns, wishes.permittedIp),
    ...trees(0xa1, wishes.excludedDns, wishes.excludedIp),
  );
}

/** RFC 5280 §4.2.1.2: the SHA-1 of the key's bits, from the caller. */
export function encodeSubjectKeyIdentifier(id: Uint8Array): Uint8Array {
  return encodeExtension({
    oid: extensionOids.subjectKeyIdentifier,
    critical: false,
    value: encodeDer(tags.octetString, id),
  });
}

/** RFC 5280 §4.2.1.1: [0] keyIdentifier alone. */
export function encodeAuthorityKeyIdentifier(id: Uint8Array): Uint8Array {
  return encodeExtension({
    oid: extensionOids.authorityKeyIdentifier,
    critical: false,
    value: encodeDer(tags.sequence, encodeDer(0x80, id)),
  });
}
