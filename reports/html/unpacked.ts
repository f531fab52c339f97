import { inflateRawSync } from 'node:zlib';

/** For tests: a page as it is once its reader's script has unpacked what is compressed in it. */
export function unpacked(page: string): string {
  return page.replace(/<script type="application\/octet-stream">([^<]*)<\/script>/g, (_, base64: string) =>
    inflateRawSync(Buffer.from(base64, 'base64')).toString(),
  );
}
