import { type Certificate, isSignedBy } from './certificate.ts';
import { sameName } from './names.ts';

/** What path building found. One fault is kept apart from another: a bad signature does not hide the anchor. */
export interface CertificatePath {
  /** The leaf first; the anchor is not in it, unless the leaf is the anchor. */
  readonly certificates: readonly Certificate[];
  readonly anchor: Certificate | undefined;
  /** Why there is no anchor. */
  readonly broken: string | undefined;
}

/** A path is at most this long; surplus certificates beyond the pool are not looked at. */
const pathAtMost = 10;
const poolAtMost = 128;
/** Signatures are the costly part: a hostile pool of certificates of one name must not make many. */
const verificationsAtMost = 64;

interface Search {
  readonly pool: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly at: Date;
  readonly visited: Set<Certificate>;
  verifications: number;
}

/**
 * From the leaf to an anchor, by name and signature. An issuer whose signature verifies goes before one that has the
 * name alone, and an anchor before a certificate that was sent along.
 */
export function buildPath(
  leaf: Certificate,
  sent: readonly Certificate[],
  anchors: readonly Certificate[],
  at: Date,
): CertificatePath {
  const trusted = anchors.some((anchor) => Buffer.compare(anchor.der, leaf.der) === 0);
  if (trusted) return { certificates: [leaf], anchor: leaf, broken: undefined };
  const search: Search = {
    pool: sent.slice(0, poolAtMost),
    anchors,
    at,
    visited: new Set([leaf]),
    verifications: verificationsAtMost,
  };
  return extend([leaf], search);
}

function extend(certificates: readonly Certificate[], search: Search): CertificatePath {
  const last = certificates.at(-1);
  const end = (broken: string): CertificatePath => ({ certificates, anchor: undefined, broken });
  if (last === undefined) return end('there is no certificate');
  if (certificates.length > pathAtMost) return end(`no anchor within ${pathAtMost} certificates`);

  const anchors = search.anchors.filter((anchor) => sameName(anchor.subject, last.issuer));
  const verified = anchors.find((anchor) => verifies(last, anchor, search));
  if (verified !== undefined) return { certificates, anchor: verified, broken: undefined };
  // Self-signed and no anchor: whoever made it vouches for itself alone (an impostor of the anchor's name, too).
  if (sameName(last.subject, last.issuer) && verifies(last, last, search)) {
    return end(`${last.subjectText} is self-signed and is no trust anchor`);
  }

  const candidates = search.pool
    .filter((candidate) => !search.visited.has(candidate) && sameName(candidate.subject, last.issuer))
    .sort((a, b) => worth(b, search.at) - worth(a, search.at));
  let partial: CertificatePath | undefined;
  for (const candidate of candidates) {
    if (!verifies(last, candidate, search)) continue;
    search.visited.add(candidate);
    const path = extend([...certificates, candidate], search);
    if (path.anchor !== undefined) return path;
    partial ??= path;
  }
  if (partial !== undefined) return partial;
  // By name alone: the signature check will fail, and say so by its own name.
  const [named] = anchors;
  if (named !== undefined) return { certificates, anchor: named, broken: undefined };
  const next = candidates.find((candidate) => !search.visited.has(candidate));
  if (next === undefined) return end(`no certificate of the issuer «${last.issuerText}» is there`);
  search.visited.add(next);
  return extend([...certificates, next], search);
}

function verifies(certificate: Certificate, issuer: Certificate, search: Search): boolean {
  if (search.verifications <= 0) return false;
  search.verifications -= 1;
  return isSignedBy(certificate, issuer.publicKey);
}

/** Of several certificates of one CA, one that is valid now and says that it is a CA goes first. */
function worth(certificate: Certificate, at: Date): number {
  const valid = certificate.notBefore <= at && at <= certificate.notAfter;
  return (valid ? 2 : 0) + (certificate.basicConstraints?.ca === true ? 1 : 0);
}
