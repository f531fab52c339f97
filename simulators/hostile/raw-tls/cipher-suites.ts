/** What protects the records of a cipher suite. */
export interface BulkCipher {
  /** As node:crypto names it; absent: nothing is encrypted. */
  readonly algorithm?: 'aes-128-gcm' | 'aes-128-ccm' | 'aes-128-cbc' | 'des-ede3-cbc';
  readonly keyBytes: number;
  /** What the key block holds of it: the salt of GCM, the first block of CBC in TLS 1.0. */
  readonly ivBytes: number;
  /** Of HMAC-SHA1; 0 where the cipher authenticates by itself. */
  readonly macBytes: 0 | 20;
}

export interface CipherSuite {
  readonly code: number;
  readonly name: string;
  readonly version: 'TLSv1.2' | 'TLSv1.3';
  /** How the server authenticates; any in TLS 1.3, none when anonymous. */
  readonly authentication: 'ecdsa' | 'rsa' | 'any' | 'anonymous';
  readonly bulk: BulkCipher;
}

const gcm: BulkCipher = { algorithm: 'aes-128-gcm', keyBytes: 16, ivBytes: 4, macBytes: 0 };
const cbc: BulkCipher = { algorithm: 'aes-128-cbc', keyBytes: 16, ivBytes: 16, macBytes: 20 };
const tripleDes: BulkCipher = { algorithm: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8, macBytes: 20 };
const none: BulkCipher = { keyBytes: 0, ivBytes: 0, macBytes: 20 };

const rows: readonly (readonly [number, string, CipherSuite['version'], CipherSuite['authentication'], BulkCipher])[] =
  [
    [0x1301, 'TLS_AES_128_GCM_SHA256', 'TLSv1.3', 'any', { ...gcm, ivBytes: 12 }],
    [0x1304, 'TLS_AES_128_CCM_SHA256', 'TLSv1.3', 'any', { ...gcm, ivBytes: 12, algorithm: 'aes-128-ccm' }],
    [0xc02b, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLSv1.2', 'ecdsa', gcm],
    [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLSv1.2', 'rsa', gcm],
    [0xc009, 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', 'TLSv1.2', 'ecdsa', cbc],
    [0xc013, 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLSv1.2', 'rsa', cbc],
    [0xc008, 'TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA', 'TLSv1.2', 'ecdsa', tripleDes],
    [0xc012, 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA', 'TLSv1.2', 'rsa', tripleDes],
    [0xc006, 'TLS_ECDHE_ECDSA_WITH_NULL_SHA', 'TLSv1.2', 'ecdsa', none],
    [0xc010, 'TLS_ECDHE_RSA_WITH_NULL_SHA', 'TLSv1.2', 'rsa', none],
    [0xc018, 'TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'TLSv1.2', 'anonymous', cbc],
  ];

/** Every suite that is spoken here; honest servers and clients offer the GCM ones alone. */
const cipherSuites: readonly CipherSuite[] = rows.map(([code, name, version, authentication, bulk]) => ({
  code,
  name,
  version,
  authentication,
  bulk,
}));

export function cipherSuite(code: number): CipherSuite | undefined {
  return cipherSuites.find((suite) => suite.code === code);
}

/**
 * The name of a suite that nobody may offer, or undefined: those that authenticate nobody, and those that encrypt
 * nothing (IANA registry of TLS cipher suites; RFC 5246 appendix A.5, RFC 4492 §6, RFC 4785, RFC 5489).
 */
export function worthlessSuite(code: number): string | undefined {
  const hex = code.toString(16).padStart(4, '0');
  if (anonymousSuites.has(code)) return `0x${hex} (anonymous)`;
  return nullSuites.has(code) ? `0x${hex} (NULL encryption)` : undefined;
}

const anonymousSuites: ReadonlySet<number> = new Set([
  ...[0x0017, 0x0018, 0x0019, 0x001a, 0x001b, 0x0034, 0x003a, 0x0046, 0x006c, 0x006d, 0x0089, 0x009b, 0x00a6, 0x00a7],
  ...[0x00bf, 0x00c5, 0xc015, 0xc016, 0xc017, 0xc018, 0xc019, 0xc046, 0xc047, 0xc05a, 0xc05b, 0xc084, 0xc085],
]);
const nullSuites: ReadonlySet<number> = new Set([
  ...[0x0000, 0x0001, 0x0002, 0x002c, 0x002d, 0x002e, 0x003b, 0x00b0, 0x00b1, 0x00b4, 0x00b5, 0x00b8, 0x00b9],
  ...[0xc001, 0xc006, 0xc00b, 0xc010, 0xc015, 0xc039, 0xc03a, 0xc03b, 0xc0b4, 0xc0b5],
]);
