import type { Area } from './requirement.ts';

/** MSG, first half: variable=value pairs, their names and their values. */
export const messageForm = {
  'MSG-001': {
    role: 'both',
    level: 'MUST',
    sentence: 'A body is a series of ASCII variable=value pairs joined by "&".',
    quote: 'Each POST request contains a series of ASCII variable=value pairs, encoded as given in RFC 1738.',
    citation: 'WO 01/47232, Message Formats',
  },
  'MSG-002': {
    role: 'device',
    level: 'MUST',
    sentence: 'Every non-alphanumeric character of a value in a request is a "%" and two hexadecimal digits.',
    quote:
      'Note that non-alphanumeric characters are encoded as a "%" and their corresponding two hexadecimal digits (as specified in RFC 1738.)',
    citation: 'WO 01/47232, Message Formats',
  },
  'MSG-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'The hexadecimal digits of an escape are accepted in either case.',
    citation: 'Muster protocol decisions, «Messages: requests»',
  },
  'MSG-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'A body with a "%" that two hexadecimal digits do not follow is malformed, and is refused.',
    citation: 'Muster protocol decisions, «Messages: HTTP»',
  },
  'MSG-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'A body with a piece that has no "=" or no name is malformed, and is refused.',
    citation: 'Muster protocol decisions, «Messages: HTTP»',
  },
  'MSG-006': {
    role: 'both',
    level: 'MUST',
    sentence: 'A "+" in a value is a plus, never a space.',
    citation: 'Muster protocol decisions, «Messages: plus sign»',
  },
  'MSG-007': {
    role: 'both',
    level: 'MUST',
    sentence: 'The first "=" of a pair ends the name, and a value ends at "&", so base64 padding may stand in it.',
    citation: 'Muster protocol decisions, «Messages: responses»',
  },
  'MSG-008': {
    role: 'both',
    level: 'MUST',
    sentence: 'Empty pairs are ignored.',
    citation: 'Muster protocol decisions, «Messages: repeated variable»',
  },
  'MSG-009': {
    role: 'both',
    level: 'MUST',
    sentence: 'Unknown variables are ignored, and never taken for a known one that they resemble.',
    citation: 'Muster protocol decisions, «Messages: repeated variable»',
  },
  'MSG-010': {
    role: 'both',
    level: 'MUST',
    sentence: 'The variables of a message are accepted in any order.',
    citation: 'Muster protocol decisions, «Messages: order»',
  },
  'MSG-011': {
    role: 'both',
    level: 'MUST',
    sentence: 'A message that repeats a variable with another value is malformed; with the same value it is not.',
    citation: 'Muster protocol decisions, «Messages: repeated variable»',
  },
  'MSG-012': {
    role: 'both',
    level: 'MUST',
    sentence:
      'The CA certificate is sent as certificate=, the PKCS#10 as request=, and the issued certificate as cert=, as the examples show.',
    citation: 'WO 01/47232, Tables 3, 4 and 6; Muster protocol decisions, «Messages: names»',
  },
  'MSG-013': {
    role: 'both',
    level: 'MUST',
    sentence: 'The names of Table 1, cacert and certreq, are accepted as synonyms of certificate and request.',
    citation: 'WO 01/47232, Table 1; Muster protocol decisions, «Messages: names»',
  },
  'MSG-014': {
    role: 'both',
    level: 'MUST',
    sentence: 'A message that bears a variable under both its names with different values is malformed.',
    citation: 'Muster protocol decisions, «Messages: names»',
  },
  'MSG-015': {
    role: 'both',
    level: 'MUST',
    sentence: 'Values are bytes: nothing is cut at a NUL or breaks on a byte over 0x7F.',
    citation: 'Muster protocol decisions, «Messages: values are bytes»',
  },
  'MSG-072': {
    role: 'device',
    level: 'MUST',
    sentence: 'A plus in the base64 of an answer is a plus for the device, and never a blank.',
    citation: 'Muster protocol decisions, «Messages: plus sign»',
  },
  'MSG-016': {
    role: 'server',
    level: 'MUST',
    sentence: 'Base64 stands raw in an answer: plus, slash and padding are not escaped, and no line is broken.',
    citation: 'WO 01/47232, Tables 3 and 6; Muster protocol decisions, «Messages: responses»',
  },
  'MSG-017': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device accepts base64 in an answer both raw and escaped.',
    citation: 'Muster protocol decisions, «Messages: responses»',
  },
  'MSG-018': {
    role: 'both',
    level: 'SHOULD',
    sentence: 'Line breaks inside base64 are accepted.',
    citation: 'Muster protocol decisions, «Messages: form of the values»',
  },
  'MSG-019': {
    role: 'both',
    level: 'MUST',
    sentence:
      'The operation is getcacert, request or retrieve; a request without one, or with another, is refused with status 4.',
    quote: 'operation=<req. type> getcacert, request, or retrieve',
    citation: 'WO 01/47232, Table 1',
  },
  'MSG-020': {
    role: 'both',
    level: 'MUST',
    sentence:
      'The device id and the customer number are decimal numbers up to 2^64-1 without sign or leading zero; anything else is refused, and no two ids are made one.',
    citation: 'Muster protocol decisions, «Messages: form of the values»',
  },
  'MSG-021': {
    role: 'both',
    level: 'MUST',
    sentence:
      'A user name or password that is empty, longer than 255 bytes, no UTF-8, or holds a control character is refused.',
    citation: 'Muster protocol decisions, «Messages: form of the values»',
  },
  'MSG-022': {
    role: 'both',
    level: 'MUST',
    sentence: 'A nonce of 1 to 128 bytes of any value is accepted, and any other length is refused.',
    citation: 'Muster protocol decisions, «Messages: form of the values»',
  },
  'MSG-023': {
    role: 'both',
    level: 'MUST',
    sentence: 'A PKCS#10 that is not padded base64, or is longer than 16 KiB, is refused.',
    citation: 'Muster protocol decisions, «Messages: form of the values»',
  },
  'MSG-024': {
    role: 'both',
    level: 'MUST',
    sentence: 'No sequence of bytes makes a receiver crash, hang, or take more than linear time to read it.',
    citation: 'Muster protocol decisions, «Messages: values are bytes»',
  },
} as const satisfies Area;
