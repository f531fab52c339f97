import type { Area } from './requirement.ts';

/** LIF: how long an enrollment lasts, and what comes after. */
export const lifeCycle = {
  'LIF-001': {
    role: 'server',
    level: 'MUST',
    sentence: 'The issued certificate has a limited lifetime, which the operator may choose.',
    quote:
      'Once this verification process is finished, the device can have a public key certificate that is valid for a certain length of time (such as one year).',
    citation: 'WO 01/47232, Summary',
  },
  'LIF-002': {
    role: 'server',
    level: 'SHOULD',
    sentence: 'The lifetime is one year unless the operator chose another.',
    quote: 'should have a certificate that is valid for a certain length of time (such as one year).',
    citation: 'WO 01/47232, Secure Enrollment; Muster protocol decisions, «The exchange: step 10»',
    untested:
      'Scenarios set lifetimes of seconds, so that expiry can be seen; the default is checked where the options are read.',
  },
  'LIF-003': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device whose certificate has expired re-enrolls.',
    quote: 'Once this length of time has passed, however, the certificate can expire and the device must re-enroll.',
    citation: 'WO 01/47232, Summary',
  },
  'LIF-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server lets an enrolled device enroll again, before its certificate expires and after.',
    quote: 'Once this length of time has passed, the certificate will expire and the device 110 must re-enroll.',
    citation: 'WO 01/47232, Secure Enrollment',
  },
  'LIF-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'A re-enrolled device gets a new certificate with a new serial number.',
    citation: 'Muster protocol decisions, «Certificates and keys»',
  },
  'LIF-006': {
    role: 'device',
    level: 'MUST',
    sentence: 'A re-enrollment that fails leaves the device its former key and certificate.',
    citation: 'Muster protocol decisions, «The exchange: step 9»',
  },
  'LIF-007': {
    role: 'both',
    level: 'MUST',
    sentence:
      'In every order of define, request, approve, reject, retrieve, expire and re-enroll, what is answered follows from what was done before.',
    citation: 'WO 01/47232, Figs. 3A and 3B; Muster protocol decisions, «The exchange»',
  },
  'LIF-009': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'A device that re-enrolls makes a new key pair for its new certificate.',
    citation: 'WO 01/47232, Fig. 3B step 350; Muster protocol decisions, «The exchange: step 6»',
  },
  'LIF-008': {
    role: 'server',
    level: 'MUST',
    sentence: 'At most one certificate is issued for each accepted PKCS#10.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'LIF-040': {
    role: 'server',
    level: 'MUST',
    sentence: 'A PKCS#10 whose certificate expired or was replaced gets no other one: it is refused with status 10.',
    citation: 'Muster protocol decisions, «Refusals: 10»',
  },
  'LIF-041': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device may enroll again with the key that it has: a new PKCS#10 gets a new certificate.',
    citation: 'Muster protocol decisions, «Certificates and keys»',
  },
  'LIF-042': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device that was disabled or removed after it enrolled does not enroll again.',
    citation: 'Muster protocol decisions, «Refusals: 7»',
  },
  'LIF-043': {
    role: 'server',
    level: 'MUST',
    sentence:
      'What a device was told stays true when the server ends, however suddenly, and starts again: what waits, waits; what was issued is given again, the same.',
    citation: 'Muster protocol decisions, «The life of a request: sudden end»',
  },
  'LIF-044': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A request that waits while the clearinghouse gets another CA waits on, and its certificate is by the CA that getcacert then gives.',
    citation: 'Muster protocol decisions, «The configuration file: crypto»',
  },
} as const satisfies Area;
