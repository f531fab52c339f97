/** One way in which TLS cannot be had at the port where it is due, as data. */
export interface TlsOutage {
  readonly id: string;
  readonly explanation: string;
  /** What meets a TLS handshake. Whoever speaks HTTP in cleartext to the port is always heard. */
  readonly tlsPort: 'cleartext' | 'closes';
}

export const tlsOutages = {
  cleartext: {
    id: 'cleartext-on-tls-port',
    explanation: 'The TLS port speaks HTTP in cleartext.',
    tlsPort: 'cleartext',
  },
  closes: {
    id: 'tls-port-closes',
    explanation: 'The TLS port ends every connection that begins with a handshake.',
    tlsPort: 'closes',
  },
} as const satisfies Record<string, TlsOutage>;
