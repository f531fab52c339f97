import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a device says of its firmware; the SHA-256 is added when that is the path of a file here. */
export async function firmwareOf(text: string): Promise<string> {
  const found = await stat(text).catch(() => undefined);
  if (!found?.isFile()) return text;
  const hash = createHash('sha256');
  await pipeline(createReadStream(text), hash);
  return `${text}, SHA-256 ${hash.digest('hex')}`;
}
