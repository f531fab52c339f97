const esc = String.fromCharCode(27);
const sgr = new RegExp(`(${esc}\\[[\\d;]*m)`);
const begunAgain = new RegExp(`\\r|${esc}\\[2K`);

/** Colours of a terminal, by the numbers of SGR (ECMA-48 §8.3.117). */
const colours: Readonly<Record<string, string>> = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 36: '#79c0ff' };

/** What a terminal shows of this output, as a page to take a picture of. `command` is what was typed. */
export function terminalPage(command: string, output: string): string {
  const shown = shownOf(output).trimEnd();
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; display: inline-block; background: #0d1117; border-radius: 8px }
pre { width: 112ch; white-space: pre-wrap; margin: 0; padding: 18px 22px; font: 14px/1.45 "DejaVu Sans Mono", monospace; color: #e6edf3 }
i { font-style: normal; color: #8b949e }
</style><pre><i>$</i> ${escaped(command)}\n${coloured(shown)}</pre>`;
}

/** Without what was overwritten: a line that begins again, and one that is erased. */
function shownOf(output: string): string {
  return output
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.split(begunAgain).at(-1) ?? '')
    .join('\n');
}

function coloured(text: string): string {
  let style = '';
  return text
    .split(sgr)
    .map((part) => {
      if (!part.startsWith(esc)) return style === '' ? escaped(part) : `<span style="${style}">${escaped(part)}</span>`;
      style = part.slice(2, -1).split(';').map(styleOf).join('');
      return '';
    })
    .join('');
}

function styleOf(number: string): string {
  if (number === '1') return 'font-weight:bold;';
  if (number === '2') return 'color:#8b949e;';
  const colour = colours[number];
  return colour === undefined ? '' : `color:${colour};`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
