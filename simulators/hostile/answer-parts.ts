import type { SignatureId } from '#protocol/pki/algorithms.ts';
import { type Authority, type CertificateTemplate, createAuthority, signCertificate } from '#protocol/pki/authority.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import type { AnswerContext, AnswerFault } from './answer-fault.ts';

const day = 24 * 3600 * 1000;
/** As answers hold it. */
export const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');

export function around(now: Date): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + 365 * day) };
}

export async function otherAuthority({
  profile,
  now,
  clearinghouse,
}: Pick<AnswerContext, 'profile' | 'now' | 'clearinghouse'>): Promise<Authority> {
  return createAuthority({
    subject: clearinghouse.certificate.subject,
    key: await generateKeyPair(profile.authorityKey),
    signature: profile.authoritySignature,
    ...around(now),
  });
}

export interface DeviceCertificate {
  readonly signer?: Authority;
  readonly spki?: Uint8Array;
  readonly name?: string;
  readonly shiftDays?: number;
  readonly ca?: boolean;
  /** Another one than the profile's. */
  readonly signature?: SignatureId;
}

/** What the good certificate of the device says, but for the one thing given. */
export function deviceTemplate(context: AnswerContext, differs: DeviceCertificate): CertificateTemplate {
  const name = differs.name ?? context.deviceName;
  const shift = (differs.shiftDays ?? 0) * day;
  return {
    subject: [{ type: 'CN', value: name }],
    spki: differs.spki ?? context.spki,
    notBefore: new Date(context.now.getTime() - day + shift),
    notAfter: new Date(context.now.getTime() + 30 * day + shift),
    basicConstraints: { ca: differs.ca ?? false },
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    dnsNames: [name],
  };
}

/** The good certificate of the device, but for the one thing given. */
export function deviceCertificate(context: AnswerContext, differs: DeviceCertificate): Uint8Array {
  const { certificate, key, signature } = differs.signer ?? context.clearinghouse;
  const issuer = { subject: certificate.subject, key, certificate };
  return signCertificate(deviceTemplate(context, differs), issuer, differs.signature ?? signature);
}

/** What the CA certificate of the clearinghouse says, of its own key, but for its end. */
export function authorityTemplate({ clearinghouse, now }: AnswerContext, endsInDays: number): CertificateTemplate {
  const { subject, spki, basicConstraints = { ca: true } } = clearinghouse.certificate;
  return {
    subject,
    spki,
    notBefore: new Date(now.getTime() - 365 * day),
    notAfter: new Date(now.getTime() + endsInDays * day),
    basicConstraints,
    keyUsage: ['keyCertSign', 'cRLSign'],
  };
}

/** The CA certificate of the clearinghouse, of its own key, but for its end. */
export function caCertificate(context: AnswerContext, endsInDays: number): Uint8Array {
  const { key, certificate } = context.clearinghouse;
  const issuer = { subject: certificate.subject, key };
  return signCertificate(authorityTemplate(context, endsInDays), issuer, context.profile.authoritySignature);
}

/** An answer whose certificate is good, with whatever stands around it. */
export function statusFault(id: string, text: string, explanation: string): AnswerFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    body: async (context) => text.replace('CERT', base64(deviceCertificate(context, {}))),
  };
}

export function certificateFault(
  id: string,
  explanation: string,
  differs: (context: AnswerContext) => DeviceCertificate | Promise<DeviceCertificate>,
): AnswerFault {
  return {
    id,
    explanation,
    operation: 'enrollment',
    body: async (context) => `status=0&cert=${base64(deviceCertificate(context, await differs(context)))}`,
  };
}
