/**
 * A browser ends every line that it sends with CR LF. A line that is in the text so far gets back the end that it has there,
 * any other one that of the first line.
 */
export function withLineEnds(sent: string, soFar: string): string {
  const text = sent.replaceAll('\r\n', '\n');
  if (!soFar.includes('\r\n')) return text;
  const lines = soFar.split('\n');
  const usual = lines[0]?.endsWith('\r') ? '\r' : '';
  const ends = new Map(lines.map((line) => (line.endsWith('\r') ? [line.slice(0, -1), '\r'] : [line, ''])));
  const parts = text.split('\n');
  return parts
    .map((line, index) => (index === parts.length - 1 ? line : `${line}${ends.get(line) ?? usual}`))
    .join('\n');
}
