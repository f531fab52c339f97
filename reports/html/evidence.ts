import type { CertificateView, ChapterView, Evidence, LadderEntry, OutputView, TlsView } from '../run-record.ts';
import { chaptersByEntry, chapterTable } from './chapters.ts';
import { faultTag, fieldTable } from './fields.ts';
import { turnIcon } from './icons.ts';
import { ladderDrawing, transportNames } from './ladder.ts';
import { durationText, html, type Markup } from './markup.ts';

/** What was done, what was seen, and everything that shows it. */
export function evidenceOf(evidence: Evidence, caseId: string): Markup {
  const { done, seen, ladder, chapters = [], tls = [], certificates, outputs, files = [] } = evidence;
  const begun = chaptersByEntry(ladder, chapters);
  return html`<div class="two">${listOf('What was done', done, caseId)}${listOf('What was seen', seen, caseId)}</div>
${chapterTable(evidence, caseId)}
${
  ladder.length === 0
    ? undefined
    : html`<h5>Messages</h5>${ladderDrawing(ladder, caseId, chapters)}<p class="legend"><span><span class="way way-tls">TLS</span> solid line</span><span><span class="way way-cleartext">cleartext</span> dashed line</span><span><span class="way way-local">local</span> dotted line: never left the machine</span></p>
<h5>Messages, decoded</h5><ol class="messages">${ladder.map((entry, index) => html`${(begun.get(index) ?? []).map(chapterLine)}${rung(entry, index)}`)}</ol>`
}
${tls.length === 0 ? undefined : html`<h5>TLS connections</h5>${tls.map(connection)}`}
${certificates.length === 0 ? undefined : html`<h5>Certificates</h5>${certificates.map(certificate)}`}
${outputs.length === 0 ? undefined : html`<h5>Outputs</h5>${outputs.map(output)}`}
${files.length === 0 ? undefined : html`<h5>Files</h5><ul>${files.map((path) => html`<li>${fileLink(path)}</li>`)}</ul>`}`;
}

const counted = (number: number, one: string): string[] =>
  number === 0 ? [] : [`${number} ${one}${number === 1 ? '' : 's'}`];

/** How much there is: 19 messages, 3 certificates. */
export function evidenceCounts({ done, ladder, tls = [], certificates, outputs }: Evidence): string {
  const parts = [
    ...counted(done.length, 'step'),
    ...counted(ladder.length, 'message'),
    ...counted(tls.length, 'TLS connection'),
    ...counted(certificates.length, 'certificate'),
    ...counted(outputs.length, 'output'),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** A record may come from anywhere: only a path below this report is a link, nothing else leads elsewhere or is run. */
export function fileLink(path: string, name: string = path): Markup {
  const isBelow = /^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path);
  return html`<a href="${isBelow ? path : '#'}">${name}</a>`;
}

function listOf(heading: string, items: readonly string[], caseId: string): Markup | undefined {
  if (items.length === 0) return undefined;
  return html`<div><h5>${heading}<span class="hidden"> in ${caseId}</span></h5><ol>${items.map((item) => html`<li>${item}</li>`)}</ol></div>`;
}

function chapterLine({ kind, title }: ChapterView): Markup {
  return html`<li class="chapter part-${kind}">${title}</li>`;
}

function rung(entry: LadderEntry, index: number): Markup {
  const parties = entry.from === entry.to ? `${entry.from}, by itself` : `${entry.from} → ${entry.to}`;
  const { message } = entry;
  const cells = html`<span class="number">${index + 1}</span><span class="parties">${parties}</span><span class="way way-${entry.transport}">${transportNames[entry.transport]}</span><span class="said">${entry.label} ${faultTag(message?.fault)}${entry.note === undefined ? undefined : html` <span class="muted small">${entry.note}</span>`}</span><span class="time">${durationText(entry.atMs)}</span>`;
  if (message === undefined) return html`<li><div class="rung">${cells}</div></li>`;
  const { title, fields, fault, raw } = message;
  return html`<li><details><summary class="rung">${cells}${turnIcon}</summary><div class="decoded">${fieldTable(title, fields, fault)}${raw === undefined ? undefined : html`<pre class="raw" tabindex="0" aria-label="Raw text of ${title}">${raw}</pre>`}</div></details></li>
`;
}

/** Fields that say in one line what became of a connection. */
const inShort: ReadonlySet<string> = new Set(['version', 'cipher', 'group', 'failure']);

function connection({ atMs, fields }: TlsView, index: number): Markup {
  const values = new Map(fields);
  const facts = fields.flatMap(([name, value]) => (inShort.has(name) ? [value] : []));
  const alert = values.get('alert of the device');
  const named = [
    `handshake ${values.get('handshake') ?? 'unknown'}`,
    ...(alert === undefined || alert === 'none' ? [] : [`alert “${alert}”`]),
    ...(values.has('server name') ? [`server name: ${values.get('server name')}`] : []),
  ];
  return html`<details class="more"><summary><span>${index + 1}. ${[...facts, ...named].join(', ')} <span class="muted small">at ${durationText(atMs)}</span></span>${turnIcon}</summary><div>${fieldTable(`TLS connection ${index + 1}`, fields)}</div></details>
`;
}

/** A certificate that is wrong on purpose is open: it is what the case is about. */
function certificate({ title, fields, fault, pem }: CertificateView): Markup {
  const body = html`<summary><span>${title} ${faultTag(fault)}</span>${turnIcon}</summary><div>${fieldTable(title, fields, fault)}<pre class="raw" tabindex="0" aria-label="PEM of ${title}">${pem}</pre></div></details>
`;
  return fault === undefined ? html`<details class="more">${body}` : html`<details class="more" open>${body}`;
}

function output({ title, text }: OutputView): Markup {
  return html`<details class="more"><summary>${title}${turnIcon}</summary><div><pre tabindex="0" aria-label="${title}">${text}</pre></div></details>
`;
}
