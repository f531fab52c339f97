import type { Area } from './requirement.ts';

/** AFT: what an enrolled device does next: authorization, routing, usage. */
export const afterEnrollment = {
  'AFT-001': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device authenticates other servers of the clearinghouse by the CA certificate that it got.',
    quote:
      'The device can use the CA’s certificate to authenticate subsequent communications from other clearinghouse servers.',
    citation: 'WO 01/47232, Summary',
    untested: 'The bench has one server: no other one of the clearinghouse shows a certificate of its CA.',
  },
  'AFT-002': {
    role: 'both',
    level: 'MUST',
    sentence: 'An enrolled device can open TLS with its certificate.',
    quote:
      'This public key can be used by the source device to initiate secure communications with the clearinghouse server.',
    citation: 'WO 01/47232, Fig. 3A; Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-003': {
    role: 'device',
    level: 'MUST',
    sentence:
      'An authorization request bears the called number and a call identifier, and optionally the calling number.',
    quote:
      'The authorization request typically comprises the called telephone number, otherwise described as the dialed number, a call identifier to uniquely identify the outgoing call',
    citation: 'WO 01/47232, Fig. 1',
  },
  'AFT-004': {
    role: 'server',
    level: 'MUST',
    sentence:
      'An authorization is granted only to a device that is defined, enabled and enrolled, while routing is enabled.',
    quote:
      'If the clearinghouse server 125 determines that the source device 110 is an authorized user of clearinghouse services',
    citation: 'WO 01/47232, Fig. 1; Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'The answer names destinations from the routes of the device’s group, picked by weight.',
    quote: 'the clearinghouse server 125 can identify one or more destination devices for handling the outgoing call.',
    citation: 'WO 01/47232, Fig. 1; Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-006': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A called number that ends in "..." is a prefix, blanks in it do not count, the empty one matches every number, and the longest prefix wins.',
    quote: 'the called number prefix for the routes (enclosed in quotation marks if the number includes spaces)',
    citation: 'WO 01/47232, route; Muster protocol decisions, «The configuration file: called numbers»',
  },
  'AFT-007': {
    role: 'server',
    level: 'MUST',
    sentence: 'A destination of weight 0 is a last resort, after all others.',
    quote: 'weight is the weighting factor for that device.',
    citation: 'WO 01/47232, route; Muster protocol decisions, «The configuration file: called numbers»',
  },
  'AFT-008': {
    role: 'server',
    level: 'MUST',
    sentence: 'Usage is accepted when cdrs is enabled, and not otherwise.',
    quote: 'flag to enable/disable CDR collection',
    citation: 'WO 01/47232, Table 8; Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-009': {
    role: 'both',
    level: 'MUST',
    sentence:
      'Authorization and usage are XML messages over HTTP POST to /osp, each with a messageId and one or more components.',
    quote: 'The XML parser 215 also can extract information from an XML message received by the Web server 210',
    citation: 'WO 01/47232, Fig. 2; Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-010': {
    role: 'server',
    level: 'MUST',
    sentence:
      'An authorization answer repeats messageId, random and componentId, and bears Timestamp, Status 200, TransactionId and its destinations.',
    citation: 'Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-011': {
    role: 'server',
    level: 'MUST',
    sentence:
      'Each destination bears a CallId of the request, the called number, a signal address, a token, its validity and the usage allowed.',
    citation: 'Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-012': {
    role: 'server',
    level: 'MUST',
    sentence: 'Each usage indication is answered by a usage confirmation with status code 201.',
    citation: 'Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-013': {
    role: 'server',
    level: 'MUST',
    sentence: 'A refused authorization is a status with another code and no destination.',
    citation: 'Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-014': {
    role: 'server',
    level: 'MUST',
    sentence:
      'Over TLS a call or usage is taken only from a device that shows a certificate which this server issued under its CA of now, alive and not revoked.',
    citation: 'Muster protocol decisions, «What follows enrollment: who calls»',
  },
  'AFT-015': {
    role: 'server',
    level: 'MUST',
    sentence:
      'In cleartext, while ssl is disabled, a call or usage is taken only from an enrolled device whose numbers stand in the message, and from its address where it is known by one.',
    citation: 'Muster protocol decisions, «What follows enrollment: who calls»',
  },
  'AFT-016': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A message with a DOCTYPE, or deeper, wider or longer than any message needs to be, is refused in bounded time.',
    citation: 'Muster protocol decisions, «What follows enrollment: XML»',
  },
  'AFT-017': {
    role: 'server',
    level: 'MUST',
    sentence: 'Usage that is reported again is confirmed again, and counted once.',
    citation: 'Muster protocol decisions, «What follows enrollment: usage»',
  },
  'AFT-018': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device reports as source the usage of its own transactions alone.',
    citation: 'Muster protocol decisions, «What follows enrollment: usage»',
  },
  'AFT-019': {
    role: 'device',
    level: 'MUST',
    sentence:
      'An indication of usage bears its role, the TransactionId and a CallId of its authorization, and the called number.',
    citation: 'Muster protocol decisions, «What follows enrollment»',
  },
  'AFT-020': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device that is disabled is no destination of a call.',
    citation: 'Muster protocol decisions, «The configuration file: called numbers»',
  },
} as const satisfies Area;
