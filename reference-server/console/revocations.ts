import type { RevocationReason } from '#protocol/pki/crl.ts';
import { revoke, writtenReason } from '../enrollment/revocation.ts';
import type { IssuedCertificate } from '../store/certificates.ts';
import type { Desk } from './desk.ts';

/** Revokes a certificate for somebody; the journal has it. @throws MusterError not-found, settings-invalid */
export async function revokeFor(
  { server, clock }: Desk,
  serial: string,
  reason: RevocationReason,
  note: string,
  by: string,
): Promise<IssuedCertificate> {
  const written = writtenReason(reason, note);
  const revoked = await revoke(server.store, serial, written, clock.now());
  const { device } = revoked;
  await server.marks.mend(device);
  server.audit({ event: 'certificate-revoked', device, detail: `serial ${serial}: ${written}` }, by);
  return revoked;
}
