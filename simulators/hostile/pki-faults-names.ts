import { isIP } from 'node:net';
import type { CertificateTemplate } from '#protocol/pki/authority.ts';
import type { PkiFault } from './pki-faults.ts';

const subject = (value: string): Pick<CertificateTemplate, 'subject'> => ({ subject: [{ type: 'CN', value }] });
/** Neither the common name nor the subjectAltName names the host. */
const forDns = (good: CertificateTemplate, name: string): CertificateTemplate => ({
  ...good,
  ...subject(name),
  dnsNames: [name],
  ipAddresses: [],
});
const stranger = 'other-clearinghouse.example.net';
const parentOf = (host: string): string => host.slice(host.indexOf('.') + 1);
const firstOf = (host: string): string => host.slice(0, host.indexOf('.'));

/** A name of one DNS host, or a pattern, where the host's own name is due. */
function nameFault<Id extends string>(id: Id, explanation: string, name: (host: string) => string) {
  return { id, explanation, change: (good, { host }) => forDns(good, name(host)) } as const satisfies PkiFault;
}

/** Whom the server's certificate names (RFC 9525 §6). Those of parents and wildcards need a host of several labels. */
export const nameFaults = {
  'other-host': nameFault('other-host', 'A good certificate of the third-party CA, for another host.', () => stranger),
  'parent-domain': nameFault('parent-domain', 'Names the domain above the host.', parentOf),
  'child-domain': nameFault('child-domain', 'Names a host below the host.', (host) => `ch.${host}`),
  'sibling-label': nameFault(
    'sibling-label',
    'Names a host whose first label begins with the right one.',
    (host) => `${firstOf(host)}x.${parentOf(host)}`,
  ),
  'wrong-san-right-cn': {
    id: 'wrong-san-right-cn',
    explanation: 'The common name is the host; the subjectAltName, which alone counts, is another’s.',
    change: (good) => ({ ...good, dnsNames: [stranger], ipAddresses: [] }),
  },
  'common-name-only': {
    id: 'common-name-only',
    explanation: 'The common name is the host, and there is no subjectAltName.',
    change: (good) => ({ ...good, dnsNames: [], ipAddresses: [] }),
  },
  'nul-in-name': nameFault(
    'nul-in-name',
    'The name is the host, a NUL byte, and a domain of somebody else.',
    (host) => `${host}\0.${stranger}`,
  ),
  'wildcard-alone': nameFault('wildcard-alone', 'The name is a wildcard and nothing else.', () => '*'),
  'wildcard-top-level': nameFault(
    'wildcard-top-level',
    'A wildcard for every host right below a top-level domain.',
    (host) => `*.${host.slice(host.lastIndexOf('.') + 1)}`,
  ),
  'wildcard-partial': nameFault(
    'wildcard-partial',
    'The wildcard is a part of the first label.',
    (host) => `${host.slice(0, 1)}*.${parentOf(host)}`,
  ),
  'wildcard-inside': nameFault(
    'wildcard-inside',
    'The wildcard is not the first label.',
    (host) => `${firstOf(host)}.*.${parentOf(parentOf(host))}`,
  ),
  'wildcard-two-labels': nameFault(
    'wildcard-two-labels',
    'The wildcard would have to stand for two labels.',
    (host) => `*.${parentOf(parentOf(host))}`,
  ),
  'other-address': {
    id: 'other-address',
    explanation: 'Names another IP address than the one that the device was told.',
    change: (good, { host }) => {
      const address = isIP(host) === 6 ? '2001:db8::125' : '192.0.2.125';
      return { ...good, ...subject(address), dnsNames: [], ipAddresses: [address] };
    },
  },
  'address-as-dns-name': {
    id: 'address-as-dns-name',
    explanation: 'The address stands as a dNSName, where an iPAddress is due.',
    change: (good, { host }) => ({ ...good, dnsNames: [host], ipAddresses: [] }),
  },
} as const satisfies Record<string, PkiFault>;
