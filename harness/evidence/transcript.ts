import type { CaseRecord, Evidence, LadderEntry } from '#reports/run-record.ts';

/** A case as plain text: the verdict, what was done and seen, and every message in order. Redacted as its evidence is. */
export function transcriptOf(
  { id, title, verdict, reason, proof }: Pick<CaseRecord, 'id' | 'title' | 'verdict' | 'reason' | 'proof'>,
  { done, seen, ladder }: Evidence,
): string {
  const head = [`${id}: ${title}`, `Verdict: ${verdict}. ${reason}`, ...(proof ? [`Proof: ${proof}`] : [])];
  const parts = [
    head.join('\n'),
    section(
      'What was done',
      done.map((line, index) => `${index + 1}. ${line}`),
    ),
    section(
      'What was seen',
      seen.map((line, index) => `${index + 1}. ${line}`),
    ),
    section('Messages, in order', ladder.map(rung)),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function section(heading: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${heading}\n${'-'.repeat(heading.length)}\n${lines.join('\n')}`;
}

function rung({ atMs, from, to, label, transport, note, message }: LadderEntry): string {
  const head = `[${atMs.toFixed(1).padStart(8)} ms] ${from} -> ${to} (${transport}): ${label}${note ? ` (${note})` : ''}`;
  if (!message) return head;
  const fields = message.fields.map(([name, value]) => indented(`${name} = ${value}`));
  const raw = message.raw === undefined ? [] : [indented('-- as it was sent --'), indented(message.raw)];
  return [head, ...fields, ...raw, ''].join('\n');
}

function indented(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');
}
