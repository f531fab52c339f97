const mark = '[redacted]';
const pemKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Shorter pieces of base64 would stand in any text by chance. */
const leastBase64 = 6;

/**
 * Takes secrets out of text before it is kept: the values it was told of, in clear, escaped in whole or in part, in
 * base64 alone or inside something larger, and private keys.
 */
export class Redaction {
  readonly #forms = new Map<string, RegExp>();

  hide(secret: string): void {
    if (secret === '') return;
    this.#forms.set(secret, new RegExp([escapedForm(secret), ...base64Forms(secret)].join('|'), 'gi'));
  }

  text(text: string): string {
    let clean = text.replace(pemKey, mark);
    // The longest first: what begins with another secret must not leave its end behind.
    const secrets = [...this.#forms].sort(([a], [b]) => b.length - a.length);
    for (const [, form] of secrets) clean = clean.replace(form, mark);
    return clean.replace(/\b(password=)[^&\s]*/gi, `$1${mark}`);
  }
}

/** Each byte as it is or as %XX; text beyond ASCII also as a reader of latin1 sees its bytes. */
function escapedForm(secret: string): string {
  const one = (character: string): string => {
    const bytes = Buffer.from(character);
    const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const forms = [character, bytes.toString('latin1')].map(literal);
    return `(?:${[...new Set(forms), escaped, ...(character === ' ' ? ['\\+'] : [])].join('|')})`;
  };
  return [...secret].map(one).join('');
}

/** In base64 a value looks otherwise at each of three places: what is the same whatever stands around it. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = [0, 2, 3][before] ?? 0;
    const end = (before + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
    const core = whole.slice(first, end);
    if (core.length < leastBase64) return [];
    return [[...core].map((c) => ({ '+': '(?:[+-]|%2b)', '/': '(?:[/_]|%2f)' })[c] ?? c).join('')];
  });
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
