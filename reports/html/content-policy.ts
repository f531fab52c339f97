import { createHash } from 'node:crypto';

/** A Content-Security-Policy: nothing may be fetched, and nothing runs or styles but this style and these scripts, by their hash. */
export function contentPolicy(style: string, ...scripts: readonly string[]): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${scripts.map(hash).join(' ')}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
