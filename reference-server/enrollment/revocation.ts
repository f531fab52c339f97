import { MusterError } from '#protocol/errors.ts';
import type { Authority } from '#protocol/pki/authority.ts';
import { type RevocationReason, revocationReasons, signRevocationList } from '#protocol/pki/crl.ts';
import { fingerprint } from '#protocol/pki/keys.ts';
import type { IssuedCertificate } from '../store/certificates.ts';
import type { Store } from '../store/store.ts';

/** How long a list may be relied on, in seconds. */
const listLifetimeSeconds = 24 * 3600;
/** So many are read at once. */
const pageSize = 1000;

const reasonNames = Object.keys(revocationReasons) as readonly RevocationReason[];

export function revocationReasonFrom(word: string): RevocationReason | undefined {
  return reasonNames.find((name) => name === word);
}

/** As it stands in the store: `keyCompromise`, or `keyCompromise: stolen from the rack`. */
export function writtenReason(reason: RevocationReason, note: string): string {
  return note === '' ? reason : `${reason}: ${note}`;
}

function reasonOf({ revocationReason = '' }: IssuedCertificate): RevocationReason {
  return revocationReasonFrom(revocationReason.split(':', 1)[0] ?? '') ?? 'unspecified';
}

/** @throws MusterError not-found; settings-invalid when it was revoked before */
export async function revoke(store: Store, serial: string, reason: string, now: Date): Promise<IssuedCertificate> {
  const before = await store.findCertificate(serial);
  if (before?.revokedAt !== undefined) {
    throw new MusterError(
      'settings-invalid',
      `The certificate ${serial} was revoked before: ${before.revocationReason}.`,
    );
  }
  const revoked = await store.revokeCertificate(serial, reason, now.getTime());
  if (!revoked) throw new MusterError('not-found', `There is no certificate ${serial}.`);
  return revoked;
}

/** The certificates of this authority that were revoked and have not expired (RFC 5280 §5), as DER, signed by it. */
export async function revocationList(store: Store, authority: Authority, now: Date): Promise<Uint8Array> {
  const revoked: IssuedCertificate[] = [];
  const filter = {
    authority: fingerprint(authority.certificate.spki, 'sha256'),
    revoked: true,
    endsFrom: now.getTime(),
    limit: pageSize,
  };
  for (let after: string | undefined; ; ) {
    const some = await store.listCertificates(after === undefined ? filter : { ...filter, after });
    revoked.push(...some);
    after = some.at(-1)?.serial;
    if (some.length < pageSize) break;
  }
  return signRevocationList(
    {
      // The time is greater than that of every list before, as a number has to be.
      number: now.getTime(),
      thisUpdate: now,
      nextUpdate: new Date(now.getTime() + listLifetimeSeconds * 1000),
      revoked: revoked.map((one) => ({
        serial: one.serial,
        revokedAt: new Date(one.revokedAt ?? now),
        reason: reasonOf(one),
      })),
    },
    authority,
  );
}
