import type { CertificateView, Evidence, Field, LadderEntry, OutputView } from '../run-record.ts';
import { turnIcon } from './icons.ts';
import { ladderDrawing, transportNames } from './ladder.ts';
import { durationText, html, type Markup } from './markup.ts';

/** What was done, what was seen, and everything that shows it. */
export function evidenceOf(evidence: Evidence, caseId: string): Markup {
  const { done, seen, ladder, certificates, outputs, files = [] } = evidence;
  return html`<div class="two">${listOf('What was done', done, caseId)}${listOf('What was seen', seen, caseId)}</div>
${
  ladder.length === 0
    ? undefined
    : html`<h5>Messages</h5>${ladderDrawing(ladder, caseId)}<p class="legend"><span><span class="way way-tls">TLS</span> solid line</span><span><span class="way way-cleartext">cleartext</span> dashed line</span><span><span class="way way-local">local</span> dotted line: never left the machine</span></p>
<h5>Messages, decoded</h5><ol class="messages">${ladder.map(rung)}</ol>`
}
${certificates.length === 0 ? undefined : html`<h5>Certificates</h5>${certificates.map(certificate)}`}
${outputs.length === 0 ? undefined : html`<h5>Outputs</h5>${outputs.map(output)}`}
${files.length === 0 ? undefined : html`<h5>Files</h5><ul>${files.map(file)}</ul>`}`;
}

const counted = (number: number, one: string): string[] =>
  number === 0 ? [] : [`${number} ${one}${number === 1 ? '' : 's'}`];

/** How much there is: 19 messages, 3 certificates. */
export function evidenceCounts({ done, ladder, certificates, outputs }: Evidence): string {
  const parts = [
    ...counted(done.length, 'step'),
    ...counted(ladder.length, 'message'),
    ...counted(certificates.length, 'certificate'),
    ...counted(outputs.length, 'output'),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** A record may come from anywhere: only a path below this report is a link, nothing else leads elsewhere or is run. */
function file(path: string): Markup {
  const isBelow = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path);
  return html`<li><a href="${isBelow ? path : '#'}">${path}</a></li>`;
}

function listOf(heading: string, items: readonly string[], caseId: string): Markup | undefined {
  if (items.length === 0) return undefined;
  return html`<div><h5>${heading}<span class="hidden"> in ${caseId}</span></h5><ol>${items.map((item) => html`<li>${item}</li>`)}</ol></div>`;
}

function rung(entry: LadderEntry, index: number): Markup {
  const parties = entry.from === entry.to ? `${entry.from}, by itself` : `${entry.from} → ${entry.to}`;
  const cells = html`<span class="number">${index + 1}</span><span class="parties">${parties}</span><span class="way way-${entry.transport}">${transportNames[entry.transport]}</span><span class="said">${entry.label}${entry.note === undefined ? undefined : html` <span class="muted small">${entry.note}</span>`}</span><span class="time">${durationText(entry.atMs)}</span>`;
  if (entry.message === undefined) return html`<li><div class="rung">${cells}</div></li>`;
  const { title, fields, raw } = entry.message;
  return html`<li><details><summary class="rung">${cells}${turnIcon}</summary><div class="decoded">${fieldTable(title, fields)}${raw === undefined ? undefined : html`<pre tabindex="0" aria-label="Raw text of ${title}">${raw}</pre>`}</div></details></li>
`;
}

function fieldTable(title: string, fields: readonly Field[]): Markup {
  const rows = fields.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`);
  return html`<table class="fields"><caption class="hidden">Fields of ${title}</caption><tbody>${rows}</tbody></table>`;
}

function certificate({ title, fields, pem }: CertificateView): Markup {
  return html`<details class="more"><summary>${title}${turnIcon}</summary><div>${fieldTable(title, fields)}<pre tabindex="0" aria-label="PEM of ${title}">${pem}</pre></div></details>
`;
}

function output({ title, text }: OutputView): Markup {
  return html`<details class="more"><summary>${title}${turnIcon}</summary><div><pre tabindex="0" aria-label="${title}">${text}</pre></div></details>
`;
}
