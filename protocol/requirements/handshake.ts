import type { Area } from './requirement.ts';

/** ID, continued: what the TLS handshake proves, and what a device may agree to in it. */
export const handshake = {
  'ID-050': {
    role: 'device',
    level: 'MUST',
    sentence:
      'The device verifies the signature of the server over this very handshake, and accepts none that is empty or missing.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §4.4.3, RFC 5246 §7.4.3',
  },
  'ID-051': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server that shows no certificate.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §4.4.2.4, RFC 5246 §7.4.2',
  },
  'ID-052': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the Finished of the server before it sends anything.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §4.4.4, RFC 5246 §7.4.9',
  },
  'ID-053': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device neither offers nor accepts a cipher without authentication or without encryption.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 9325 §4.1',
  },
  'ID-054': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a cipher that it did not offer.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §4.1.3',
  },
  'ID-055': {
    role: 'device',
    level: 'MUST',
    sentence: 'A device that offers TLS 1.3 refuses a TLS 1.2 whose server says that it speaks more.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §4.1.3',
  },
  'ID-056': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a handshake message whose lengths disagree.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §6.2, RFC 5246 §7.2.2',
  },
  'ID-057': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device refuses a server certificate that is not exactly one DER value.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §4.4.2, RFC 5280 §4.1',
  },
  'ID-060': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device goes on with no session that it did not ask for: a server without a certificate is refused.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §4.2.11, RFC 5246 §7.3',
  },
  'ID-061': {
    role: 'device',
    level: 'MUST',
    sentence: 'A session that the device has spares it no verification of a server that shows a certificate.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 8446 §2.2',
  },
  'ID-066': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device verifies the certificate of a handshake inside a connection too, or declines that handshake.',
    citation: 'Muster protocol decisions, «The exchange: step 5»; RFC 5746 §5, RFC 9325 §3.5',
  },
  'ID-090': {
    role: 'server',
    level: 'MUST',
    sentence:
      'The server agrees to no cipher that authenticates nobody, hides nothing, or hides with a key that is known to be too short.',
    citation: 'Muster protocol decisions, «Certificates and keys: TLS of a server»; RFC 9325 §4.1',
  },
  'ID-091': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server agrees to no TLS version below that of its profile.',
    citation: 'Muster protocol decisions, «Certificates and keys: TLS of a server»; RFC 9325 §3.1',
  },
} as const satisfies Area;
