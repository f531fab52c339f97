import { licenseAsText } from '../configuration/license.ts';
import type { Desk } from './desk.ts';
import { grouped } from './parts/names.ts';
import { duration } from './parts/time.ts';

/** What every page says at its top, since whoever works here has to know it. */
export interface Banner {
  readonly tone: 'watch' | 'bad';
  readonly text: string;
  readonly link?: { readonly href: string; readonly text: string };
}

const soonMs = 30 * 24 * 3600 * 1000;

export function bannersOf({ server, clock }: Desk): readonly Banner[] {
  const now = clock.now().getTime();
  return [...faultBanners(server, now), ...licenseBanners(server, now)];
}

function faultBanners({ faults }: Desk['server'], now: number): Banner[] {
  return faults.list().map(({ flaw, device = 'every device', until }) => ({
    tone: 'bad',
    text: `This server misbehaves on purpose, for ${device}: ${flaw.explanation} It ends in ${duration((until - now) / 1000)}.`,
    link: { href: '/faults', text: 'End it' },
  }));
}

function licenseBanners({ license, places }: Desk['server'], now: number): Banner[] {
  const text = licenseAsText(license);
  if (license.kind === 'trial') {
    if (license.limit === Number.POSITIVE_INFINITY) return [];
    const { enrolled } = places;
    const tone = enrolled >= license.limit ? 'bad' : 'watch';
    return [{ tone, text: `This is a ${text}. ${grouped(enrolled)} of them are enrolled.` }];
  }
  if (license.expires - now > soonMs) return [];
  return [{ tone: 'watch', text: `This server is ${text}: afterwards it is a trial version.` }];
}
