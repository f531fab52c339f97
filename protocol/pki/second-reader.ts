import { messageOf } from '../errors.ts';
import type { Certificate } from './certificate.ts';
import { keyUsages } from './extensions.ts';

/**
 * What another implementation of X.509, @peculiar/x509, reads otherwise of the same bytes; empty where both agree. Everything
 * here is read by one reader of our own, and a mistake of it would be shared by all who stand on it. The library is loaded
 * when it is first asked.
 */
export async function readOtherwise(ours: Certificate): Promise<readonly string[]> {
  await import('reflect-metadata');
  const { BasicConstraintsExtension, KeyUsagesExtension, SubjectAlternativeNameExtension, X509Certificate } =
    await import('@peculiar/x509');
  try {
    const theirs = new X509Certificate(new Uint8Array(ours.der));
    const names = theirs.getExtension(SubjectAlternativeNameExtension)?.names.items;
    const dns = names?.filter(({ type }) => type === 'dns').map(({ value }) => value);
    const basics = theirs.getExtension(BasicConstraintsExtension);
    const facts: readonly (readonly [what: string, ours: unknown, theirs: unknown])[] = [
      ['serial number', ours.serialNumber, theirs.serialNumber.toLowerCase().replace(/^00(?=.)/, '')],
      ['subject', hex(ours.subjectDer), hex(theirs.subjectName.toArrayBuffer())],
      ['issuer', hex(ours.issuerDer), hex(theirs.issuerName.toArrayBuffer())],
      ['not before', ours.notBefore.getTime(), theirs.notBefore.getTime()],
      ['not after', ours.notAfter.getTime(), theirs.notAfter.getTime()],
      ['public key', hex(ours.spki), hex(theirs.publicKey.rawData)],
      ['CA', ours.basicConstraints?.ca, basics?.ca],
      ['path length', ours.basicConstraints?.pathLength, basics?.pathLength],
      ['key usage', bitsOf(ours), theirs.getExtension(KeyUsagesExtension)?.usages],
      ['DNS names', ours.subjectAltNames?.dns.join(' '), dns?.join(' ')],
      [
        'extensions',
        ours.extensions.map(({ oid }) => oid).join(' '),
        theirs.extensions.map(({ type }) => type).join(' '),
      ],
    ];
    return facts
      .filter(([, one, other]) => one !== other)
      .map(([what, one, other]) => `${what}: ${String(one)} here, ${String(other)} there`);
  } catch (cause) {
    return [`it cannot be read there: ${messageOf(cause)}`];
  }
}

const hex = (bytes: Uint8Array | ArrayBuffer): string => Buffer.from(new Uint8Array(bytes)).toString('hex');

/** RFC 5280 §4.2.1.3: usage number n is bit n. */
function bitsOf({ keyUsage }: Certificate): number | undefined {
  return keyUsage && [...keyUsage].reduce((bits, usage) => bits | (1 << keyUsages.indexOf(usage)), 0);
}
