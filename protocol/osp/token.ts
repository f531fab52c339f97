import { allowedUsagePart, type Destination } from './authorization.ts';
import { bytesPart, textPart, timePart } from './fields.ts';
import { calledNumberPart } from './parties.ts';
import { writeXml } from './xml-writer.ts';

export type TokenContent = Omit<Destination, 'token' | 'signalAddress'> & {
  readonly transactionId: string;
  /** The calling number. */
  readonly callingNumber?: string | undefined;
};

/** What a token vouches for: this call, from now, for so long (ETSI TS 101 321, TokenInfo). No part of it is secret. */
export function encodeTokenInfo(content: TokenContent): Uint8Array {
  const { callId, callingNumber, calledNumber, transactionId, validAfter, validUntil, amount } = content;
  return writeXml({
    name: 'TokenInfo',
    content: [
      callingNumber === undefined
        ? undefined
        : { name: 'SourceInfo', attributes: { type: 'e164' }, content: callingNumber },
      calledNumberPart(calledNumber),
      bytesPart('CallId', callId),
      timePart('ValidAfter', validAfter),
      timePart('ValidUntil', validUntil),
      textPart('TransactionId', transactionId),
      allowedUsagePart(amount),
    ],
  });
}
