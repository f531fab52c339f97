import { type Html, html } from './html.ts';

/** A form that changes something: every one bears the token against forged requests.  */
export function postForm(csrf: string, action: string, inner: Html, classes = ''): Html {
  return html`<form method="post" action="${action}" class="${classes}"><input type="hidden" name="csrf" value="${csrf}">${inner}</form>`;
}

/** A label above its field. `control` has that id. */
export function field(id: string, label: string, control: Html, hint = ''): Html {
  return html`<div class="field"><label for="${id}">${label}</label>${control}${hint === '' ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}</div>`;
}

export function options(values: readonly (readonly [value: string, text: string])[], chosen?: string): readonly Html[] {
  return values.map(([value, text]) =>
    value === chosen
      ? html`<option value="${value}" selected>${text}</option>`
      : html`<option value="${value}">${text}</option>`,
  );
}

/** What is dangerous is behind a fold, and says what it does before its button.  */
export function fold(summary: string, inner: Html, classes = ''): Html {
  return html`<details class="fold ${classes}"><summary>${summary}</summary><div class="fold-body">${inner}</div></details>`;
}
