const mark = '[redacted]';
const pemKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** Takes secrets out of text before it is kept: the values it was told of, in clear, escaped or in base64, and private keys. */
export class Redaction {
  readonly #secrets = new Set<string>();

  hide(secret: string): void {
    if (secret === '') return;
    const escaped = [...Buffer.from(secret)]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[0-9A-Za-z]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
      })
      .join('');
    for (const form of [secret, escaped, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      this.#secrets.add(form);
    }
  }

  text(text: string): string {
    let clean = text.replace(pemKey, mark);
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, mark);
    return clean.replace(/((?:^|[&?\s])password=)[^&\s]*/g, `$1${mark}`);
  }
}
