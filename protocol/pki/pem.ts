import { MusterError } from '../errors.ts';

/** One block, lines of 64 characters, with a line break at its end (RFC 7468 §2). */
export function toPem(label: string, der: Uint8Array): string {
  const text = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64');
  let lines = '';
  for (let at = 0; at < text.length; at += 64) lines += `${text.slice(at, at + 64)}\n`;
  return `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`;
}

/**
 * The DER of every block with this label, in order; other blocks and text between are passed over (RFC 7468 §2).
 * @throws MusterError pem-malformed when there is none, or one is not base64.
 */
export function fromPem(text: string, label: string): Uint8Array[] {
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  const blocks: Uint8Array[] = [];
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
    const stop = text.indexOf(end, at);
    const line = text.slice(0, at).split('\n').length;
    if (stop < 0) {
      throw new MusterError(
        'pem-malformed',
        `The block «${label}» that begins in line ${line} has no end: add «${end}».`,
      );
    }
    const base64 = text.slice(at + begin.length, stop).replace(/\s+/g, '');
    if (base64 === '' || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
      throw new MusterError('pem-malformed', `The block «${label}» that begins in line ${line} does not hold base64.`);
    }
    blocks.push(Uint8Array.from(Buffer.from(base64, 'base64')));
    at = stop;
  }
  if (blocks.length === 0) {
    throw new MusterError('pem-malformed', `A PEM block «${begin}» is expected and none was found.`);
  }
  return blocks;
}
