import { deviceKey } from '#protocol/config-file/configuration.ts';
import { MusterError } from '#protocol/errors.ts';
import { revocationReasons } from '#protocol/pki/crl.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { revocationList, revocationReasonFrom } from '../../enrollment/revocation.ts';
import type { ReferenceServer } from '../../server.ts';
import { type IssuedCertificate, standingOf } from '../../store/certificates.ts';
import type { ApiKey } from '../access.ts';
import { certificateFilter, certificateShows } from '../certificates.ts';
import type { Desk } from '../desk.ts';
import { authorityFingerprint } from '../devices.ts';
import { badRequest } from '../failure.ts';
import { wholeNumber } from '../number.ts';
import { revokeFor } from '../revocations.ts';
import { limitParameter, listOf, type Operation, object, text, time } from './operation.ts';

type CertificateKey = Extract<ApiKey, `${string} /api/certificates${string}` | `${string} /api/authority${string}`>;

export const certificateSchema = object({
  serial: text,
  device: text,
  standing: text,
  keyFingerprint: text,
  notBefore: time,
  notAfter: time,
  issuedAt: time,
  'revokedAt?': time,
  'revocationReason?': text,
  pem: text,
});

const iso = (at: number): string => new Date(at).toISOString();

export function certificateView(certificate: IssuedCertificate, server: ReferenceServer, now: number) {
  const { serial, device, der, keyFingerprint, notBefore, notAfter, issuedAt, revokedAt, revocationReason } =
    certificate;
  return {
    serial,
    device,
    standing: standingOf(certificate, authorityFingerprint(server), now),
    keyFingerprint,
    notBefore: iso(notBefore),
    notAfter: iso(notAfter),
    issuedAt: iso(issuedAt),
    ...(revokedAt === undefined ? {} : { revokedAt: iso(revokedAt), revocationReason }),
    pem: toPem('CERTIFICATE', der),
  };
}

export function certificateOperations(desk: Desk): Record<CertificateKey, Operation> {
  const { server, clock } = desk;
  return {
    'GET /api/certificates': {
      summary: 'The certificates that were issued, the last one first.',
      query: [
        { name: 'show', description: 'Which of them; live when absent.', schema: { enum: certificateShows } },
        { name: 'device', description: 'Of this device alone.', schema: text },
        { name: 'after', description: 'A serial number: only what was issued before it.', schema: text },
        limitParameter,
      ],
      answer: object({ certificates: listOf(certificateSchema) }),
      run: async ({ query }) => {
        const now = clock.now().getTime();
        const show = certificateShows.find((word) => word === query.get('show')) ?? 'live';
        const [device, after] = [query.get('device'), query.get('after')];
        const listed = await server.store.listCertificates({
          ...certificateFilter(server, show, now),
          limit: wholeNumber(query, 'limit', { most: 1000, instead: 100 }),
          ...(device === null ? {} : { device: deviceKey(device) }),
          ...(after === null ? {} : { after }),
        });
        return { certificates: listed.map((one) => certificateView(one, server, now)) };
      },
    },
    'GET /api/certificates/:serial': {
      summary: 'One certificate.',
      answer: certificateSchema,
      run: async ({ params: { serial = '' } }) => {
        const found = await server.store.findCertificate(serial);
        if (!found) throw new MusterError('not-found', `There is no certificate ${serial}.`);
        return certificateView(found, server, clock.now().getTime());
      },
    },
    'POST /api/certificates/:serial/revoke': {
      summary: 'Revokes a certificate, for good.',
      body: object({ reason: { enum: Object.keys(revocationReasons) }, 'note?': text }),
      answer: certificateSchema,
      run: async ({ params: { serial = '' }, body, who }) => {
        const reason = revocationReasonFrom(String(body.reason));
        if (reason === undefined) throw badRequest('The reason: one of the list is expected.');
        const revoked = await revokeFor(desk, serial, reason, String(body.note ?? ''), who.name);
        return certificateView(revoked, server, clock.now().getTime());
      },
    },
    'GET /api/authority': {
      summary: 'The clearinghouse CA, with the fingerprints to type into a device.',
      answer: object({ sha256: text, sha1: text, notAfter: time, pem: text }),
      run: async () => authorityView(server),
    },
    'GET /api/authority/crl': {
      summary: 'The revocation list, signed by the clearinghouse CA now.',
      answer: object({ pem: text }),
      run: async () => ({
        pem: toPem('X509 CRL', await revocationList(server.store, server.authority, clock.now())),
      }),
    },
    'POST /api/authority/rotate': {
      summary: 'Makes another CA: every device must re-enroll.',
      answer: object({ sha256: text, sha1: text, notAfter: time, pem: text }),
      run: async ({ who }) => {
        await server.configurationKeeper.rotateCrypto(who.name);
        return authorityView(server);
      },
    },
  };
}

function authorityView({ fingerprints, authority: { certificate } }: ReferenceServer) {
  return { ...fingerprints, notAfter: certificate.notAfter.toISOString(), pem: toPem('CERTIFICATE', certificate.der) };
}
