import type { Area } from './requirement.ts';

/** MSG, third part: what a device makes of HTTP, of the connection, and of time. */
export const messageTransport = {
  'MSG-060': {
    role: 'device',
    level: 'MUST',
    sentence:
      'Under another HTTP status than 200 an answer may tell the device of a refusal; it makes it neither enrolled nor pending, and gives it no CA certificate.',
    citation: 'Muster protocol decisions, «Messages: status»',
  },
  'MSG-061': {
    role: 'device',
    level: 'MUST',
    sentence: 'User name, password and PKCS#10 go to the server that the device was told of, and follow no redirect.',
    citation: 'Muster protocol decisions, «Messages: redirects»',
  },
  'MSG-062': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device asks nothing at all where a redirect leads.',
    citation: 'Muster protocol decisions, «Messages: redirects»',
  },
  'MSG-063': {
    role: 'device',
    level: 'MUST',
    sentence: 'An answer that did not come whole is none: nothing of it is believed or stored.',
    citation: 'Muster protocol decisions, «Messages: whole answers»; RFC 9112 §8',
  },
  'MSG-064': {
    role: 'device',
    level: 'MUST',
    sentence: 'An answer ends where Content-Length says; what comes after it does not count.',
    citation: 'Muster protocol decisions, «Messages: whole answers»; RFC 9112 §6.3',
  },
  'MSG-065': {
    role: 'device',
    level: 'MUST',
    sentence: 'One message has one answer: the first that comes.',
    citation: 'Muster protocol decisions, «Messages: whole answers»; RFC 9112 §9.2',
  },
  'MSG-066': {
    role: 'device',
    level: 'MUST',
    sentence: 'An answer of a megabyte or more makes no device enrolled, and gives it no CA certificate.',
    citation: 'Muster protocol decisions, «Messages: size and time»',
  },
  'MSG-067': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device ends the connection over which too long an answer comes, and does not take it all in.',
    citation: 'Muster protocol decisions, «Messages: size and time»',
  },
  'MSG-068': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device gives up an answer that does not end.',
    citation: 'Muster protocol decisions, «Messages: size and time»',
  },
  'MSG-069': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device knows the headers of an answer in any letter case, and takes one that closes its connection.',
    citation: 'Muster protocol decisions, «Messages: carriage»; RFC 9110 §5.1; RFC 9112 §9.6',
  },
  'MSG-070': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device takes an answer in chunks.',
    citation: 'Muster protocol decisions, «Messages: carriage»; RFC 9112 §7.1',
  },
  'MSG-071': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device waits for an answer for a second at least.',
    citation: 'Muster protocol decisions, «Messages: size and time»',
  },
} as const satisfies Area;
