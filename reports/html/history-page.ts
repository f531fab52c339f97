import {
  flakyText,
  type History,
  type HistoryRun,
  type HistorySeries,
  heldText,
  judgedIn,
  type RequirementTrend,
} from '../history.ts';
import { chart, type Series } from '../load-html/chart.ts';
import { loadStyle } from '../load-html/style.ts';
import { type CaseVerdict, caseVerdicts } from '../run-record.ts';
import { verdictsWorstFirst } from '../verdict.ts';
import { page } from './document.ts';
import { icon, runVerdicts, verdictNames } from './icons.ts';
import { durationText, html, type Markup } from './markup.ts';
import { when } from './when.ts';

const historyStyle = `${loadStyle}
.columns rect{stroke:var(--surface);stroke-width:1}
.chart .icon{width:1em;height:1em}
.history h3{margin:1.5rem 0 .6rem}
.strip{display:flex;flex-wrap:wrap;gap:2px;list-style:none;padding:0}
.strip li{width:1.35rem;height:1.35rem;border-radius:4px;display:grid;place-items:center;background:var(--ground);color:var(--tone);font-size:.75rem}
.runs{margin:0}
.runs tr>*,.runs thead tr>*{white-space:nowrap;padding:.35rem .9rem!important;text-align:left!important}
.rate{font-variant-numeric:tabular-nums;white-space:nowrap}
.history summary{cursor:pointer;margin:.75rem 0;width:fit-content}
`;

/** More runs than these are no strip any more. */
const mostInStrip = 40;

/** The history of runs as one HTML file that needs nothing else. */
export function renderHistoryHtml({ series }: History): string {
  const runs = series.flatMap((one) => one.runs);
  const moments = runs.map(({ startedAt }) => startedAt).sort();
  const [first = '', last = ''] = [moments[0], moments.at(-1)];
  return page({
    title: 'History of runs',
    kicker: 'Muster history of runs',
    heading: runs.length === 1 ? '1 run' : `${runs.length} runs`,
    meta: html`${when(first)} to ${when(last)}`,
    body: series.map(seriesSection),
    footer: 'Made by Muster from the records of these runs (run.json), of which this page is a pure function.',
    moreStyle: historyStyle,
  });
}

function seriesSection(series: HistorySeries, at: number): Markup {
  const { subject, profile, runs } = series;
  const id = `series-${at + 1}`;
  return html`<section class="history" aria-labelledby="${id}"><h2 id="${id}">${subject} <span class="muted">profile ${profile}</span></h2>
<div class="charts">${findingColumns(runs)}${passChart(runs)}${durationChart(runs)}</div>
${requirementTables(series.requirements, runs)}
${flakyTable(series)}
${runTable(runs)}</section>`;
}

const width = 1000;
const height = 200;
const left = 64;
const top = 12;
const bottom = 24;

/** One column a run, one part a verdict, the worst at the bottom. The table of runs says the same in words. */
function findingColumns(runs: readonly HistoryRun[]): Markup {
  const present = verdictsWorstFirst.filter(
    (verdict) => !isSilent(verdict) && runs.some(({ counts }) => counts[verdict] > 0),
  );
  if (present.length === 0) return html`<p>In none of these runs a case was anything but passed or not applicable.</p>`;
  const sumOf = ({ counts }: HistoryRun): number => present.reduce((sum, verdict) => sum + counts[verdict], 0);
  const most = Math.max(1, ...runs.map(sumOf));
  const step = (width - left) / runs.length;
  const ground = height - bottom;
  const parts = runs.flatMap(({ counts }, at) => {
    let y = ground;
    return present.flatMap((verdict) => {
      const part = (counts[verdict] / most) * (ground - top);
      y -= part;
      return part === 0
        ? []
        : [
            html`<rect class="v-${verdict} fill" x="${(left + at * step).toFixed(2)}" y="${y.toFixed(2)}" width="${step.toFixed(2)}" height="${part.toFixed(2)}"/>`,
          ];
    });
  });
  const marks = [
    [0, ground],
    [most, top],
  ].map(
    ([value = 0, y = 0]) =>
      html`<line class="grid" x1="${left}" x2="${width}" y1="${y}" y2="${y}"/><text x="${left - 8}" y="${y}" class="tick left">${value}</text>`,
  );
  const days = [runs[0], runs.at(-1)].map((run) => run?.startedAt.slice(0, 10) ?? '');
  const legend = present.map(
    (verdict) => html`<li class="v-${verdict}">${icon(verdict)} ${verdictNames[verdict]}</li>`,
  );
  const worst = runs.find((run) => sumOf(run) === most);
  const words = worst ? `at most ${most}, on ${worst.startedAt.slice(0, 10)}: ${tallyOf(worst)}` : '';
  return html`<figure class="panel chart columns"><figcaption><h3>Cases that did not pass</h3><ul class="counts">${legend}</ul></figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${`Cases that did not pass in ${runs.length} runs, the oldest first: ${words}.`}">${marks}${parts}<text x="${left}" y="${height - 6}" class="tick">${days[0]}</text><text x="${width}" y="${height - 6}" class="tick last">${days[1]}</text></svg></figure>
`;
}

