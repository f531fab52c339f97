import type { Area } from './requirement.ts';

/** POP: the device proves that it holds the private key. */
export const proofOfPossession = {
  'POP-001': {
    role: 'device',
    level: 'MUST',
    sentence: 'The device proves that it possesses the private key of the public key it sends.',
    quote: 'Then the device can prove that it possesses the private key that corresponds to the public key.',
    citation: 'WO 01/47232, Summary',
  },
  'POP-002': {
    role: 'server',
    level: 'MUST',
    sentence: 'The server verifies the proof of possession before it issues a certificate, and refuses with status 5.',
    quote: 'the clearinghouse enrollment server can verify that the device possesses the private key.',
    citation: 'WO 01/47232, Summary; Muster protocol decisions, «Refusals: 5»',
  },
  'POP-003': {
    role: 'server',
    level: 'MUST',
    sentence: 'A PKCS#10 whose signature was altered is refused with status 5.',
    citation: 'Muster protocol decisions, «Proof of possession: pkcs10»; RFC 2986 §4.2',
  },
  'POP-004': {
    role: 'server',
    level: 'MUST',
    sentence:
      'A PKCS#10 that bears the public key of another and is signed by a different key is refused with status 5.',
    citation: 'Muster protocol decisions, «Proof of possession: pkcs10»',
  },
  'POP-005': {
    role: 'server',
    level: 'MUST',
    sentence: 'A server that demands a challenge gives it as nonce= in its getcacert answer.',
    quote: 'taking information provided by the clearinghouse enrollment server',
    citation: 'WO 01/47232, Summary; Muster protocol decisions, «Proof of possession: challenge»',
  },
  'POP-006': {
    role: 'device',
    level: 'MUST',
    sentence:
      'A device that answers a challenge puts it in the challengePassword attribute, so that the signature covers it.',
    quote:
      'This can be done by taking information provided by the clearinghouse enrollment server, and having the device encrypt it with the private key.',
    citation: 'WO 01/47232, Summary; Table 4; Muster protocol decisions, «Proof of possession: challenge»',
  },
  'POP-007': {
    role: 'server',
    level: 'MUST',
    sentence: 'Where a challenge is demanded, a PKCS#10 without challengePassword is refused with status 5.',
    citation: 'Muster protocol decisions, «Proof of possession: challenge»',
  },
  'POP-008': {
    role: 'server',
    level: 'MUST',
    sentence: 'A challenge that the server did not give is refused with status 5.',
    citation: 'Muster protocol decisions, «Proof of possession: challenge»',
  },
  'POP-009': {
    role: 'server',
    level: 'MUST',
    sentence: 'A challenge serves once: a second request with it is refused with status 5.',
    citation: 'Muster protocol decisions, «Proof of possession: challenge»',
  },
  'POP-010': {
    role: 'server',
    level: 'MUST',
    sentence: 'A challenge expires.',
    citation: 'Muster protocol decisions, «Proof of possession: challenge»',
  },
  'POP-011': {
    role: 'server',
    level: 'SHOULD',
    sentence:
      'The level of the proof is an option of the server, and the signature of the PKCS#10 alone is its default.',
    citation: 'Muster protocol decisions, «Proof of possession»',
  },
  'POP-040': {
    role: 'server',
    level: 'MUST',
    sentence: 'A signature that is empty, zero, cut short, or of another request is refused with status 5.',
    citation: 'Muster protocol decisions, «Proof of possession: pkcs10»',
  },
  'POP-042': {
    role: 'server',
    level: 'MUST',
    sentence: 'The nonces that the server gives have at least 64 random bits, and none is given twice.',
    citation: 'Muster protocol decisions, «Proof of possession: challenge»',
  },
  'POP-041': {
    role: 'server',
    level: 'MUST',
    sentence: 'A signature algorithm that does not fit the key, is unknown, or is none is refused with status 11.',
    citation: 'Muster protocol decisions, «Refusals: 11»',
  },
} as const satisfies Area;
