import { judgeKey } from './acceptance.ts';
import { signatureAlgorithms } from './algorithms.ts';
import { type Certificate, isSignedBy } from './certificate.ts';
import { extensionOids, purposeOids } from './extensions.ts';
import { judgeHost } from './host-names.ts';
import { judgeNameConstraints } from './name-constraints.ts';
import { sameName } from './names.ts';
import { buildPath } from './path.ts';
import type { CryptoProfile } from './profiles.ts';

/** A server in TLS, an enrolled device, or a CA certificate as getcacert brings it. */
export type ChainPurpose = 'server' | 'device' | 'authority';

export interface ChainOptions {
  /** The leaf first, others in any order, surplus allowed. */
  readonly chain: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly at: Date;
  readonly purpose: ChainPurpose;
  /** DNS name or IP literal; with the purpose `server`, and needed there. */
  readonly host?: string | undefined;
  readonly profile: CryptoProfile;
  /** How far the clock may be off, both ways; 0 unless given. */
  readonly skewSeconds?: number | undefined;
}

export interface CheckResult {
  readonly id: ChainCheckId;
  readonly ok: boolean;
  readonly citation: string;
  /** What was wrong and where, or what was looked at. */
  readonly detail: string;
}

interface Context extends ChainOptions {
  readonly leaf: Certificate;
  /** Leaf first, without the anchor. */
  readonly path: readonly Certificate[];
  readonly anchor: Certificate | undefined;
  readonly broken: string | undefined;
  /** Those in the path that issue: all but the leaf. */
  readonly issuers: readonly Certificate[];
}

interface Check {
  readonly citation: string;
  readonly purposes?: readonly ChainPurpose[];
  /** The faults; none is good. */
  readonly faults: (context: Context) => readonly (string | undefined)[];
}

/** Extensions whose meaning is obeyed here. certificatePolicies: every policy is acceptable (RFC 5280 §6.1.1 (c)). */
const understood: ReadonlySet<string> = new Set(Object.values(extensionOids));

