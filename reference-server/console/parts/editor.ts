import type { Effect } from '../configuration/effects.ts';
import type { Problem } from '../configuration/workbench.ts';
import { type Html, html, nothing } from './html.ts';
import { icon } from './icons.ts';

const problemsShown = 100;

/** Every problem, with a link to its line. */
export function problemList(problems: readonly Problem[], so: string): Html {
  if (problems.length === 0) return nothing;
  const items = problems
    .slice(0, problemsShown)
    .map(
      ({ line, column, message }) =>
        html`<li><a href="#L${line}" data-line="${line}" data-column="${column}">Line ${line}, column ${column}</a>: ${message}</li>`,
    );
  const more = problems.length > problemsShown ? html`<p>… and ${problems.length - problemsShown} more.</p>` : nothing;
  const title = problems.length === 1 ? '1 error' : `${problems.length} errors`;
  return html`<div class="said bad problems" role="alert">${icon('warning')}<div><p><b>${title}: ${so}.</b></p><ol>${items}</ol>${more}</div></div>`;
}

/** A text area with the number of each line beside it. It is as high as its text, so that both scroll as one. */
export function textEditor(text: string, problems: readonly Problem[]): Html {
  const lines = text.split('\n').length;
  const numbers = Array.from({ length: lines }, (_, index) => index + 1);
  return html`<div class="editor"><pre class="gutter" aria-hidden="true">${gutter(numbers, problems)}</pre>
<textarea class="code" name="text" rows="${lines + 1}" wrap="off" spellcheck="false" autocomplete="off" autocapitalize="none" aria-label="Text of the configuration file" data-editor>\n${text}</textarea></div>`;
}

/** The same to be read. */
export function numberedText(lines: readonly string[], first: number, problems: readonly Problem[]): Html {
  const numbers = lines.map((_, index) => index + first);
  return html`<div class="editor"><pre class="gutter" aria-hidden="true">${gutter(numbers, problems)}</pre><pre class="code" tabindex="0" aria-label="Text of the configuration file">${lines.join('\n')}</pre></div>`;
}

function gutter(numbers: readonly number[], problems: readonly Problem[]): readonly Html[] {
  const wrong = new Set(problems.map(({ line }) => line));
  return numbers.map((number) =>
    wrong.has(number)
      ? html`<span id="L${number}" class="wrong">✕ ${number}</span>\n`
      : html`<span id="L${number}">${number}</span>\n`,
  );
}

export function effectList(effects: readonly Effect[]): Html {
  if (effects.length === 0) return html`<p>It changes nothing of what the file says: comments, blanks or order.</p>`;
  return html`<ul class="effects">${effects.map(({ text, grave }) =>
    grave
      ? html`<li class="bad">${icon('warning')}<span>${text}</span></li>`
      : html`<li>${icon('info')}<span>${text}</span></li>`,
  )}</ul>`;
}
