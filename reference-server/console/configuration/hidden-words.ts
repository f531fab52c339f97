import { createHash } from 'node:crypto';

/** Items whose words are secrets. */
export type SecretItem = 'crypto' | 'license';

/** Everything behind the item's name on its line; what a person wrote wrong is hidden too, and so is a line put into a comment. */
const lineForms: Readonly<Record<SecretItem, RegExp>> = {
  crypto: /^(\ufeff?[ \t]*["']?crypto["']?[ \t]*|[ \t]*#.*?(?=["']?muster-crypto-))(\S.*?)([ \t]*\r?)$/,
  license: /^(\ufeff?[ \t#]*["']?license["']?[ \t]*)(\S.*?)([ \t]*\r?)$/,
};

const standInForm = /"hidden-[0-9a-f]{16}"/;
const isStandIn = /^"?hidden-[0-9a-f]{16}"$/;

function standInFor(secret: string): string {
  return `"hidden-${createHash('sha256').update(secret).digest('hex').slice(0, 16)}"`;
}

/** The text with a stand-in for each secret: the same secret always has the same. Everything else is byte for byte as it was. */
export function hideWords(text: string, items: readonly SecretItem[]): string {
  return eachLine(text, (line) => {
    for (const item of items) {
      if (!line.includes(item)) continue;
      const [, before, secret, after] = lineForms[item].exec(line) ?? [];
      if (before !== undefined && secret !== undefined && !isStandIn.test(secret)) {
        return `${before}${standInFor(secret)}${after}`;
      }
    }
    return line;
  });
}

/**
 * The text with what stood behind the stand-ins, out of the texts that they were shown of. `unknown`: the lines (from 1) of
 * stand-ins that none of these texts has a secret for.
 */
export function putBack(
  text: string,
  shown: readonly string[],
): { readonly text: string; readonly unknown: readonly number[] } {
  const secrets = new Map<string, string>();
  for (const original of shown) {
    eachLine(original, (line) => {
      for (const form of Object.values(lineForms)) {
        const secret = form.exec(line)?.[2];
        if (secret !== undefined) secrets.set(standInFor(secret), secret);
      }
      return line;
    });
  }
  const unknown: number[] = [];
  const whole = eachLine(text, (line, number) => {
    const [standIn] = standInForm.exec(line) ?? [];
    if (standIn === undefined) return line;
    const secret = secrets.get(standIn);
    if (secret === undefined) unknown.push(number);
    return secret === undefined ? line : line.replace(standIn, () => secret);
  });
  return { text: whole, unknown };
}

function eachLine(text: string, change: (line: string, number: number) => string): string {
  return text
    .split('\n')
    .map((line, index) => change(line, index + 1))
    .join('\n');
}