const checks = {
  anchor: {
    // "the device … verifies the CA certificate": up to an anchor that it holds, by name and key.
    citation: 'RFC 5280 §6.1.1 (d); WO 01/47232, Summary',
    faults: ({ broken }) => [broken],
  },
  'anchor-dates': {
    // RFC 5280 asks nothing of the anchor's dates, the publication neither: the profile decides.
    citation: 'RFC 5280 §4.1.2.5; WO 01/47232, Summary (silent on it: a decision of this project)',
    faults: ({ anchor, leaf, ...context }) => {
      const counts = anchor && anchor !== leaf && context.profile.expiredAnchor === 'refused';
      return [counts ? judgeDates(anchor, context) : undefined];
    },
  },
  signature: {
    // RFC 5280 §6.1.3 (a)(1): the signature verifies under the issuer's key.
    citation: 'RFC 5280 §6.1.3 (a)(1); WO 01/47232, Summary',
    faults: ({ path, anchor }) => path.map((c, i) => judgeIssuerSignature(c, path[i + 1] ?? anchor)),
  },
  dates: {
    // RFC 5280 §6.1.3 (a)(2): the validity period includes the current time, both ends too.
    citation: 'RFC 5280 §6.1.3 (a)(2); WO 01/47232, Summary',
    faults: (context) => context.path.map((c) => judgeDates(c, context)),
  },
  name: {
    citation: 'RFC 9525 §6; RFC 6125 §6.4; WO 01/47232, Fig. 3B step 330',
    purposes: ['server'],
    faults: ({ leaf, host, profile }) => [
      host === undefined ? 'no host was given to compare with' : judgeHost(leaf, host, profile),
    ],
  },
  ca: {
    // RFC 5280 §6.1.4 (k): an issuer is of version 3 and says cA TRUE.
    citation: 'RFC 5280 §4.2.1.9, §6.1.4 (k)',
    faults: ({ issuers, leaf, purpose }) => [
      ...(purpose === 'authority' ? [leaf, ...issuers] : issuers).map((c) =>
        c.basicConstraints?.ca === true ? undefined : `${c.subjectText} is no CA certificate`,
      ),
      // A device that could issue certificates would be a clearinghouse of its own.
      purpose === 'device' && leaf.basicConstraints?.ca === true
        ? `${leaf.subjectText} is a CA certificate`
        : undefined,
    ],
  },
  'path-length': {
    // RFC 5280 §6.1.4 (l), (m): the intermediate certificates below that are not self-issued.
    citation: 'RFC 5280 §4.2.1.9, §6.1.4 (m)',
    faults: ({ path, anchor, leaf, purpose }) =>
      [...path, ...(anchor === undefined || anchor === leaf ? [] : [anchor])].map((c, i, all) => {
        const limit = c.basicConstraints?.pathLength;
        if (limit === undefined || i === 0) return undefined;
        const below = all
          .slice(purpose === 'authority' ? 0 : 1, i)
          .filter((b) => !sameName(b.subject, b.issuer)).length;
        return below > limit
          ? `${c.subjectText} allows ${limit} CA certificates below it, there are ${below}`
          : undefined;
      }),
  },
  'key-usage': {
    citation: 'RFC 5280 §4.2.1.3, §6.1.4 (n)',
    faults: ({ issuers, leaf, purpose }) => [
      ...issuers.map(judgeCertSign),
      purpose === 'authority' ? judgeCertSign(leaf) : judgeLeafUsage(leaf, purpose),
    ],
  },
  'extended-key-usage': {
    // RFC 5280 §4.2.1.12: where it stands, the key serves for nothing else. A CA's binds those below it, as in TLS clients.
    citation: 'RFC 5280 §4.2.1.12',
    purposes: ['server', 'device'],
    faults: ({ path, purpose }) => {
      const wanted = purpose === 'server' ? 'serverAuth' : 'clientAuth';
      return path.map(({ extendedKeyUsage: usages, subjectText }) =>
        usages === undefined || usages.includes(purposeOids[wanted]) || usages.includes(purposeOids.any)
          ? undefined
          : `${subjectText} is not for ${wanted}`,
      );
    },
  },
  'critical-extension': {
    // RFC 5280 §4.2: a critical extension that is not recognized: reject.
    citation: 'RFC 5280 §4.2, §6.1.4 (o), §6.1.5 (f)',
    faults: ({ path }) =>
      path.map(({ extensions, subjectText }) => {
        const unknown = extensions.find(({ critical, oid }) => critical && !understood.has(oid));
        return unknown && `${subjectText} has the unknown critical extension ${unknown.oid}`;
      }),
  },
  'duplicate-extension': {
    // RFC 5280 §4.2: not more than one instance of an extension.
    citation: 'RFC 5280 §4.2',
    faults: ({ path }) =>
      path.map(({ extensions, subjectText }) => {
        const oids = extensions.map(({ oid }) => oid);
        const twice = oids.find((oid, i) => oids.indexOf(oid) !== i);
        return twice && `${subjectText} has the extension ${twice} twice`;
      }),
  },
  version: {
    // RFC 5280 §4.1.2.1: with extensions, version 3.
    citation: 'RFC 5280 §4.1.2.1',
    faults: ({ path }) =>
      path.map(({ version, extensions, subjectText }) =>
        version > 3 || (extensions.length > 0 && version !== 3)
          ? `${subjectText} is of version ${version}, with ${extensions.length} extensions`
          : undefined,
      ),
  },
  serial: {
    // RFC 5280 §4.1.2.2: a positive integer of at most 20 octets.
    citation: 'RFC 5280 §4.1.2.2',
    faults: ({ path }) => path.map(judgeSerial),
  },
  algorithm: {
    citation: 'RFC 5280 §4.1.1.2, the profile',
    faults: ({ path, profile }) =>
      path.map(({ signatureAlgorithm: id, signatureOid, subjectText }) => {
        if (id === undefined) return `${subjectText} is signed with an unknown algorithm (${signatureOid})`;
        if (profile.signatures.includes(id)) return undefined;
        return `${subjectText} is signed with ${signatureAlgorithms[id].text}, not accepted in ${profile.id}`;
      }),
  },
  'algorithm-mismatch': {
    // RFC 5280 §4.1.1.2: MUST contain the same algorithm identifier as the signature field.
    citation: 'RFC 5280 §4.1.1.2',
    faults: ({ path }) =>
      path.map(({ algorithmsAgree, subjectText, innerSignatureOid, signatureOid }) =>
        algorithmsAgree ? undefined : `${subjectText} names ${innerSignatureOid} inside and ${signatureOid} outside`,
      ),
  },
  'key-strength': {
    citation: 'the profile',
    faults: ({ path, anchor, leaf, profile }) =>
      [...path, ...(anchor === undefined || anchor === leaf ? [] : [anchor])].map((c) => {
        const fault = judgeKey(c.publicKey, profile);
        return fault && `the key of ${c.subjectText}: ${fault}`;
      }),
  },
  'name-constraints': {
    // RFC 5280 §6.1.3 (b), (c): every name below, but of self-issued intermediates.
    citation: 'RFC 5280 §4.2.1.10, §6.1.3 (b) and (c)',
    faults: ({ path, anchor, leaf }) =>
      [...path, ...(anchor === undefined || anchor === leaf ? [] : [anchor])].flatMap((issuer, i, all) =>
        all
          .slice(0, i)
          .filter((c) => c === leaf || !sameName(c.subject, c.issuer))
          .map((c) => judgeNameConstraints(issuer, c)),
      ),
  },
} as const satisfies Record<string, Check>;

