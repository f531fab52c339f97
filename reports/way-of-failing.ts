/** Longer than this, a reason mostly shows what came over the wire. */
const mostCharacters = 240;

/** What differs from run to run in the same finding: identities, ports, times, generated inputs. */
const variable: readonly RegExp[] = [
  /\b(?:gw|user|canary)-[0-9a-f]+(?:\.\w[\w-]*)*/g,
  // Addresses of the bench.
  /\b(?:https?|tls):\/\/[^\s/]+/g,
  /\b(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?/g,
  // Moments: ISO 8601, and as HTTP says them.
  /\b\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?/g,
  /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT\b/g,
  // A fingerprint.
  /\b[0-9A-F]{2}(?::[0-9A-F]{2}){7,}\b/gi,
  // Hexadecimal, base64 and the like: serial numbers, keys, bytes.
  /(?<![\w+/])(?=[\w+/=-]*\d)[\w+/=-]{16,}/g,
  /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/gi,
  // What was counted or measured; but not the number that says which status, version or alert.
  /(?<!\b(?:HTTP|status|alert|TLS|RSA|version|AuthorizationResponse) )(?<![\w.#-])[-+]?\d+(?:\.\d+)?(?![\w.]*\w)/g,
];

/** From here on a reason of a property case shows one generated input. */
const generatedFrom = /\. Counterexample after .*$/s;

/**
 * How a case failed, in a form that is the same in a run with another seed, other ports and other times: its reason, with
 * `*` for whatever differs from run to run.
 */
export function wayOf(reason: string): string {
  let way = reason.replace(generatedFrom, '. Counterexample *').replace(/\s+/g, ' ').trim();
  for (const pattern of variable) way = way.replace(pattern, '*');
  if (way.length > mostCharacters) way = `${way.slice(0, way.lastIndexOf(' ', mostCharacters))} *`;
  return way.replace(/\*(?:[\s*]*\*)+/g, '*');
}

/** Is a reason of that way, in which each `*` stands for any text, also for none? Linear for each `*`. */
export function isThatWay(way: string, reason: string): boolean {
  const text = reason.replace(/\s+/g, ' ').trim();
  const parts = way.replace(/\s+/g, ' ').trim().split('*');
  const [first = ''] = parts;
  if (parts.length === 1) return text === first;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
