import { isIPv4, isIPv6 } from 'node:net';

/** The 4 or 16 bytes of an IP literal (brackets allowed around IPv6), or undefined when the text is none. */
export function ipBytes(text: string): Uint8Array | undefined {
  const literal = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (isIPv4(literal)) return Uint8Array.from(literal.split('.').map(Number));
  if (!isIPv6(literal) || literal.includes('%')) return undefined;
  // The URL parser writes an embedded IPv4 address in hex, so only groups and one `::` are left.
  const [head = '', tail] = new URL(`http://[${literal}]/`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const left = groups(head);
  const right = groups(tail ?? '');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return Uint8Array.from(
    [...left, ...zeros, ...right].flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}

/** An address for people; anything but 4 or 16 bytes reads as `#` and hex, which matches no host. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const hex = Buffer.from(bytes).toString('hex');
  if (bytes.length !== 16) return `#${hex}`;
  return new URL(`http://[${(hex.match(/.{4}/g) ?? []).join(':')}]/`).hostname.slice(1, -1);
}

/** `10.0.0.0/8` as address and mask, as iPAddress name constraints hold it (RFC 5280 §4.2.1.10). */
export function ipRangeBytes(range: string): Uint8Array | undefined {
  const [address = '', prefix = ''] = range.split('/');
  const bytes = ipBytes(address);
  const ones = Number(prefix);
  if (bytes === undefined || !/^\d{1,3}$/.test(prefix) || ones > bytes.length * 8) return undefined;
  const mask = bytes.map((_, i) => 0xff & ~(0xff >> Math.max(0, Math.min(8, ones - i * 8))));
  return Uint8Array.from([...bytes, ...mask]);
}

/** Is the address (4 or 16 bytes) in the range of address and mask (8 or 32 bytes)? */
export function inIpRange(address: Uint8Array, range: Uint8Array): boolean {
  if (range.length !== address.length * 2) return false;
  return address.every((byte, i) => ((byte ^ (range[i] ?? 0)) & (range[address.length + i] ?? 0)) === 0);
}