export type ChainCheckId = keyof typeof checks;

export const chainCheckIds = Object.keys(checks) as readonly ChainCheckId[];

/**
 * Every check that belongs to the purpose, each by its own name; the caller decides what a failure means. A check
 * looks at its own matter alone: where no anchor is found, the others still judge the path as far as it goes.
 * Bounded: at most 10 certificates in a path and 64 signatures tried.
 */
export function verifyChain(options: ChainOptions): readonly CheckResult[] {
  const [leaf, ...others] = options.chain;
  const context = leaf === undefined ? undefined : contextOf(options, leaf, others);
  return chainCheckIds.flatMap((id) => {
    const { citation, purposes, faults }: Check = checks[id];
    if (purposes !== undefined && !purposes.includes(options.purpose)) return [];
    // An empty chain meets nothing.
    if (context === undefined) return [{ id, ok: false, citation, detail: 'there is no certificate' }];
    const found = faults(context).filter((fault) => fault !== undefined);
    const detail = found.length === 0 ? `${context.path.length} in the path, no fault` : found.join('; ');
    return [{ id, ok: found.length === 0, citation, detail }];
  });
}

function contextOf(options: ChainOptions, leaf: Certificate, others: readonly Certificate[]): Context {
  const { certificates, anchor, broken } = buildPath(leaf, others, options.anchors, options.at);
  return { ...options, leaf, path: certificates, anchor, broken, issuers: certificates.slice(1) };
}

/** Without an issuer there is nothing to verify with: that is the anchor's failure. A self-issued one verifies itself. */
function judgeIssuerSignature(certificate: Certificate, found: Certificate | undefined): string | undefined {
  const { subject, issuer, subjectText } = certificate;
  const signer = found ?? (sameName(subject, issuer) ? certificate : undefined);
  // A certificate of another CA that is itself an anchor is trusted as it is.
  if (signer === undefined || (signer.der === certificate.der && !sameName(subject, issuer))) return undefined;
  if (isSignedBy(certificate, signer.publicKey)) return undefined;
  return `the signature on ${subjectText} does not verify under the key of ${signer.subjectText}`;
}

function judgeDates(
  c: Certificate,
  { at, skewSeconds = 0 }: Pick<ChainOptions, 'at' | 'skewSeconds'>,
): string | undefined {
  const skew = skewSeconds * 1000;
  if (at.getTime() < c.notBefore.getTime() - skew) {
    return `${c.subjectText} is not valid before ${c.notBefore.toISOString()}, it is ${at.toISOString()}`;
  }
  // RFC 5280 §4.1.2.5: the period includes notAfter, a whole second.
  if (at.getTime() >= c.notAfter.getTime() + 1000 + skew) {
    return `${c.subjectText} expired at ${c.notAfter.toISOString()}, it is ${at.toISOString()}`;
  }
  return undefined;
}

function judgeCertSign({ keyUsage, subjectText }: Certificate): string | undefined {
  if (keyUsage === undefined || keyUsage.has('keyCertSign')) return undefined;
  return `${subjectText} may not sign certificates (keyCertSign)`;
}

/** In TLS the leaf signs the handshake; under TLS 1.2 an RSA key may decipher the secret instead (RFC 5246 §7.4.2). */
function judgeLeafUsage({ keyUsage, publicKey, subjectText }: Certificate, purpose: ChainPurpose): string | undefined {
  if (keyUsage === undefined || keyUsage.has('digitalSignature')) return undefined;
  if (purpose === 'server' && publicKey.asymmetricKeyType === 'rsa' && keyUsage.has('keyEncipherment'))
    return undefined;
  return `${subjectText} may not sign a handshake (digitalSignature)`;
}

function judgeSerial({ serialNumber, subjectText }: Certificate): string | undefined {
  if (serialNumber.startsWith('-')) return `the serial number of ${subjectText} is negative`;
  if (/^0*$/.test(serialNumber)) return `the serial number of ${subjectText} is zero`;
  const octets = serialNumber.length / 2 + (/^[89a-f]/.test(serialNumber) ? 1 : 0);
  return octets > 20 ? `the serial number of ${subjectText} has ${octets} octets` : undefined;
}
