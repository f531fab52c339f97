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
  },
  'ID-018': {
    role: 'device',
    level: 'MUST',
    sentence:
      'The device takes a DNS name for its server only if it is the whole name, and none above, below or beside it.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 9525 §6.3',
  },
  'ID-019': {
    role: 'device',
    level: 'MUST',
    sentence: 'Where a certificate has a subjectAltName, its common name names no host.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 9525 §2',
  },
  'ID-020': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device refuses a server certificate without a subjectAltName, unless its profile allows it.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 9525 §2',
  },
  'ID-021': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device reads a name to its end, and refuses one that holds a NUL byte.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5280 §4.2.1.6',
  },
  'ID-022': {
    role: 'device',
    level: 'MUST',
    sentence: 'A wildcard is the whole first label of a name, stands for one label, and not below a top-level domain.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 9525 §6.3',
  },
  'ID-023': {
    role: 'device',
    level: 'MUST',
    sentence:
      'An address that the device was told is compared with the addresses of the certificate, and with nothing else.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 9525 §6.5',
  },
  'ID-024': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device finds its server’s name in any letter case, and among the names of others.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 9525 §6.3',
  },
  'ID-025': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server that the name constraints of a CA above it do not allow.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §4.2.1.10',
  },
  'ID-026': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device takes its clock to be wrong by no more than its profile says.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5280 §6.1.3',
  },
  'ID-027': {
    role: 'device',
    level: 'MUST',
    sentence: 'Every certificate between the server and the third-party CA is within its dates.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.3',
  },
  'ID-028': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies no server with a third-party CA that has expired.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»',
  },
  'ID-029': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device accepts a certificate up to its last second, however its dates are written.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5280 §4.1.2.5',
  },
  'ID-030': {
    role: 'device',
    level: 'MUST',
    sentence: 'Whoever issued a certificate of the chain is a CA by its basic constraints.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.4 (k)',
  },
  'ID-031': {
    role: 'device',
    level: 'MUST',
    sentence: 'Below a CA stand no more CAs than its path length allows.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.4 (l), (m)',
  },
  'ID-032': {
    role: 'device',
    level: 'MUST',
    sentence: 'A CA whose key usage lacks keyCertSign issued nothing that counts.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.4 (n)',
  },
  'ID-033': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server certificate whose extended key usage is not for servers.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §4.2.1.12',
  },
  'ID-034': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a certificate with a critical extension that it does not know.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §4.2',
  },
  'ID-035': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a chain that does not reach the third-party CA, whoever is named in it.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.3',
  },
  'ID-036': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device finds the chain among the certificates that were sent, whatever their order and number.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 8446 §4.4.2',
  },
  'ID-037': {
    role: 'device',
    level: 'MUST',
    sentence: 'In the modern profile the device refuses a certificate that was signed with MD5 or SHA-1.',
    citation: 'Muster protocol decisions, «Certificates and keys: modern»',
  },
  'ID-038': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a certificate that names another signature algorithm inside than outside.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §4.1.1.2',
  },
  'ID-039': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a certificate with the same extension twice.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §4.2',
  },
  'ID-040': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device refuses a certificate whose serial number is negative or zero, and does not break on it.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5280 §4.1.2.2',
  },
  'ID-041': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the signature on each certificate with the key of its issuer.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5280 §6.1.3 (a)(1)',
  },
  'ID-042': {
    role: 'device',
    level: 'MUST',
    sentence:
      'In the modern profile the device refuses a chain with RSA of less than 2048 bits, or on a curve below P-256.',
    citation: 'Muster protocol decisions, «Certificates and keys: modern»',
  },
  'ID-043': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'In the modern profile the device refuses RSA keys with a public exponent below 65537.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»',
  },
  'ID-044': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a key whose curve is spelled out, where a named one is due.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5480 §2.1.1',
  },
  'ID-045': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device reads a certificate of a thousand names.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»',
  },
  'ID-046': {
    role: 'device',
    level: 'MUST',
    sentence: 'Whatever the number and size of certificates, the device ends in time, enrolled or refusing the server.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»',
  },
  'ID-062': {
    role: 'device',
    level: 'SHOULD',
    sentence: 'The device takes a certificate that names a list of revoked ones, and is not on it, like any other.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5280 §4.2.1.13',
  },
  'ID-063': {
    role: 'device',
    level: 'MUST',
    sentence:
      'Where its profile says so, the device refuses a server whose certificate the third-party CA has revoked.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5280 §6.3',
  },
  'ID-064': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device whose clock was never set takes no expired chain for a good one.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»; RFC 5280 §6.1.3 (a)(2)',
  },
  'ID-065': {
    role: 'device',
    level: 'MUST',
    sentence: 'Where its profile says so, a device whose clock was never set verifies no server.',
    citation: 'Muster protocol decisions, «Certificates and keys: verifying a server»',
  },
} as const satisfies Area;
