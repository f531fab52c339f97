import { inIpRange, ipBytes } from './addresses.ts';
import type { Certificate } from './certificate.ts';
import { commonNamesOf, type DistinguishedName, nameText, startsWithName } from './names.ts';

/** What is compared with the constraints of those above: every name by its form. */
interface Names {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly directory: readonly DistinguishedName[];
  readonly others: number;
}

/**
 * Why the constraints of `issuer` do not allow the names of a certificate below it, or undefined when they do
 * (RFC 5280 §4.2.1.10 and §6.1.4 (g)).
 */
export function judgeNameConstraints(issuer: Certificate, certificate: Certificate): string | undefined {
  const constraints = issuer.nameConstraints;
  if (constraints === undefined) return undefined;
  const { permitted, excluded } = constraints;
  // A form that is not read here cannot be processed, and so nothing under it can be accepted.
  if (permitted.others + excluded.others > 0) return `${issuer.subjectText} constrains names of a form unknown here`;
  const names = namesOf(certificate);
  const bad =
    outside('dns', names.dns, permitted.dns, inDnsTree) ??
    outside('address', names.ip, permitted.ip, inIpTree) ??
    outside('directory name', names.directory, permitted.directory, startsWithName, nameText) ??
    inside('dns', names.dns, excluded.dns, touchesDnsTree) ??
    inside('address', names.ip, excluded.ip, inIpTree) ??
    inside('directory name', names.directory, excluded.directory, startsWithName, nameText);
  return bad === undefined ? undefined : `${bad} by ${issuer.subjectText}`;
}

function namesOf({ subject, subjectAltNames }: Certificate): Names {
  const directory = subject.length === 0 ? [] : [subject];
  if (subjectAltNames !== undefined) return { ...subjectAltNames, directory };
  // Where the common name may name the host, it is constrained as a host name is.
  const dns = commonNamesOf(subject).filter((name) => /^[A-Za-z0-9*_-]+(\.[A-Za-z0-9_-]+)+$/.test(name));
  return { dns, ip: [], directory, others: 0 };
}

type In<Name, Tree> = (name: Name, tree: Tree) => boolean;

/** A permitted list binds the names of its own form alone. */
function outside<N, T>(form: string, names: readonly N[], trees: readonly T[], isIn: In<N, T>, text = show<N>) {
  if (trees.length === 0) return undefined;
  const name = names.find((candidate) => !trees.some((tree) => isIn(candidate, tree)));
  return name === undefined ? undefined : `the ${form} ${text(name)} is not permitted`;
}

function inside<N, T>(form: string, names: readonly N[], trees: readonly T[], isIn: In<N, T>, text = show<N>) {
  const name = names.find((candidate) => trees.some((tree) => isIn(candidate, tree)));
  return name === undefined ? undefined : `the ${form} ${text(name)} is excluded`;
}

function show<N>(name: N): string {
  return JSON.stringify(name);
}

/** `example.com` covers itself and everything below it; `.example.com`, which some write, only what is below. */
function inDnsTree(name: string, tree: string): boolean {
  const [lower, base] = [name.toLowerCase(), tree.toLowerCase()];
  if (base === '' || lower === base) return true;
  return lower.endsWith(base.startsWith('.') ? base : `.${base}`);
}

/** A wildcard that covers an excluded name is excluded as well. */
function touchesDnsTree(name: string, tree: string): boolean {
  return inDnsTree(name, tree) || (name.startsWith('*.') && inDnsTree(tree, name.slice(2)));
}

function inIpTree(address: string, range: Uint8Array): boolean {
  const bytes = ipBytes(address);
  return bytes === undefined || inIpRange(bytes, range);
}
