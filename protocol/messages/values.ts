/** A value as it should be, or what is wrong with it. What is wrong never repeats the value: it may be a secret. */
export type Judged<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

const maximumNonceBytes = 128;
const maximumTextBytes = 255;
const maximumPkcs10Bytes = 16 * 1024;
const maximumStatus = 4_294_967_295;
const maximumId = '18446744073709551615';
const maximumErrorCharacters = 1000;

// ignoreBOM keeps a leading U+FEFF: two user names must not become one.
const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function good<Value>(value: Value): Judged<Value> {
  return { ok: true, value };
}

function bad(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A decimal number without sign or leading zero: `0`, never `00`, `-0`, `0x0`. */
export function readStatus(bytes: Uint8Array): Judged<number> {
  const text = bytes.length > 10 ? '' : ascii(bytes);
  if (!/^(?:0|[1-9]\d*)$/.test(text) || Number(text) > maximumStatus) {
    return bad(`expected a decimal number up to ${maximumStatus}, saw ${bytes.length} bytes that are none`);
  }
  return good(Number(text));
}

/** A device id or a customer number, kept as text: it may exceed what a number holds exactly. */
export function readId(bytes: Uint8Array): Judged<string> {
  const text = bytes.length > maximumId.length ? '' : ascii(bytes);
  if (!/^(?:0|[1-9]\d*)$/.test(text) || (text.length === maximumId.length && text > maximumId)) {
    return bad(`expected a decimal number up to ${maximumId}, saw ${bytes.length} bytes that are none`);
  }
  return good(text);
}

/** A user name or a password. */
export function readText(bytes: Uint8Array): Judged<string> {
  if (bytes.length > maximumTextBytes) {
    return bad(`expected at most ${maximumTextBytes} bytes, saw ${bytes.length}`);
  }
  const plain = ascii(bytes);
  if (/^[ -~]*$/.test(plain)) return good(plain);
  let text: string;
  try {
    text = strictText.decode(bytes);
  } catch {
    return bad('expected UTF-8, saw bytes that are not');
  }
  return /\p{Cc}/u.test(text) ? bad('expected no control character, saw one') : good(text);
}

/** Any bytes, copied out of the body: a nonce is kept, and the body with its password is not. */
export function readNonce(bytes: Uint8Array): Judged<Uint8Array> {
  if (bytes.length === 0 || bytes.length > maximumNonceBytes) {
    return bad(`expected 1 to ${maximumNonceBytes} bytes, saw ${bytes.length}`);
  }
  return good(new Uint8Array(bytes));
}

/** Padded base64 (RFC 4648 §4) in its one canonical form, with CR and LF anywhere in it. */
export function readBase64(bytes: Uint8Array): Judged<Uint8Array> {
  const broken = bytes.includes(0x0a) || bytes.includes(0x0d);
  const text = broken ? ascii(bytes).replace(/[\r\n]+/g, '') : ascii(bytes);
  if (text === '') return bad('expected base64, saw nothing');
  const decoded = Buffer.from(text, 'base64');
  // Node's decoder skips what it does not know; only what it would have written itself is base64.
  if (decoded.toString('base64') !== text) return bad('expected padded base64, saw something else');
  return good(new Uint8Array(decoded));
}

export function readPkcs10(bytes: Uint8Array): Judged<Uint8Array> {
  const judged = readBase64(bytes);
  if (judged.ok && judged.value.length > maximumPkcs10Bytes) {
    return bad(`expected a PKCS#10 of at most ${maximumPkcs10Bytes} bytes, saw ${judged.value.length}`);
  }
  return judged;
}

/** The text of a refusal, made fit to be shown: bounded, one line, no control character. Empty: none. */
export function readErrorText(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4 * maximumErrorCharacters))
    .toString('utf8')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, maximumErrorCharacters)
    .toWellFormed();
  return text === '' ? undefined : text;
}
