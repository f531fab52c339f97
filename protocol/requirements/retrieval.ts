import type { Area } from './requirement.ts';

/** RET: pending requests, and how their certificates are retrieved. */
export const retrieval = {
  'RET-001': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device whose request is pending asks again with retrieve until it is told the outcome.',
    citation: 'Muster protocol decisions, «The exchange: step 8»',
  },
  'RET-002': {
    role: 'device',
    level: 'MUST',
    sentence: 'A retrieve repeats the names and values of the request, and differs in the operation alone.',
    quote:
      'The retrieve function only differs in the “operation” parameter, in which the “request” value is replaced by “retrieve”. Otherwise, all parameters have the same names and values.',
    citation: 'WO 01/47232, Table 4',
  },
  'RET-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'While a request is pending the server answers its status, with no certificate.',
    quote:
      'If the enrollment request is pending further approval, then the enrollment server is only required to send the status of the certificate request.',
    citation: 'WO 01/47232, Table 5',
  },
  'RET-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'Once the request is approved, retrieve is answered with status=0 and the certificate in cert=.',
    quote:
      'If the enrollment request has been processed and accepted by the server, it will return a response such as the following in Table 6.',
    citation: 'WO 01/47232, Table 6',
  },
  'RET-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'Every retrieve of an issued certificate gets the same bytes.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'RET-006': {
    role: 'server',
    level: 'MUST',
    sentence: 'A retrieve after the administrator rejected the request is refused with status 8.',
    citation: 'Muster protocol decisions, «Refusals: 8»',
  },
  'RET-007': {
    role: 'server',
    level: 'MUST',
    sentence: 'A retrieve before any request is refused with status 9.',
    citation: 'Muster protocol decisions, «Refusals: 9»',
  },
  'RET-008': {
    role: 'server',
    level: 'MUST',
    sentence: 'A retrieve with other parameters than the request had is refused with status 9.',
    citation: 'Muster protocol decisions, «Refusals: 9»',
  },
  'RET-009': {
    role: 'device',
    level: 'MUST',
    sentence: 'The polls of a device are spaced and bounded, however long the request is pending.',
    citation: 'Muster protocol decisions, «The exchange: pace of polls»',
  },
  'RET-010': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device whose request is rejected stops asking and is not enrolled.',
    citation: 'Muster protocol decisions, «Refusals: 8»',
  },
  'RET-011': {
    role: 'server',
    level: 'MUST',
    sentence: 'In the legacy profile a retrieve with a nonce of its own is answered, as the deployed client sends it.',
    citation: 'Muster vectors, retrieve of the deployed client',
    untested: 'It matters to the deployed client alone; the tests that answer its recorded bytes check it.',
  },
  'RET-020': {
    role: 'device',
    level: 'MUST',
    sentence:
      'A device that is answered with Retry-After, pending or under HTTP 429 or 503, sends nothing before that time.',
    citation: 'Muster protocol decisions, «The exchange: pace of polls»; RFC 9110 §10.2.3',
  },
  'RET-021': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'A device that was told no other pace leaves at least a second between an answer and its next poll.',
    citation: 'Muster protocol decisions, «The exchange: pace of polls»',
  },
  'RET-022': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'A device takes a date in Retry-After, too, and sends nothing before it.',
    citation: 'Muster protocol decisions, «The exchange: pace of polls»; RFC 9110 §10.2.3',
  },
  'RET-023': {
    role: 'device',
    level: 'SHOULD',
    sentence:
      'Devices that are told to wait at one moment come back spread: each adds a part to its wait by chance, and no more than half return within a twentieth of it.',
    citation: 'Muster protocol decisions, «The exchange: pace of polls»',
  },
  'RET-060': {
    role: 'server',
    level: 'MUST',
    sentence: 'A retrieve before a request, with other parameters, or of another device’s request is refused alike.',
    citation: 'Muster protocol decisions, «Refusals: 9»',
  },
  'RET-061': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A request that nobody decided on in its lifetime is forgotten, and its retrieve is refused with status 9.',
    citation: 'Muster protocol decisions, «Refusals: 9»',
  },
  'RET-062': {
    role: 'server',
    level: 'MUST',
    sentence: 'A request that another one replaced can no longer be retrieved.',
    citation: 'Muster protocol decisions, «Refusals: 9»',
  },
  'RET-063': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device that asks for what is pending too often is told when to come again, and others are served.',
    citation: 'Muster protocol decisions, «Messages: limits»',
  },
} as const satisfies Area;
