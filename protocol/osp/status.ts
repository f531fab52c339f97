/**
 * The status codes of the Open Settlement Protocol (ETSI TS 101 321) that are used here. It has none for a call that
 * nobody takes: 404 is that of HTTP (Muster protocol decisions, «What follows enrollment: refusals»).
 */
export const ospStatusTable = {
  200: 'success',
  201: 'new information accepted',
  400: 'bad request',
  401: 'unauthorized',
  404: 'no route to the called number',
  410: 'character encoding not supported',
  411: 'the message cannot be parsed',
  412: 'a critical element is not supported',
  423: 'the certificate is not valid',
  424: 'the certificate is revoked',
  425: 'encryption required',
  500: 'internal server error',
  501: 'not implemented',
  503: 'service not available',
} as const;

export type OspStatus = keyof typeof ospStatusTable;
