import fc from 'fast-check';
import { spkiOf } from '#protocol/pki/keys.ts';
import type { DistinguishedName } from '#protocol/pki/names.ts';
import { type Twist, twistsOf } from './twist.ts';

const day = 24 * 3600 * 1000;
const twist = twistsOf('certificate');

/** Names near the right one: as a person reads them they may well be it. */
const nearNames: Readonly<Record<string, (name: string) => string>> = {
  another: () => 'somebody-else.example.com',
  longer: (name) => `x${name}`,
  shorter: (name) => name.slice(1),
  below: (name) => `a.${name}`,
  above: (name) => name.slice(name.indexOf('.') + 1),
  'with a suffix': (name) => `${name}.example.net`,
  'with a NUL': (name) => `${name}\0.example.net`,
  'with a blank': (name) => `${name} `,
  wildcard: (name) => name.replace(/^[^.]+/, '*'),
  dotless: (name) => name.replaceAll('.', '-'),
  homograph: (name) => name.replace('e', '\u0435'),
  empty: () => '',
};

const commonName = (value: string): DistinguishedName => [{ type: 'CN', value }];
const shift = fc.integer({ min: 1, max: 4000 });

/** What a certificate says, in the words of a CA that signs it: the right one, unless its signer is what is twisted. */
export const certificateTwists: readonly Twist[] = [
  twist(
    'other-key',
    { explanation: 'The certificate bears a public key that is not the device’s.', only: 'enrollment' },
    fc.constantFrom('another device', 'the CA'),
    (whose, { template, ...rest }, { others, clearinghouse }) => {
      const spki = whose === 'the CA' ? clearinghouse.certificate.spki : others.spki;
      return { ...rest, template: { ...template, spki } };
    },
  ),
  twist(
    'other-signer',
    { explanation: 'It is signed by another key than that of the CA.' },
    fc.constantFrom('of the same name', 'of another name'),
    (name, { template, issuer, signature }, { others, operation }) => {
      const { key, certificate } = others.authority;
      const subject = name === 'of the same name' ? issuer.subject : commonName('Another CA');
      const own = operation === 'getcacert' ? { subject, spki: spkiOf(key.publicKey) } : {};
      const known = name === 'of the same name' ? { certificate } : {};
      return { template: { ...template, ...own }, issuer: { subject, key, ...known }, signature };
    },
  ),
  twist(
    'stolen-name',
    { explanation: 'It names the right issuer, and is signed by another key.' },
    fc.constant(null),
    (_, { issuer, ...rest }, { others }) => ({ ...rest, issuer: { ...issuer, key: others.authority.key } }),
  ),
  twist(
    'other-name',
    { explanation: 'It names another device, however near the name.', only: 'enrollment' },
    fc.constantFrom(...Object.keys(nearNames)),
    (how, { template, ...rest }, { deviceName }) => {
      const name = nearNames[how]?.(deviceName) ?? '';
      const subject = name === '' ? [] : commonName(name);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is one of the names.
      const dnsNames = /^[\x00-\x7f]+$/.test(name) ? [name] : [];
      return { ...rest, template: { ...template, subject, dnsNames } };
    },
  ),
  twist('expired', { explanation: 'It ended days ago.' }, shift, (days, { template, ...rest }, { now }) => {
    const notAfter = new Date(now.getTime() - days * day);
    return { ...rest, template: { ...template, notBefore: new Date(notAfter.getTime() - 30 * day), notAfter } };
  }),
  twist('not-yet-valid', { explanation: 'It begins in some days.' }, shift, (days, { template, ...rest }, { now }) => {
    const notBefore = new Date(now.getTime() + days * day);
    return { ...rest, template: { ...template, notBefore, notAfter: new Date(notBefore.getTime() + 30 * day) } };
  }),
  twist(
    'other-life',
    { explanation: 'It is valid now, and begins and ends at unusual times.', allowed: true },
    fc.record({ from: fc.constantFrom('1999-01-01', '2015-02-28'), to: fc.constantFrom('2049-12-31', '2055-06-01') }),
    ({ from, to }, { template, ...rest }) => {
      return { ...rest, template: { ...template, notBefore: new Date(from), notAfter: new Date(to) } };
    },
  ),
  twist(
    'authority',
    { explanation: 'A device’s certificate says that it is a CA, or a CA’s that it is none.' },
    fc.constant(null),
    (_, { template, ...rest }) => {
      const ca = template.basicConstraints?.ca !== true;
      return { ...rest, template: { ...template, basicConstraints: { ca } } };
    },
  ),
  twist(
    'key-usage',
    { explanation: 'Its key is for something else.' },
    fc.constantFrom<readonly ('keyEncipherment' | 'cRLSign' | 'encipherOnly')[]>(['keyEncipherment'], ['cRLSign']),
    (keyUsage, { template, ...rest }) => ({ ...rest, template: { ...template, keyUsage } }),
  ),
  twist(
    'weak-signature',
    { explanation: 'It is signed with SHA-1.' },
    fc.constant(null),
    (_, { signature, ...rest }) => ({ ...rest, signature: signature.startsWith('ecdsa') ? 'ecdsa-sha1' : 'rsa-sha1' }),
  ),
  twist(
    'two-algorithms',
    { explanation: 'What is signed names another signature algorithm than the signature.' },
    fc.constant(null),
    (_, { template, ...rest }) => {
      const innerSignature = rest.signature.startsWith('ecdsa') ? 'ecdsa-sha384' : 'rsa-sha384';
      return { ...rest, template: { ...template, innerSignature } };
    },
  ),
  twist(
    'version-1',
    { explanation: 'It is of version 1, without extensions.' },
    fc.constant(null),
    (_, { template, ...rest }) => ({ ...rest, template: { ...template, version: 1 } }),
  ),
  twist(
    'serial',
    { explanation: 'Its serial number is zero, negative or long.' },
    fc.constantFrom('00', 'ff', '01', `7f${'5a'.repeat(30)}`),
    (serial, { template, ...rest }) => {
      return { ...rest, template: { ...template, serialNumber: Buffer.from(serial, 'hex') } };
    },
  ),
  twist(
    'extension',
    { explanation: 'It has an extension that nobody knows.' },
    fc.record({ critical: fc.boolean(), value: fc.uint8Array({ maxLength: 20 }).map((bytes) => [...bytes]) }),
    ({ critical, value }, { template, ...rest }) => {
      const extension = { oid: '1.3.6.1.4.1.99999.1', critical, value: Uint8Array.from(value) };
      return { ...rest, template: { ...template, extraExtensions: [extension] } };
    },
  ),
];
