import type { FaultView, Field } from '../run-record.ts';
import { icon } from './icons.ts';
import { html, type Markup } from './markup.ts';

/** Names and values. Where something was made wrong on purpose, the fields that bear it are marked, with what they say without it. */
export function fieldTable(title: string, fields: readonly Field[], fault?: FaultView): Markup {
  const faulty = new Map(fault?.fields.map((one) => [one.name, one]));
  const rows = fields.map(([name, value]) => {
    const mark = faulty.get(name);
    if (mark === undefined) return html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
    const without =
      mark.good === undefined ? 'not there without the fault' : html`without the fault: <code>${mark.good}</code>`;
    return html`<tr class="faulty v-fail"><th scope="row">${icon('warn')}${name}</th><td>${value}<span class="good">${without}</span></td></tr>`;
  });
  const there = new Set(fields.map(([name]) => name));
  const missing = (fault?.fields ?? []).filter(({ name }) => !there.has(name));
  const gone = missing.map(
    ({ name, good = '' }) =>
      html`<tr class="faulty v-fail"><th scope="row">${icon('warn')}${name}</th><td><em>is missing</em><span class="good">without the fault: <code>${good}</code></span></td></tr>`,
  );
  return html`${fault === undefined ? undefined : faultNote(fault)}<table class="fields"><caption class="hidden">Fields of ${title}</caption><tbody>${rows}${gone}</tbody></table>`;
}

function faultNote({ id, explanation }: FaultView): Markup {
  return html`<p class="fault-note v-fail"><strong>Wrong on purpose, “${id}”:</strong> ${explanation}</p>`;
}

/** For a line that is closed: what is wrong in it. */
export function faultTag(fault: FaultView | undefined): Markup | undefined {
  if (fault === undefined) return undefined;
  const names = fault.fields.map(({ name }) => name);
  return html`<span class="chip v-fail fault-tag">${icon('warn')}${names.length === 0 ? fault.id : `${fault.id}: ${names.join(', ')}`}</span>`;
}
