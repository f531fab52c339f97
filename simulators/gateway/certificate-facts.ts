import { type Certificate, isSignedBy } from '#protocol/pki/certificate.ts';

/** Why a certificate is not valid at a time, or undefined. RFC 5280 §4.1.2.5: both ends of the period are inside it. */
export function datesFailure(certificate: Certificate, at: Date, skewSeconds: number): string | undefined {
  const { notBefore, notAfter } = certificate;
  const skewMs = skewSeconds * 1000;
  if (at.getTime() + skewMs < notBefore.getTime()) {
    return `it is valid from ${notBefore.toISOString()}, and it is ${at.toISOString()}`;
  }
  if (at.getTime() - skewMs > notAfter.getTime()) {
    return `it was valid until ${notAfter.toISOString()}, and it is ${at.toISOString()}`;
  }
  return undefined;
}

/** Why a certificate is not signed by that issuer, or undefined. RFC 5280 §6.1.3 (a)(1): the name; (a)(4): the signature. */
export function signatureFailure(certificate: Certificate, issuer: Certificate): string | undefined {
  if (Buffer.compare(certificate.issuerDer, issuer.subjectDer) !== 0) {
    return `it names ${JSON.stringify(certificate.issuerText)} as its issuer, expected ${JSON.stringify(issuer.subjectText)}`;
  }
  // RFC 5280 §4.1.1.2: what is signed names the algorithm of the signature, its parameters included.
  if (!certificate.algorithmsAgree) {
    return `it names the signature algorithm ${certificate.innerSignatureOid} inside, and another or with other parameters outside (${certificate.signatureOid})`;
  }
  if (isSignedBy(certificate, issuer.publicKey)) return undefined;
  return `its signature does not verify under the key of ${JSON.stringify(issuer.subjectText)}`;
}
