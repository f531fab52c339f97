import { childrenOf, contentOf, readDer } from '#protocol/pki/der.ts';

const what = 'The certificate';

/** The serial number of a certificate that was judged already, in hexadecimal: RFC 5280 §4.1, the first INTEGER after the version. */
export function serialOf(der: Uint8Array): string {
  const [tbs] = childrenOf(der, readDer(der, 0, der.length, what), what);
  const [first, second] = tbs ? childrenOf(der, tbs, what) : [];
  const serial = first?.tag === 0xa0 ? second : first;
  return serial ? Buffer.from(contentOf(der, serial)).toString('hex') : '';
}
