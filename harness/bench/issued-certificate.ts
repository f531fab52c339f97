import { systemClock } from '#protocol/clock.ts';
import { type Certificate, isSignedBy } from '#protocol/pki/certificate.ts';
import { readOtherwise } from '#protocol/pki/second-reader.ts';
import type { ServerBench } from './server-bench.ts';

/** Tags of the string types that a distinguished name may hold (X.680). */
const printableString = 0x13;

/**
 * Every rule of the form of a device certificate; each that fails is a violation by its own sentence. Another reader of X.509
 * has to read the same of it, or nobody knows what was judged.
 */
export async function judgeIssuedCertificate(
  { judge, recorder }: ServerBench,
  issued: Certificate,
  authority: Certificate,
  spki: Uint8Array,
  deviceName: string,
): Promise<void> {
  recorder.certificate('Issued certificate', issued, [], authority);
  const otherwise = await readOtherwise(issued);
  if (otherwise.length > 0)
    judge.broken(`Two readers do not agree on the issued certificate: ${otherwise.join('; ')}.`);
  const now = systemClock.now();
  judge.require(
    Buffer.compare(issued.spki, spki) === 0,
    'it contains the public key of the PKCS#10',
    issued.subjectText,
  );
  judge.require(
    isSignedBy(issued, authority.publicKey),
    'it is signed by the CA that getcacert gives',
    issued.issuerText,
  );
  const names = issued.subject.filter(({ type }) => type === 'CN').map(({ value }) => value.toLowerCase());
  const dns = issued.subjectAltNames?.dns.map((name) => name.toLowerCase()) ?? [];
  judge.require(
    names.length === 1 && names[0] === deviceName && dns.every((name) => name === deviceName),
    'its subject names the device and no other',
    [issued.subjectText, ...dns].join(', '),
  );
  judge.require(
    issued.notBefore <= now && now < issued.notAfter && issued.notAfter <= authority.notAfter,
    'it is valid now, and no longer than the CA certificate',
    `${issued.notBefore.toISOString()} to ${issued.notAfter.toISOString()}`,
  );
  judge.require(
    issued.basicConstraints?.ca !== true,
    'it is no CA certificate',
    issued.basicConstraints?.ca ? 'CA true' : 'CA false',
  );
  const tags = stringTags(issued.subjectDer);
  judge.require(
    tags.every((tag) => tag === printableString),
    'names are PrintableString where the characters allow',
    `string tags ${tags.map((tag) => `0x${tag.toString(16)}`).join(', ')}`,
  );
}

/** The string tag of each attribute of a name: what follows each attribute's object identifier. */
function stringTags(name: Uint8Array): number[] {
  const tags: number[] = [];
  for (let at = 0; at < name.length - 1; ) {
    const tag = name[at] ?? 0;
    const length = name[at + 1] ?? 0;
    const constructed = tag === 0x30 || tag === 0x31;
    const long = length & 0x80 ? length & 0x7f : 0;
    if (!constructed && tag !== 0x06) tags.push(tag);
    const contentLength = constructed
      ? 0
      : long
        ? Number.parseInt(Buffer.from(name.subarray(at + 2, at + 2 + long)).toString('hex'), 16)
        : length;
    at += 2 + long + contentLength;
  }
  return tags;
}
