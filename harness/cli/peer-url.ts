import { MusterError } from '#protocol/errors.ts';

/** The URL of a server elsewhere, with its port. `option`: the one that gave it. @throws MusterError settings-invalid */
export function peerUrl(text: string, option: string, protocol: 'http:' | 'https:'): string {
  if (URL.canParse(text) && new URL(text).protocol === protocol && new URL(text).port !== '') return text;
  throw new MusterError('settings-invalid', `--${option}: ${protocol}//HOST:PORT/PATH is expected, seen "${text}".`);
}
