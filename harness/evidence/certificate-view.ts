import { type Certificate, describeCertificate, isSignedBy } from '#protocol/pki/certificate.ts';
import type { Field } from '#reports/run-record.ts';

/** A certificate field by field. Where an anchor is given, who signed it is one of the fields: the anchor, or one of the others. */
export function certificateFields(
  certificate: Certificate,
  others: readonly Certificate[] = [],
  anchor?: Certificate,
): readonly Field[] {
  const fields = describeCertificate(certificate);
  return anchor ? [...fields, ['signature verifies', signatureOf(certificate, others, anchor)]] : fields;
}

function signatureOf(certificate: Certificate, others: readonly Certificate[], anchor: Certificate): string {
  const isIssuer = ({ subjectText, publicKey }: Certificate): boolean =>
    subjectText === certificate.issuerText && isSignedBy(certificate, publicKey);
  const { issuerText } = certificate;
  if (isIssuer(anchor)) return `yes, by the CA that is trusted: ${issuerText}`;
  if (isIssuer(certificate)) return 'by itself alone';
  if (others.some(isIssuer)) return `by ${issuerText}, whose certificate came along`;
  if ([anchor, ...others].some(({ subjectText }) => subjectText === issuerText)) return `no, not by ${issuerText}`;
  return `unknown: there is no certificate of ${issuerText}`;
}
