import { type CaseRecord, deviceMsOf, type RunRecord } from '../run-record.ts';
import { chip } from './icons.ts';
import { anchorLink, durationText, html, type Markup } from './markup.ts';

const shown = 12;
const barWidth = 240;

/** Where the time of a run went: by group, and the cases that took longest. */
export function durations({ cases, durationMs }: RunRecord): Markup | undefined {
  const ran = cases.filter((one) => one.durationMs > 0);
  if (ran.length === 0) return undefined;
  const slowest = ran.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, shown);
  const most = slowest[0]?.durationMs ?? 1;
  const total = timeOf(ran);
  const share = Math.round((timeOf(slowest) / total) * 100);
  return html`<section aria-labelledby="durations"><h2 id="durations">Durations</h2>
<p>The run took ${durationText(durationMs)}; its cases, added up, ${durationText(total)}${total > durationMs ? ', since several ran side by side' : ''}. The ${slowest.length} that took longest are ${share} % of that.</p>
<table class="numbers"><caption class="hidden">Time by group</caption><thead><tr><th scope="col">Group</th><th scope="col">Cases</th><th scope="col">Together</th><th scope="col">Of it the device</th><th scope="col">Median</th></tr></thead>
<tbody>${(['device', 'server', 'property'] as const).map((group) =>
    groupRow(
      group,
      ran.filter((one) => one.group === group),
    ),
  )}</tbody></table>
<table class="slowest panel"><caption class="hidden">The cases that took longest</caption><thead><tr><th scope="col">Case</th><th scope="col">Took</th><th scope="col">Of it the device</th></tr></thead><tbody>${slowest.map((one) => slowRow(one, most))}</tbody></table></section>`;
}

const timeOf = (cases: readonly CaseRecord[]): number => cases.reduce((sum, { durationMs }) => sum + durationMs, 0);

function groupRow(group: CaseRecord['group'], cases: readonly CaseRecord[]): Markup {
  if (cases.length === 0) return html``;
  const sorted = cases.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const device = deviceMsOf(cases);
  return html`<tr><th scope="row">${group}</th><td>${cases.length}</td><td>${durationText(timeOf(cases))}</td><td>${device === 0 ? '–' : durationText(device)}</td><td>${durationText(median)}</td></tr>`;
}

function slowRow({ id, title, verdict, durationMs, deviceMs }: CaseRecord, most: number): Markup {
  const width = (ms: number): string => Math.max((ms / most) * barWidth, 1).toFixed(1);
  const device =
    deviceMs === undefined ? undefined : html`<rect class="time-device" y="2" width="${width(deviceMs)}" height="10"/>`;
  return html`<tr><th scope="row">${chip(verdict)} <a href="${anchorLink(id)}"><span class="id">${id}</span></a> <span class="slow-title">${title}</span></th><td><svg class="time-bar" width="${barWidth}" height="14" viewBox="0 0 ${barWidth} 14" aria-hidden="true"><rect class="time-all" y="2" width="${width(durationMs)}" height="10"/>${device}</svg><span class="time">${durationText(durationMs)}</span></td><td><span class="time">${deviceMs === undefined ? '–' : durationText(deviceMs)}</span></td></tr>
`;
}
