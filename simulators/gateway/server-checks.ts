import { messageOf } from '#protocol/errors.ts';
import type { Certificate } from '#protocol/pki/certificate.ts';
import { type ChainOptions, verifyChain } from '#protocol/pki/chain.ts';
import { Faultless } from './faultless.ts';
import { readShownCertificate } from './known-certificates.ts';
import type { CheckOutcome } from './observer.ts';
import { refuseServer } from './outcome.ts';
import type { Persona } from './persona.ts';
import { serverQuirks } from './server-quirks.ts';
import type { CompleteSettings } from './settings.ts';

/**
 * Judges the certificates of a TLS server, the leaf first (WO 01/47232, Fig. 3B steps 340, 345): up to the
 * pre-configured third-party CA, the name that the device was given, the dates by its own clock.
 * @throws Ended refused-server, check `certificate`, when there is none or one cannot be read
 */
export function checkServerChain(
  sent: readonly Uint8Array[],
  settings: CompleteSettings,
  at: Date,
  persona: Persona,
): readonly CheckOutcome[] {
  const { anchors, host, profile, clockSkewSeconds: skewSeconds } = settings;
  const options = { chain: readChain(sent), anchors, at, purpose: 'server', host, profile, skewSeconds } as const;
  return [...persona.quirks].reduce(
    (results, quirk) => serverQuirks[quirk]?.(results, options) ?? results,
    chains.resultsOf(options),
  );
}

const chains = new Faultless(
  verifyChain,
  (a: ChainOptions, b: ChainOptions) =>
    a.host === b.host &&
    a.profile === b.profile &&
    a.purpose === b.purpose &&
    a.skewSeconds === b.skewSeconds &&
    areSame(a.anchors, b.anchors) &&
    areSame(a.chain, b.chain),
);

/** The same bytes are read once, and are then the same object. */
function areSame(some: readonly Certificate[], others: readonly Certificate[]): boolean {
  return some.length === others.length && some.every((certificate, at) => certificate === others[at]);
}

function readChain(sent: readonly Uint8Array[]): Certificate[] {
  if (sent.length === 0) throw refuseServer('certificate', 'the server showed no certificate');
  try {
    return sent.map(readShownCertificate);
  } catch (error) {
    throw refuseServer('certificate', `a certificate of the server cannot be read: ${messageOf(error)}`);
  }
}
