import { ipBytes, ipText } from './addresses.ts';
import type { Certificate } from './certificate.ts';
import { commonNamesOf } from './names.ts';
import type { CryptoProfile } from './profiles.ts';

/** Why the certificate does not name this host (a DNS name or an IP literal), or undefined when it does. */
export function judgeHost(certificate: Certificate, host: string, profile: CryptoProfile): string | undefined {
  const names = certificate.subjectAltNames;
  const address = ipBytes(host);
  const listed = names === undefined ? [] : [...names.dns, ...names.ip];
  const seen = `the certificate names ${listed.length === 0 ? 'none' : listed.map((name) => JSON.stringify(name)).join(', ')}`;
  // RFC 9525 §6.5: an address is compared with iPAddress names alone, byte for byte; never with a dNSName.
  if (address !== undefined) {
    if (names?.ip.includes(ipText(address))) return undefined;
    return `the address ${host} is expected, ${seen}`;
  }
  // RFC 9525 §6.3: a dNSName matches without regard to case.
  if (names?.dns.some((name) => matchesDnsName(name, host))) return undefined;
  // RFC 6125 §6.4.4: the common name only counts where there is no subjectAltName at all; RFC 9525 §2 forbids it.
  if (names === undefined) {
    const commonName = commonNamesOf(certificate.subject).at(-1);
    if (!profile.commonNameAsHost) return `${host} is expected in a subjectAltName, and there is none`;
    if (commonName !== undefined && matchesDnsName(commonName, host)) return undefined;
    return `${host} is expected, the certificate's common name is ${JSON.stringify(commonName ?? '')}`;
  }
  return `${host} is expected, ${seen}`;
}

/** RFC 6125 §6.4.3, RFC 9525 §6.3: a wildcard is the whole left-most label, and stands for exactly one label. */
export function matchesDnsName(pattern: string, host: string): boolean {
  const name = asciiLower(pattern).replace(/\.$/, '');
  const wanted = asciiLower(host).replace(/\.$/, '');
  // A NUL ends the name for a reader in C, so nothing that holds one can be trusted; the same for other oddities.
  if (!/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) || wanted === '') return false;
  if (!name.startsWith('*.')) return name === wanted;
  const parent = name.slice(2);
  // `*.com` would name every company.
  if (!parent.includes('.')) return false;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot + 1) === parent;
}

/** Without regard to the letter case of ASCII alone (RFC 4343): no other letter turns into one of them. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
