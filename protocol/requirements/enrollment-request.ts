import type { Area } from './requirement.ts';

/** REQ: the enrollment request. */
export const enrollmentRequest = {
  'REQ-001': {
    role: 'device',
    level: 'MUST',
    sentence: 'Enrollment begins at the device, on a command of its operator.',
    quote:
      'commands are issued at the source device to complete an enrollment request for transmission to the clearinghouse server.',
    citation: 'WO 01/47232, Fig. 3A step 310; claim 1',
  },
  'REQ-002': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device establishes TLS with the server before it requests enrollment.',
    quote:
      'It then establishes a secure communication channel with the clearinghouse enrollment server using the Secure Sockets Layer (SSL) protocol.',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'REQ-003': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device sends request and retrieve over TLS, never in cleartext.',
    quote:
      'Once the CA certificate is retrieved, the certificate request is encrypted and transmitted to the enrollment server for approval.',
    citation: 'WO 01/47232, Table 4; Muster protocol decisions, «The exchange: step 6»',
  },
  'REQ-004': {
    role: 'server',
    level: 'MUST',
    sentence:
      'The server refuses request and retrieve over cleartext with HTTP 403 and a status, whatever the credentials.',
    citation: 'Muster protocol decisions, «Messages: cleartext»',
  },
  'REQ-005': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device makes its key pair itself and sends the public key to the server.',
    quote:
      'In step 350, the source device generates a public/private key pair and sends an enrollment request with the public key to the clearinghouse server',
    citation: 'WO 01/47232, Fig. 3B step 350',
  },
  'REQ-006': {
    role: 'device',
    level: 'MUST',
    sentence: 'A request carries operation, nonce, username, password, device, customer and request.',
    citation: 'WO 01/47232, Tables 1 and 4',
  },
  'REQ-007': {
    role: 'server',
    level: 'MUST',
    sentence: 'A request that lacks one of its variables, or leaves it empty, is refused with status 4.',
    citation: 'WO 01/47232, Table 4; Muster protocol decisions, «Refusals: 4»',
  },
  'REQ-008': {
    role: 'device',
    level: 'MUST',
    sentence: 'The PKCS#10 is sent in base64.',
    quote: 'base64-encoded certificate request',
    citation: 'WO 01/47232, Table 1',
  },
  'REQ-009': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device sets a new random nonce on each new request.',
    quote: 'random value to increase security',
    citation: 'WO 01/47232, Table 1; Muster protocol decisions, «Messages: nonce»',
  },
  'REQ-010': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device that lost the answer repeats its request with the same nonce and the same PKCS#10.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'REQ-011': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A request repeated with the same nonce and the same PKCS#10 gets the same answer, and no second certificate.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'REQ-012': {
    role: 'server',
    level: 'MUST',
    sentence: 'The same nonce with another PKCS#10 is a replay and is refused with status 10.',
    citation: 'Muster protocol decisions, «Refusals: 10»',
  },
  'REQ-013': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server issues the certificate at once, or later after the administrator approved.',
    quote:
      'either immediately or at a later time (e.g. after an administrator has verified that the customer intended to enroll the device in question), the enrollment server issues the device a certificate',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'REQ-014': {
    role: 'server',
    level: 'MUST',
    sentence: 'A request that is accepted at once is answered with status=0 and the certificate in cert=.',
    quote:
      'responsive to the device enrollment request, generating a public key certificate at the clearinghouse server and transmitting the public key certificate to the device',
    citation: 'WO 01/47232, claim 2; Table 6',
  },
  'REQ-015': {
    role: 'server',
    level: 'MUST',
    sentence: 'A request that waits for approval is answered with status=1.',
    citation: 'WO 01/47232, Table 5',
  },
  'REQ-016': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A refused request yields no certificate and leaves no request behind, and an honest one after it succeeds.',
    citation: 'Muster protocol decisions, «Refusals»',
  },
  'REQ-060': {
    role: 'server',
    level: 'MUST',
    sentence: 'A device that lost the answer and repeats its request gets its certificate, and no second one is made.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'REQ-061': {
    role: 'server',
    level: 'MUST',
    sentence: 'The same request many times at once gets one certificate.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'REQ-062': {
    role: 'server',
    level: 'MUST',
    sentence:
      'Of two requests of one device at once each answer bears the key of its own PKCS#10, and one of them is what can be retrieved.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'REQ-063': {
    role: 'server',
    level: 'MUST',
    sentence: 'The same nonce from another device is a replay and is refused with status 10.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
  'REQ-064': {
    role: 'server',
    level: 'MUST',
    sentence:
      'The same PKCS#10 under a new nonce is the same request: it gets the same certificate, and a retrieve repeats the new nonce.',
    citation: 'Muster protocol decisions, «Messages: nonce»',
  },
} as const satisfies Area;
