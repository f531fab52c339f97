import { signatureAlgorithms } from '#protocol/pki/algorithms.ts';
import { describeKey } from '#protocol/pki/keys.ts';
import { parsePkcs10 } from '#protocol/pki/pkcs10.ts';
import type { Transaction } from '../enrollment/states.ts';

/** What an approver should know of the key that asks for a certificate. */
export interface KeyFacts {
  /** `EC P-256`, `RSA 2048` */
  readonly key: string;
  readonly signature: string;
  readonly subject: string;
  readonly extensionsAskedFor: readonly string[];
}

export function keyFactsOf({ pkcs10 }: Transaction): KeyFacts {
  const { publicKey, signatureAlgorithm, signatureOid, subjectText, requestedExtensions } = parsePkcs10(pkcs10);
  return {
    key: describeKey(publicKey).text,
    signature: signatureAlgorithm ? signatureAlgorithms[signatureAlgorithm].text : signatureOid,
    subject: subjectText,
    extensionsAskedFor: requestedExtensions,
  };
}
