import { messageOf } from '#protocol/errors.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { type CaSubject, caChecks } from './ca-checks.ts';
import { judge, makeChecks } from './checks.ts';
import type { SecurePeer } from './connection.ts';
import type { PendingRequest } from './device-store.ts';
import type { Device } from './exchange.ts';
import { Faultless } from './faultless.ts';
import { issuedChecks } from './issued-checks.ts';
import { readShownCertificate } from './known-certificates.ts';
import { refuseServer } from './outcome.ts';
import { checkServerChain } from './server-checks.ts';

/** @throws Ended refused-server under that check when the bytes are no certificate */
export function certificateFrom(der: Uint8Array, check: 'ca.form' | 'issued.form'): Certificate {
  try {
    return check === 'ca.form' ? readShownCertificate(der) : parseCertificate(der);
  } catch (error) {
    throw refuseServer(check, `what the server sent is no certificate: ${messageOf(error)}`);
  }
}

const authorities = new Faultless(
  (subject: CaSubject) => makeChecks(caChecks, subject),
  (a, b) =>
    a.certificate === b.certificate &&
    a.overTls === b.overTls &&
    a.fingerprint === b.fingerprint &&
    a.clockSkewSeconds === b.clockSkewSeconds &&
    a.profile === b.profile,
);

/** Steps 340, 345. @throws Ended refused-server */
export function judgeAuthority(
  { settings, persona, observer, clock }: Device,
  certificate: Certificate,
  isEnrolled: boolean,
): void {
  if (isEnrolled && persona.quirks.has('checks-fingerprint-once')) return;
  const { caCertificateVia, caFingerprint, clockSkewSeconds, profile } = settings;
  const subject = {
    certificate,
    overTls: caCertificateVia === 'tls',
    fingerprint: caFingerprint,
    at: clock.now(),
    clockSkewSeconds,
    profile,
  };
  judge(authorities.resultsOf(subject), persona, observer);
}

/** @throws Ended refused-server */
export function judgeIssued(
  { settings, persona, observer, clock }: Device,
  pending: PendingRequest,
  certificate: Certificate,
): void {
  const { deviceName, clockSkewSeconds, profile } = settings;
  const subject = {
    certificate,
    authority: readShownCertificate(pending.caCertificate),
    key: pending.key,
    deviceName,
    at: clock.now(),
    clockSkewSeconds,
    profile,
  };
  judge(makeChecks(issuedChecks, subject), persona, observer);
}

/** Before anything is sent; a trusting device judges nothing. @throws Ended refused-server */
export function judgeServer(device: Device, { chain, cipher }: SecurePeer, trusting: boolean): void {
  const { settings, persona, observer, clock } = device;
  observer.step({ name: 'tls', detail: `${cipher} with ${settings.tlsUrl.host}` });
  for (const [index, der] of chain.entries()) observer.certificate?.({ title: `server chain, ${index + 1}`, der });
  if (trusting) return;
  judge(checkServerChain(chain, settings, clock.now(), persona), persona, observer);
  observer.step({ name: 'server-verified', detail: `the server is ${settings.host}` });
}
