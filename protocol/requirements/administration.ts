import type { Area } from './requirement.ts';

/** ADM: devices, accounts, and the administrator's word. */
export const administration = {
  'ADM-001': {
    role: 'server',
    level: 'MUST',
    sentence: 'Only a device that the administrator defined is enrolled; any other is refused with status 2.',
    quote:
      'an exemplary enrollment process 300 is initiated in response to a user, typically an assistant administrator, defining a source device to be enrolled as a “user” or subscriber of clearinghouse services.',
    citation: 'WO 01/47232, Fig. 3A; Muster protocol decisions, «Refusals: 2»',
  },
  'ADM-002': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device is identified by its DNS name or its IP address.',
    quote: 'A source device is typically identified by an IP address or a Domain Name System (DNS) name.',
    citation: 'WO 01/47232, Fig. 3A',
  },
  'ADM-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device belongs to a group.',
    quote:
      'In addition, the administrator can assign the source device to a particular Group of devices having one or more common characteristics.',
    citation: 'WO 01/47232, Fig. 3A',
  },
  'ADM-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'A request is refused with status 6 while enrollment is disabled.',
    quote: 'flag to enable/disable device enrollment',
    citation: 'WO 01/47232, Table 8; Muster protocol decisions, «Refusals: 6»',
  },
  'ADM-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'A request of a disabled device is refused with status 7.',
    citation: 'WO 01/47232, Table 7; Muster protocol decisions, «Refusals: 7»',
  },
  'ADM-006': {
    role: 'server',
    level: 'MUST',
    sentence: 'Where approval is manual, no certificate is issued before the administrator approved the request.',
    quote: 'after an administrator has verified that the customer intended to enroll the device in question',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'ADM-007': {
    role: 'server',
    level: 'MUST',
    sentence: 'A request that the administrator rejected is never issued, and is refused with status 8.',
    citation: 'Muster protocol decisions, «Refusals: 8»',
  },
  'ADM-008': {
    role: 'server',
    level: 'MUST',
    sentence: 'A wrong user name or password is refused with status 3.',
    quote: 'password for clearinghouse services',
    citation: 'WO 01/47232, Table 1; Muster protocol decisions, «Refusals: 3»',
  },
  'ADM-009': {
    role: 'server',
    level: 'MUST',
    sentence: 'An unknown user and a wrong password are refused alike.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'ADM-010': {
    role: 'server',
    level: 'MUST',
    sentence: 'Customer number, device number, device name and user belong together as the accounts say.',
    quote: 'clearinghouse-assigned customer number',
    citation: 'WO 01/47232, Table 1; Muster protocol decisions, «Who is who»',
  },
  'ADM-011': {
    role: 'server',
    level: 'MUST',
    sentence: 'The common name of the PKCS#10 is the configured name of the device, case aside, or its address.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'ADM-012': {
    role: 'server',
    level: 'MUST',
    sentence: 'A PKCS#10 that bears the name of another device is refused with status 2.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'ADM-013': {
    role: 'server',
    level: 'MUST',
    sentence: 'The user of one customer cannot enroll the device of another.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'ADM-014': {
    role: 'server',
    level: 'SHOULD',
    sentence: 'Any kind of device can be enrolled, under a person’s control or automatic.',
    quote: 'This invention works for any type of service or device 110 that requires secured communications.',
    citation: 'WO 01/47232, Secure Enrollment',
    untested: 'Nothing in the messages tells one kind of device from another.',
  },
  'ADM-016': {
    role: 'server',
    level: 'MUST',
    sentence:
      'An approval does not count for a device that was disabled, or taken out of the configuration, meanwhile.',
    citation: 'WO 01/47232, Table 7; Muster protocol decisions, «Refusals: 7»',
  },
  'ADM-015': {
    role: 'server',
    level: 'SHOULD',
    sentence: 'A user interface lets a person enter and see devices, groups and transaction records.',
    quote:
      'The user interface 225 provides a mechanism for a user, such as an assistant administrator, to input information about the clearinghouse environment',
    citation: 'WO 01/47232, Fig. 2',
    untested: 'A web interface has no common form that could be judged from outside.',
  },
  'ADM-040': {
    role: 'server',
    level: 'MUST',
    sentence:
      'Wrong passwords are limited for each account and for each source address, and while a limit holds no password is looked at.',
    citation: 'Muster protocol decisions, «Who is who: wrong passwords»',
  },
  'ADM-041': {
    role: 'server',
    level: 'MUST',
    sentence: 'Wrong passwords for one account keep no other device from being served.',
    citation: 'Muster protocol decisions, «Who is who: wrong passwords»',
  },
  'ADM-042': {
    role: 'server',
    level: 'MUST',
    sentence: 'After the time of Retry-After the right password is taken again.',
    citation: 'Muster protocol decisions, «Who is who: wrong passwords»',
  },
  'ADM-043': {
    role: 'server',
    level: 'MUST',
    sentence: 'An unknown user is refused after as much work as a wrong password.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'ADM-044': {
    role: 'server',
    level: 'MUST',
    sentence: 'A retrieve needs the same password, and the same device defined and enabled, as a request.',
    citation: 'Muster protocol decisions, «Refusals: which of several»',
  },
  'ADM-045': {
    role: 'server',
    level: 'MUST',
    sentence: 'User name and password are compared as they are, letter by letter.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
  'ADM-046': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A common name is compared whole: a NUL is no end of it, a wildcard is no name, and a second name makes it none.',
    citation: 'Muster protocol decisions, «Who is who»',
  },
} as const satisfies Area;
