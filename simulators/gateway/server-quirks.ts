import type { Certificate } from '#protocol/pki/certificate.ts';
import { type ChainCheckId, type ChainOptions, type CheckResult, verifyChain } from '#protocol/pki/chain.ts';
import { extensionOids } from '#protocol/pki/extensions.ts';
import { sameName } from '#protocol/pki/names.ts';
import { Unanswered } from './outcome.ts';
import type { QuirkId } from './persona.ts';

type Results = readonly CheckResult[];

/** Decision point: what a careless or an intolerant device makes of the checks of a server's chain. */
export const serverQuirks: Readonly<Partial<Record<QuirkId, (results: Results, options: ChainOptions) => Results>>> = {
  'common-name-beside-san': alsoTakes(({ subject }, host) => subject.some(({ value }) => value === host)),
  'related-names': alsoTakes((leaf, host) => dnsNamesOf(leaf).some((name) => areRelated(name, host))),
  'cuts-name-at-nul': alsoTakes((leaf, host) => dnsNamesOf(leaf).some((name) => name.split('\0')[0] === host)),
  'wildcard-anywhere': alsoTakes((leaf, host) => dnsNamesOf(leaf).some((name) => matchesAnywhere(name, host))),
  'address-as-dns-name': alsoTakes((leaf, host) => dnsNamesOf(leaf).includes(host)),
  'case-sensitive-names': refuses('name', ({ leaf, host }) => !namesOf(leaf).includes(host)),
  'first-name-only': refuses('name', ({ leaf, host }) => namesOf(leaf)[0]?.toLowerCase() !== host.toLowerCase()),
  'few-names': refuses('name', ({ leaf }) => namesOf(leaf).length > 100),
  'generous-clock': (_, options) => verifyChain({ ...options, skewSeconds: 3600 }),
  'no-dates-without-clock': (results, { at }) =>
    at.getUTCFullYear() > 1970 ? results : results.map((one) => (/dates$/.test(one.id) ? { ...one, ok: true } : one)),
  'refuses-list-pointers': refuses('critical-extension', ({ leaf }) =>
    leaf.extensions.some(({ oid }) => oid === extensionOids.crlDistributionPoints),
  ),
  'refuses-last-minutes': refuses('dates', ({ leaf, at }) => leaf.notAfter.getTime() - at.getTime() < 600_000),
  'two-digit-years': refuses('dates', ({ leaf }) => leaf.notAfter.getUTCFullYear() >= 2050),
  'chokes-on-chains': (results, { chain }) => {
    const bytes = chain.reduce((sum, { der }) => sum + der.length, 0);
    if (chain.length > 50 || bytes > 32_768) throw new Unanswered('out of memory', { mayRetry: false });
    return results;
  },
  'orderly-chains-only': refuses('anchor', ({ chain }) => {
    return chain.some((certificate, index) => {
      const next = chain[index + 1];
      return next !== undefined && !sameName(certificate.issuer, next.subject);
    });
  }),
};

function dnsNamesOf({ subjectAltNames }: Certificate): readonly string[] {
  return subjectAltNames?.dns ?? [];
}

function namesOf({ subjectAltNames }: Certificate): readonly string[] {
  return [...(subjectAltNames?.dns ?? []), ...(subjectAltNames?.ip ?? [])];
}

/** The same parent, or one is the parent of the other. */
function areRelated(name: string, host: string): boolean {
  const parentOf = (text: string): string => text.slice(text.indexOf('.') + 1);
  return (
    name.endsWith(`.${host}`) || host.endsWith(`.${name}`) || (host.includes('.') && parentOf(name) === parentOf(host))
  );
}

function matchesAnywhere(pattern: string, host: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w-]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(host);
}

/** A name check that lets more pass than the honest one. */
function alsoTakes(takes: (leaf: Certificate, host: string) => boolean) {
  return (results: Results, { chain: [leaf], host }: ChainOptions): Results => {
    const taken = leaf !== undefined && host !== undefined && takes(leaf, host);
    return results.map((result) => (result.id === 'name' && taken ? { ...result, ok: true } : result));
  };
}

/** A check that refuses more than the honest one. */
function refuses(
  id: ChainCheckId,
  mustNot: (options: { leaf: Certificate; host: string; at: Date; chain: readonly Certificate[] }) => boolean,
) {
  return (results: Results, { chain, host = '', at }: ChainOptions): Results => {
    const [leaf] = chain;
    const refused = leaf !== undefined && mustNot({ leaf, host, at, chain });
    return results.map((result) =>
      result.id === id && refused ? { ...result, ok: false, detail: 'this device does not take such a chain' } : result,
    );
  };
}
