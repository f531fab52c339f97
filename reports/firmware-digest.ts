/**
 * The SHA-256 by which a subject's firmware is named, in lower case; undefined when its text holds none, or two that
 * differ. `sha256:HEX`, `PATH, SHA-256 HEX` and the 64 digits alone are understood.
 */
export function firmwareDigest(text: string): string | undefined {
  const found = new Set((text.match(/(?<![0-9a-z])[0-9a-f]{64}(?![0-9a-z])/gi) ?? []).map((hex) => hex.toLowerCase()));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}
