/** Flaws of TLS itself, which a library does not have: these devices speak it by hand, each without one check. */
export const handshakeQuirks = {
  'no-certificate-verify-check': 'does not look at the signature by which the server proves that it has its key',
  'accepts-empty-certificate': 'goes on with a server that shows no certificate',
  'accepts-anonymous-cipher': 'lets the server choose a cipher without authentication',
  'accepts-unoffered-cipher': 'lets the server choose a cipher that it did not offer',
  'accepts-old-tls': 'goes on with whatever version the server names',
  'no-finished-check': 'does not look at the Finished of the server',
  'no-downgrade-check': 'does not see that TLS 1.3 was taken out of its offer',
  'accepts-claimed-session': 'goes on without a certificate when the server says that it knows the device from before',
  'accepts-renegotiation':
    'lets the server begin the handshake anew, and does not look at the certificate that it shows then',
  'ignores-message-length': 'reads a Certificate message by the lengths inside it, whatever the message announces',
  'ignores-list-length': 'reads certificates to the end of their message, whatever the list announces',
  'trims-certificates': 'cuts off what follows a certificate in its place',
  'skips-broken-certificates': 'does not judge a server whose certificate it cannot read',
} as const satisfies Record<string, string>;

/** Flaws in what a device tells its TLS library. */
export const tlsQuirks = {
  ...handshakeQuirks,
  'resumption-not-reverified':
    'offers the session of an earlier connection, and does not verify the server that it offers it to',
  'offers-anonymous-ciphers': 'offers ciphers that authenticate nobody',
  'offers-old-tls': 'offers TLS 1.0 and 1.1, whatever its profile says',
} as const satisfies Record<string, string>;

export type HandshakeQuirk = keyof typeof handshakeQuirks;