/** What is no finding, and would hide the others by its height. */
function isSilent(verdict: CaseVerdict): boolean {
  return verdict === 'pass' || verdict === 'not-applicable';
}

function passChart(runs: readonly HistoryRun[]): Markup {
  const rate = ({ counts, cases }: HistoryRun): number | undefined => {
    const judged = cases.length - counts['not-applicable'];
    return judged === 0 ? undefined : (100 * (counts.pass + counts['unexpected-pass'])) / judged;
  };
  return runChart('Passed, of the cases that were applicable', '%', runs, [
    { name: 'passed', tone: 'first', values: runs.map(rate) },
  ]);
}

function tallyOf({ counts }: HistoryRun): string {
  return caseVerdicts
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${verdictNames[verdict]}`)
    .join(', ');
}

function durationChart(runs: readonly HistoryRun[]): Markup {
  return runChart('Duration', 's', runs, [
    { name: 'the run', tone: 'first', values: runs.map(({ durationMs }) => durationMs / 1000) },
    {
      name: 'the device itself, all cases together',
      tone: 'third',
      values: runs.map(({ deviceMs }) => deviceMs / 1000),
    },
  ]);
}

function runChart(title: string, unit: string, runs: readonly HistoryRun[], series: readonly Series[]): Markup {
  return chart({ title, unit, join: 'most', tick: (at) => runs[at]?.startedAt.slice(0, 10) ?? '', series });
}

/** Those that do not always hold are shown; the others are there to be opened. */
function requirementTables(trends: readonly RequirementTrend[], runs: readonly HistoryRun[]): Markup {
  const broken = trends.filter(({ held, judged }) => held < judged || judged === 0);
  const holding = trends.filter(({ held, judged }) => held === judged && judged > 0);
  const shown =
    broken.length === 0
      ? html`<p>Every requirement that was judged was seen to hold in each run.</p>`
      : requirementTable(broken, runs, 'Requirements that do not always hold');
  const others = html`<details><summary>${holding.length} requirements that held in each run that judged them</summary>${requirementTable(holding, runs, 'Requirements that always hold')}</details>`;
  return html`<h3>Requirements that do not always hold</h3>
${shown}
${holding.length === 0 ? undefined : others}`;
}

function requirementTable(trends: readonly RequirementTrend[], runs: readonly HistoryRun[], caption: string): Markup {
  const rows = trends.map(
    ({ id, level, sentence, verdicts, held, judged }) =>
      html`<tr role="row"><th scope="row" role="rowheader"><span class="id">${id}</span><span class="level">${level}</span></th><td role="cell">${sentence}</td><td role="cell"><span class="rate">${judged === 0 ? '' : `${Math.floor((100 * held) / judged)} %, `}${heldText({ held, judged })}</span>${strip(verdicts, runs)}</td></tr>
`,
  );
  return html`<div class="requirements panel"><table role="table"><caption class="hidden">${caption}</caption><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Requirement</th><th scope="col" role="columnheader">Sentence</th><th scope="col" role="columnheader">Held</th></tr></thead><tbody role="rowgroup">${rows}</tbody></table></div>`;
}

function strip(verdicts: readonly (CaseVerdict | undefined)[], runs: readonly HistoryRun[]): Markup {
  const from = Math.max(0, verdicts.length - mostInStrip);
  const cells = verdicts.slice(from).map((verdict, at) => {
    const day = runs[from + at]?.startedAt.slice(0, 10) ?? '';
    const shown = verdict ?? 'not-applicable';
    const words = verdict === undefined ? 'not judged' : verdictNames[verdict];
    return html`<li class="v-${shown}" title="${`${day}: ${words}`}">${icon(shown)}<span class="hidden">${day}: ${words}</span></li>`;
  });
  return html`<ol class="strip">${cells}</ol>`;
}

function flakyTable({ flaky }: HistorySeries): Markup {
  const items = flaky.map(
    (one) =>
      html`<li><span class="id">${one.id}</span><span>${one.title}</span><span class="muted">${flakyText(one)}</span></li>`,
  );
  return html`<h3>Flaky cases</h3>
${items.length === 0 ? html`<p>None was seen.</p>` : html`<ul class="holds panel">${items}</ul>`}`;
}

/** The latest first. */
function runTable(runs: readonly HistoryRun[]): Markup {
  const rows = runs.toReversed().map((run) => {
    const { tone, headline } = runVerdicts[run.verdict];
    return html`<tr><th scope="row">${when(run.startedAt)}</th><td><span class="chip v-${tone}">${icon(tone)}${headline}</span></td><td>${tallyOf(run)}${run.reruns > 0 ? html` <span class="muted">(some ran again)</span>` : undefined}</td><td>${judgedIn(run)}</td><td>${durationText(run.durationMs)}</td><td>${run.muster}</td><td>${run.seed}</td><td><code>${run.source}</code></td></tr>
`;
  });
  const heads = ['Run', 'Verdict', 'Cases', 'Judged', 'Took', 'Muster', 'Seed', 'Record'].map(
    (name) => html`<th scope="col">${name}</th>`,
  );
  return html`<h3>Runs</h3><div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="numbers words runs"><caption class="hidden">Each run, the latest first</caption><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
