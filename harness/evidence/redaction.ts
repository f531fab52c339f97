const mark = '[redacted]';
const pemKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Shorter pieces of base64 would stand in any text by chance. */
const leastBase64 = 6;

/**
 * Takes secrets out of text before it is kept: the values it was told of, in clear, escaped in whole or in part, in
 * base64 alone or inside something larger, and private keys.
 */
export class Redaction {
  /** The longest first: what begins with another secret must not leave its end behind. */
  #secrets: readonly Secret[] = [];

  hide(secret: string): void {
    if (secret === '' || this.#secrets.some(({ text }) => text === secret)) return;
    this.#secrets = [...this.#secrets, secretOf(secret)].sort((a, b) => b.text.length - a.text.length);
  }

  text(text: string): string {
    let clean = text.replace(pemKey, mark);
    const seen = seenThrough(clean);
    for (const { form, signs } of this.#secrets) {
      if (signs === undefined || signs.some((sign) => seen.includes(sign))) clean = clean.replace(form, mark);
    }
    return seen.includes('PASSWORD=') ? clean.replace(/\b(password=)[^&\s]*/gi, `$1${mark}`) : clean;
  }
}

interface Secret {
  readonly text: string;
  readonly form: RegExp;
  /**
   * Where none of these stands in the text as `seenThrough` sees it, neither does the secret in any form: looking for plain
   * text costs a hundredth. Undefined where that cannot be told.
   */
  readonly signs: readonly string[] | undefined;
}

function secretOf(text: string): Secret {
  const cores = base64Cores(text);
  const form = new RegExp([escapedForm(text), ...cores.map(base64Form)].join('|'), 'gi');
  // Beyond ASCII a character has several forms; a blank is also a plus, and a percent sign would be read as an escape.
  const isPlain = /^[!-$&-~]+$/.test(text);
  return { text, form, signs: isPlain ? [text, ...cores].map(seenThrough) : undefined };
}

/** Without the differences that the forms of a secret allow: escapes, upper and lower case, the two alphabets of base64. */
function seenThrough(text: string): string {
  const plain = text.includes('%')
    ? text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
  return plain.replaceAll('-', '+').replaceAll('_', '/').toUpperCase();
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
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = [0, 2, 3][before] ?? 0;
    const end = (before + bytes.length) % 3 === 0 ? whole.length : whole.length - 1;
    const core = whole.slice(first, end);
    return core.length < leastBase64 ? [] : [core];
  });
}

function base64Form(core: string): string {
  return [...core].map((c) => ({ '+': '(?:[+-]|%2b)', '/': '(?:[/_]|%2f)' })[c] ?? c).join('');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
