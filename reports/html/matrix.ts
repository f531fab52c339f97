import { areaName, areaOf } from '../areas.ts';
import type { Coverage, CoveredRequirement } from '../coverage.ts';
import type { CaseRecord, CaseVerdict } from '../run-record.ts';
import { verdictsWorstFirst } from '../verdict.ts';
import { icon, verdictNames } from './icons.ts';
import { anchorLink, html, type Markup } from './markup.ts';
import { packed } from './packed.ts';

/** Drawn in pixels, at its own size: a narrow screen scrolls it. */
const pitch = 14;
const square = 12;
const gutter = 58;
const head = 84;

/** Requirement by case, area by area: a strip of all requirements at a glance, and the whole grid where it is opened. */
export function matrix({ requirements }: Coverage): Markup | undefined {
  const areas = Map.groupBy(requirements, ({ requirement }) => areaOf(requirement.id));
  if (areas.size === 0) return undefined;
  return html`<section aria-labelledby="matrix"><h2 id="matrix">Requirement by case</h2>
<p class="muted small">One mark a requirement, by the worst verdict of its cases; hollow where this run has no case. An area opens into the grid of its requirements and cases. <a href="#requirements">Requirements</a> says the same in words.</p>
<div class="panel areas">${[...areas].map(([area, rows]) => areaOfMatrix(area, rows))}</div></section>`;
}

function areaOfMatrix(area: string, rows: readonly CoveredRequirement[]): Markup {
  const cases = [...new Set(rows.flatMap((row) => row.cases))];
  const name = areaName(area);
  const count = `${rows.length} ${rows.length === 1 ? 'requirement' : 'requirements'}, ${cases.length} ${cases.length === 1 ? 'case' : 'cases'}`;
  return html`<details class="area"><summary><span class="id">${area}</span><span class="area-name">${name} <span class="muted small">${count}</span></span><span class="area-tally">${tally(rows)}</span>${strip(rows)}</summary>
${shownGrid(name, rows, cases)}</details>
`;
}

/** Few open a grid: it is compressed until then. */
function shownGrid(name: string, rows: readonly CoveredRequirement[], cases: readonly CaseRecord[]): Markup {
  if (cases.length === 0) return html`<p class="muted small grid-none">No case of this run judges any of them.</p>`;
  const drawing = html`<div class="scroll" role="region" tabindex="0" aria-label="${name}: requirement by case">${grid(rows, cases)}</div>`;
  return packed(
    drawing,
    html`<p class="muted small grid-none">The grid is drawn where scripts run. <a href="#requirements">Requirements</a> says the same in words.</p>`,
  );
}

/** How many requirements of the area stand at each verdict, worst first, then those without a case. */
function tally(rows: readonly CoveredRequirement[]): Markup {
  const by = Map.groupBy(rows, ({ verdict }) => verdict);
  const parts = verdictsWorstFirst.flatMap((verdict) => {
    const number = by.get(verdict)?.length ?? 0;
    return number === 0
      ? []
      : [
          html`<span class="v-${verdict} tone">${icon(verdict)}${number}<span class="hidden"> ${verdictNames[verdict]}</span></span>`,
        ];
  });
  const without = by.get(undefined)?.length ?? 0;
  return html`${parts}${without === 0 ? undefined : html`<span class="muted">${without} without a case</span>`}`;
}

/** Drawn ten and ten, so that they can be counted, and a narrow screen breaks the line between them. */
function strip(rows: readonly CoveredRequirement[]): Markup {
  const tens = Map.groupBy(rows.entries(), ([index]) => Math.floor(index / 10));
  const drawings = [...tens.values()].map((entries) => {
    const marks = entries.map(([index, { requirement, verdict, state }]) => {
      const without = state === 'explained' ? 'No case, with a reason' : 'No case in this run';
      const title = `${requirement.id} ${requirement.level}: ${requirement.sentence} ${verdict === undefined ? without : verdictNames[verdict]}.`;
      return mark((index % 10) * pitch + 1, 1, verdict, title);
    });
    const width = entries.length * pitch;
    return html`<svg width="${width}" height="${pitch}" viewBox="0 0 ${width} ${pitch}" aria-hidden="true">${marks}</svg>`;
  });
  return html`<span class="strip">${drawings}</span>`;
}

function grid(rows: readonly CoveredRequirement[], cases: readonly CaseRecord[]): Markup {
  const width = gutter + cases.length * pitch + 40;
  const height = head + rows.length * pitch + 4;
  const columns = new Map(cases.map((one, index) => [one.id, gutter + index * pitch]));
  const heads = cases.map((one, index) => {
    const [x, y] = [gutter + index * pitch + pitch - 3, head - 6];
    return html`<a href="${anchorLink(one.id)}" tabindex="-1"><text class="map-text" transform="translate(${x} ${y}) rotate(-60)">${one.id}<title>${one.title}</title></text></a>`;
  });
  const lines = rows.map(({ requirement: { id, sentence, untested }, cases: judging, state }, index) => {
    const y = head + index * pitch;
    const cells = judging.map(
      (one) =>
        html`<a href="${anchorLink(one.id)}" tabindex="-1">${mark(columns.get(one.id) ?? gutter, y + 1, one.verdict, `${id} · ${one.id}: ${verdictNames[one.verdict]}. ${one.title}`)}</a>`,
    );
    const why =
      state === 'covered'
        ? undefined
        : html`<text class="map-text map-why" x="${gutter}" y="${y + 11}">${untested ?? 'No case in this run.'}</text>`;
    return html`<rect class="map-row" x="0" y="${y}" width="${width}" height="${pitch}"/><a href="${anchorLink(`requirement-${id}`)}" tabindex="-1"><text class="map-text" x="2" y="${y + 11}">${id}<title>${sentence}</title></text></a>${cells}${why}`;
  });
  return html`<svg class="map" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true">${heads}${lines}</svg>`;
}

/** A verdict by colour and drawing; without one, a hollow square. */
function mark(x: number, y: number, verdict: CaseVerdict | undefined, title: string): Markup {
  if (verdict === undefined)
    return html`<rect class="map-none" x="${x + 1}" y="${y + 1}" width="${square - 2}" height="${square - 2}" rx="2"><title>${title}</title></rect>`;
  return html`<g class="v-${verdict}"><rect class="map-mark" x="${x}" y="${y}" width="${square}" height="${square}" rx="2"/><use href="#i-${verdict}" x="${x + 1.5}" y="${y + 1.5}" width="${square - 3}" height="${square - 3}" class="map-icon"/><title>${title}</title></g>`;
}
