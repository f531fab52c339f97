import type { Area } from './requirement.ts';

/** ID: who the server is, and why a device may believe it. */
export const identity = {
  'ID-001': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device obtains the identity of the server, a DNS name or an IP address, before it contacts it.',
    quote:
      'the source device obtains the identity of the clearinghouse server in step 330. The identity is typically an IP address or a DNS name for the clearinghouse server.',
    citation: 'WO 01/47232, Fig. 3B step 330',
  },
  'ID-002': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device completes its enrollment only after it verified the identity of the server.',
    quote:
      'responsive to verifying the identity of the clearinghouse enrollment server, completing enrollment of the device to access the services of the clearinghouse enrollment server.',
    citation: 'WO 01/47232, claim 1',
  },
  'ID-003': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the server by TLS and a public key infrastructure, without a telephone call.',
    quote:
      'verifying an identity of the clearinghouse enrollment server by using a security infrastructure comprising the Secure Sockets Layer (SSL) and a public key infrastructure',
    citation: 'WO 01/47232, claim 1',
  },
  'ID-004': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the server certificate up to the third-party CA that it carries from the factory.',
    quote: 'The present invention does this by having the device pre-configured with a third party CA certificate.',
    citation: 'WO 01/47232, Summary',
  },
  'ID-005': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server certificate that any other authority than the third-party CA signed.',
    quote:
      'That certificate is digitally signed by the third party certificate authority, who, therefore, vouchsafes for the enrollment server’s identity.',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'ID-006': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a self-signed server certificate, whatever names and dates it bears.',
    citation: 'Muster protocol decisions, «The exchange: step 5»',
  },
  'ID-007': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server certificate that does not bear the identity it obtained for the server.',
    quote: 'Thus, the identity of the clearinghouse enrollment server must be verified.',
    citation: 'WO 01/47232, Summary; Muster protocol decisions, «The exchange: step 5»',
  },
  'ID-008': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server certificate that has expired.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.3',
  },
  'ID-009': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server certificate that is not yet valid.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.3',
  },
  'ID-010': {
    role: 'server',
    level: 'MUST',
    sentence:
      'The server presents a certificate that the third-party CA issued and that bears the name it is reached by.',
    quote:
      'The clearinghouse enrollment server obtains a public key certificate under the authority of this CA certificate, and it provides that certificate',
    citation: 'WO 01/47232, Summary',
  },
  'ID-011': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server proves in the TLS handshake that it possesses the private key of its certificate.',
    quote:
      'along with proof of possession of the corresponding private key, in the initial communications with the device.',
    citation: 'WO 01/47232, Summary',
  },
  'ID-012': {
    role: 'device',
    level: 'MUST',
    sentence:
      'The device refuses a server that shows the right certificate and cannot prove possession of its private key.',
    citation: 'Muster protocol decisions, «The exchange: step 5»',
    untested:
      'A TLS library does not send a certificate without its key: a scenario needs a TLS responder written by hand.',
  },
  'ID-013': {
    role: 'device',
    level: 'MUST',
    sentence: 'No user name, password or PKCS#10 leaves the device before the server is verified.',
    citation: 'Muster protocol decisions, «The exchange: step 5»',
  },
  'ID-014': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the server on every connection: for request, for each retrieve, and to re-enroll.',
    citation: 'Muster protocol decisions, «The exchange: step 5»',
  },
  'ID-015': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device that refused a server keeps the key, the certificate and the pending request that it had.',
    citation: 'Muster protocol decisions, «The exchange: step 5»',
  },
  'ID-016': {
    role: 'device',
    level: 'MUST',
    sentence:
      'The device does not accept the clearinghouse CA of the getcacert answer in the place of the third-party CA.',
    quote:
      'By permitting them to differ, the present invention allows for different public key infrastructures for enrollment and for operational clearinghouse communications',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'ID-017': {
    role: 'both',
    level: 'MUST',
    sentence: 'TLS is 1.2 or 1.3 in the modern profile, and may be as old as 1.0 in the legacy profile.',
    citation: 'Muster protocol decisions, «Certificates and keys»',
    untested: 'No scenario offers an older TLS version; the bench needs a peer that still speaks it.',
  },
} as const satisfies Area;
