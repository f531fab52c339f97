import type { Area } from './requirement.ts';

const insideServer = 'Seen only in the folder of the server; the reference server’s own tests check it.';

/** CFG: the configuration file of the server (Tables 7 and 8). */
export const configurationFile = {
  'CFG-001': {
    role: 'server',
    level: 'MUST',
    sentence: 'Each line holds one item, which its first word names.',
    quote:
      'Each line in a configuration file (other than comments or blank lines) contains a single configuration item. The first word on the line identifies that item.',
    citation: 'WO 01/47232, Table 8',
  },
  'CFG-002': {
    role: 'server',
    level: 'MUST',
    sentence: 'Blank lines and comments, from "#" outside quotes to the end of the line, are skipped.',
    quote: '(other than comments or blank lines)',
    citation: 'WO 01/47232, Table 8; Muster protocol decisions, «The configuration file»',
  },
  'CFG-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'A word with spaces stands in double quotes; single quotes are read too, and double quotes are written.',
    quote: 'If the name consists of more than one word, the entire name should be enclosed in double quotation marks.',
    citation: 'WO 01/47232, Tables 7 and 8; Muster protocol decisions, «The configuration file»',
  },
  'CFG-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'An empty quoted word is the unnamed group.',
    citation: 'WO 01/47232, Table 7; Muster protocol decisions, «The configuration file»',
  },
  'CFG-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'Of license, crypto, enroll, routing, cdrs and ssl the last occurrence counts.',
    quote: 'In most cases, later occurrences of an item will override an earlier value.',
    citation: 'WO 01/47232, Table 8',
  },
  'CFG-006': {
    role: 'server',
    level: 'MUST',
    sentence: 'Only the last license line is used, and the older ones stay in the file, for reversion and audit.',
    quote:
      'Unlike other configuration items, old values of the license key are kept in the configuration file, allowing a straightforward reversion to an earlier license (by deleting the newest license keys), as well as problem diagnosis and auditing.',
    citation: 'WO 01/47232, license',
  },
  'CFG-007': {
    role: 'server',
    level: 'MUST',
    sentence: 'Without a valid license key the server is a trial version.',
    quote:
      'If this parameter is absent from the file, or if the included license key is invalid, the underlying software supporting operations of the clearinghouse server will revert to a trial version.',
    citation: 'WO 01/47232, license; Muster protocol decisions, «The configuration file: license»',
  },
  'CFG-008': {
    role: 'server',
    level: 'MUST',
    sentence: 'License keys are part of every backup of the configuration.',
    quote: 'Imported license keys are stored in configuration backups.',
    citation: 'WO 01/47232, license',
    untested: insideServer,
  },
  'CFG-009': {
    role: 'server',
    level: 'MUST',
    sentence: 'A server whose file has no crypto line generates new cryptographic parameters.',
    quote:
      'If this parameter is absent, the clearinghouse server will automatically generate new cryptographic parameters.',
    citation: 'WO 01/47232, crypto',
  },
  'CFG-010': {
    role: 'server',
    level: 'MUST',
    sentence: 'After new cryptographic parameters were generated, every enrolled device must re-enroll.',
    quote:
      'If this occurs, though, all enrolled devices will have to re-enroll with the server to refresh their cryptographic knowledge.',
    citation: 'WO 01/47232, crypto; Muster protocol decisions, «The configuration file: crypto»',
  },
  'CFG-011': {
    role: 'server',
    level: 'MUST',
    sentence: 'Enrollment is disabled when the file has no enroll line, and is then refused with status 6.',
    quote: 'If this parameter is not present, device enrollment will be disabled.',
    citation: 'WO 01/47232, enroll; Muster protocol decisions, «Refusals: 6»',
  },
  'CFG-012': {
    role: 'server',
    level: 'MUST',
    sentence: 'Call routing is disabled when the file has no routing line.',
    quote: 'If this parameter is not present, call routing will be disabled.',
    citation: 'WO 01/47232, routing',
    untested: 'It shows in what follows enrollment, which is not certified yet.',
  },
  'CFG-013': {
    role: 'server',
    level: 'MUST',
    sentence: 'Collection of call detail records is disabled when the file has no cdrs line.',
    quote: 'If this parameter is not present, CDR collection will be disabled.',
    citation: 'WO 01/47232, cdrs',
    untested: 'It shows in what follows enrollment, which is not certified yet.',
  },
  'CFG-014': {
    role: 'server',
    level: 'MUST',
    sentence: 'With ssl enabled every request in cleartext is refused, getcacert included.',
    quote: 'flag to force clearinghouse server requests to use SSL for security',
    citation: 'WO 01/47232, Table 8; Muster protocol decisions, «The configuration file: ssl»',
  },
  'CFG-015': {
    role: 'server',
    level: 'MUST',
    sentence: 'Forced TLS is disabled when the file has no ssl line.',
    citation: 'Muster protocol decisions, «The configuration file: ssl»',
  },
  'CFG-016': {
    role: 'server',
    level: 'MUST',
    sentence: 'A flag is the single word enabled or disabled; anything else is an error.',
    quote:
      'The content following the enroll keyword should be a single word, either "enabled" or "disabled" (without the quotation marks), whichever is appropriate.',
    citation: 'WO 01/47232, enroll, routing, cdrs, ssl',
  },
  'CFG-017': {
    role: 'server',
    level: 'MUST',
    sentence: 'More lines of group, device and route define more groups, devices and routes.',
    quote:
      'In the case of “group”, “device”, and “route”, multiple occurrences define additional groups, devices, or routes.',
    citation: 'WO 01/47232, Table 8',
  },
  'CFG-018': {
    role: 'server',
    level: 'MUST',
    sentence: 'Two groups of the same name are an error.',
    quote: 'it is not possible to define multiple groups with the same name',
    citation: 'WO 01/47232, Table 8',
  },
  'CFG-019': {
    role: 'server',
    level: 'MUST',
    sentence: 'Two devices of the same name are an error.',
    quote: 'multiple devices with the same name',
    citation: 'WO 01/47232, Table 8',
  },
  'CFG-020': {
    role: 'server',
    level: 'MUST',
    sentence: 'Two routes of the same group and called number are an error.',
    quote: 'multiple routes with the same group and called number.',
    citation: 'WO 01/47232, Table 8',
  },
  'CFG-021': {
    role: 'server',
    level: 'MUST',
    sentence: 'The error of a duplicate is given when the file is read, and names the file, both lines and the name.',
    quote:
      'If the configuration file attempts to define duplicates, the server will generate an error when attempting to read and parse the file.',
    citation: 'WO 01/47232, Table 8; Muster protocol decisions, «The configuration file: duplicates»',
  },
  'CFG-022': {
    role: 'server',
    level: 'MUST',
    sentence: 'A running server that reads a file with errors keeps running on the file it had.',
    citation: 'Muster protocol decisions, «The configuration file: duplicates»',
  },
  'CFG-023': {
    role: 'server',
    level: 'MUST',
    sentence: 'DNS names of devices compare without case.',
    citation: 'Muster protocol decisions, «The configuration file: duplicates»; RFC 4343',
  },
  'CFG-024': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device line holds a name, a group, enabled or disabled, and optionally enrolled.',
    quote:
      'The content following the device keyword should be the DNS name of the device, the name of the group to which the device belongs (enclosed in quotation marks if the name is more than one word), the word "enabled" or "disabled" (without the quotation marks), and, optionally, the word "enrolled" (also without quotation marks).',
    citation: 'WO 01/47232, device',
  },
  'CFG-025': {
    role: 'server',
    level: 'MUST',
    sentence: 'A route line holds a group, a called number, and one or more pairs of a device and its weight.',
    quote: 'and then a series of one or more device weight pairs',
    citation: 'WO 01/47232, route',
  },
  'CFG-026': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A device of an undefined group, and a route of an undefined group or to an undefined device, are errors.',
    citation: 'Muster protocol decisions, «The configuration file: duplicates»',
  },
  'CFG-027': {
    role: 'server',
    level: 'MUST',
    sentence: 'An unknown item, and a weight that is no number, are errors.',
    citation: 'Muster protocol decisions, «The configuration file: duplicates»',
  },
  'CFG-028': {
    role: 'server',
    level: 'SHOULD',
    sentence: 'All errors of a file are reported at once, each with its line and column.',
    citation: 'Muster protocol decisions, «The configuration file: duplicates»',
  },
  'CFG-029': {
    role: 'server',
    level: 'MUST',
    sentence: 'Reading and writing a file keeps its comments, its order and its old license lines.',
    citation: 'Muster protocol decisions, «The configuration file: duplicates»',
  },
  'CFG-030': {
    role: 'server',
    level: 'MUST',
    sentence: 'Every change that the server makes to the file is written atomically, after a backup.',
    citation: 'Muster protocol decisions, «The configuration file: duplicates»',
    untested: insideServer,
  },
  'CFG-031': {
    role: 'server',
    level: 'MUST',
    sentence: 'On enrollment the server builds the configuration record of the device and marks it enrolled.',
    quote:
      'Upon device enrollment, a configuration record or file for that device is constructed for storage in the configuration database accessible by the clearinghouse server.',
    citation: 'WO 01/47232, Fig. 3B step 350; Fig. 3A step 325',
    untested: insideServer,
  },
  'CFG-032': {
    role: 'server',
    level: 'MUST',
    sentence: 'A group line holds one name.',
    quote: 'The content following the group keyword should be the name of the group.',
    citation: 'WO 01/47232, group',
  },
  'CFG-033': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A server enrolls as many devices as its license, or its trial version, is for; the next is refused with status 6, and an enrolled one re-enrolls.',
    citation: 'Muster protocol decisions, «The configuration file: license» and «Refusals: 6»',
  },
} as const satisfies Area;
