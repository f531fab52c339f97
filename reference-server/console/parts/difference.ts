import { structuredPatch } from 'diff';
import { empty } from './blocks.ts';
import { type Html, html } from './html.ts';

const contextLines = 3;
const patienceMs = 2000;

/** What differs between two texts, line by line, with the numbers of both. */
export function difference(before: string, after: string): Html {
  if (before === after) return empty('Nothing differs.');
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: contextLines,
    timeout: patienceMs,
  });
  if (patch === undefined) return empty('So much differs that it cannot be shown line by line.');
  if (patch.hunks.length === 0) return empty('Nothing differs.');
  const lines = patch.hunks.flatMap(({ oldStart, newStart, lines: hunk }, index) => {
    const counted = numbered(hunk, oldStart, newStart);
    return index === 0 ? counted : [html`<span class="gap">⋯\n</span>`, ...counted];
  });
  return html`<pre class="diff" tabindex="0" aria-label="Difference: removed lines begin with a minus, added ones with a plus">${lines}</pre>`;
}

function numbered(hunk: readonly string[], oldStart: number, newStart: number): Html[] {
  let [old, now] = [oldStart, newStart];
  return hunk.flatMap((line) => {
    const [sign = ' ', text] = [line[0], line.slice(1)];
    if (sign === '-') return [html`<del><i>${old++}</i><i></i>- ${text}\n</del>`];
    if (sign === '+') return [html`<ins><i></i><i>${now++}</i>+ ${text}\n</ins>`];
    if (sign === '\\') return [html`<span><i></i><i></i>  (no line break at the end)\n</span>`];
    return [html`<span><i>${old++}</i><i>${now++}</i>  ${text}\n</span>`];
  });
}
