import type { Area } from './requirement.ts';

/** CA: getcacert, and what the device makes of the answer. */
export const caCertificate = {
  'CA-001': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device asks the server that it was told of for the CA certificate, with operation=getcacert.',
    quote: 'issuing a CA certificate request from the device to the clearinghouse server using the obtained identity',
    citation: 'WO 01/47232, claim 2; Table 2',
  },
  'CA-002': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server answers getcacert with status=0 and its CA certificate in base64.',
    quote:
      'responsive to the CA certificate request, transmitting a CA certificate from the clearinghouse server to the device',
    citation: 'WO 01/47232, claim 2; Table 3',
  },
  'CA-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server answers getcacert in cleartext, unless its configuration forces TLS.',
    quote: 'In it, the device asks for the enrollment server’s CA certificate in cleartext',
    citation: 'WO 01/47232, Table 2',
  },
  'CA-004': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server answers getcacert over TLS too, with the same certificate.',
    quote:
      'Once the secure communications path is established, the enrollment server sends the device CA certificates of a (potentially different) certificate authority.',
    citation:
      'WO 01/47232, Overview of Exemplary Enrollment Process; Muster protocol decisions, «The exchange: step 3»',
  },
  'CA-005': {
    role: 'device',
    level: 'MUST',
    sentence:
      'The device verifies the CA certificate, by the verified TLS channel that it came over or by a fingerprint given out of band.',
    quote:
      'an inquiry is conducted to determine if the CA certificate can be verified as a certificate issued by a trusted device.',
    citation: 'WO 01/47232, Fig. 3B step 340; Muster protocol decisions, «The exchange: step 4»',
  },
  'CA-006': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a CA certificate that does not match the fingerprint given out of band.',
    quote: 'determining by the device the verification of the CA certificate',
    citation: 'WO 01/47232, claim 2; Muster protocol decisions, «The exchange: step 4»',
  },
  'CA-007': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a getcacert answer whose certificate is no CA certificate.',
    citation: 'Muster protocol decisions, «The exchange: step 4»; RFC 5280 §4.2.1.9',
  },
  'CA-008': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a CA certificate that is outside its validity.',
    citation: 'Muster protocol decisions, «The exchange: step 4»',
  },
  'CA-009': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a CA certificate that is not correctly signed.',
    citation: 'Muster protocol decisions, «The exchange: step 4»',
  },
  'CA-010': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device that cannot verify the CA certificate stops there and sends nothing more.',
    quote:
      'If the CA certificate can not be verified in decision step 340, the “NO” branch is followed to step 345 and the enrollment request process is terminated at the source device.',
    citation: 'WO 01/47232, Fig. 3B step 345',
  },
  'CA-011': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device sends its enrollment request only after it verified the CA certificate.',
    quote:
      'responsive to verification of the CA certificate, generating a combination of a private key and a public key and issuing to the clearinghouse server a request from the device for enrollment comprising the public key',
    citation: 'WO 01/47232, claim 2',
  },
  'CA-012': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device accepts a clearinghouse CA that is another than the third-party CA.',
    quote: 'The additional CA may be the same CA as is authenticating the enrollment server, but it need not be so.',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'CA-013': {
    role: 'server',
    level: 'MUST',
    sentence: 'The CA certificate that getcacert gives is the one that the issued certificates are signed by.',
    quote:
      'Certificates certified by this additional CA will be used in subsequent communications with the clearinghouse.',
    citation: 'WO 01/47232, Overview of Exemplary Enrollment Process',
  },
  'CA-014': {
    role: 'server',
    level: 'MUST',
    sentence: 'In the legacy profile the CA certificate of the getcacert answer is self-signed.',
    citation: 'Muster vectors, what the deployed client needs',
    untested: 'It matters to the deployed client alone; the tests that answer its recorded bytes check the form.',
  },
  'CA-040': {
    role: 'device',
    level: 'MUST',
    sentence: 'Without a fingerprint given out of band the device believes no CA certificate that came in cleartext.',
    citation: 'Muster protocol decisions, «The exchange: step 4»; WO 01/47232, Fig. 3B step 340',
  },
  'CA-041': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the server before it asks it for the CA certificate over TLS.',
    citation: 'Muster protocol decisions, «The exchange: step 4», «The exchange: step 5»',
  },
  'CA-042': {
    role: 'device',
    level: 'MUST',
    sentence: 'Without a fingerprint the device gets the CA certificate over verified TLS, or it stops.',
    citation: 'Muster protocol decisions, «The exchange: step 4»',
  },
} as const satisfies Area;
