import { page } from '../html/document.ts';
import { icon } from '../html/icons.ts';
import { html, Markup } from '../html/markup.ts';
import { when } from '../html/when.ts';
import type { Compared, LoadDiff } from '../load-diff.ts';
import { headlineOf, numberOf, ratioText, thresholdChanges, toneOf } from '../load-diff-words.ts';
import { latencyText, stepNames } from '../load-words.ts';
import { chart } from './chart.ts';
import { loadStyle } from './style.ts';

/** Two loads side by side, as one HTML file that needs nothing else. */
export function renderLoadDiffHtml(diff: LoadDiff): string {
  return page({
    title: 'Two loads compared',
    kicker: 'Muster load comparison',
    heading: 'Two loads compared',
    meta: html`${when(diff.before.startedAt)} and ${when(diff.after.startedAt)}`,
    body: [
      verdict(diff),
      runs(diff),
      obstacles(diff),
      charts(diff),
      numbers(diff),
      latencies(diff),
      thresholds(diff),
      failures(diff),
    ],
    footer: 'Made by Muster from the records of both runs (load.json), of which this page is a pure function.',
    moreStyle: loadStyle,
  });
}

function verdict(diff: LoadDiff): Markup {
  const { regressions, obstacles: differences } = diff;
  const tone = regressions.length > 0 ? 'fail' : differences.length > 0 ? 'unverified' : 'pass';
  const reasons =
    regressions.length > 0
      ? regressions
      : ['No verdict, no threshold and no kind of failure is worse; the numbers are below.'];
  return html`<section class="verdict v-${tone}" aria-labelledby="verdict">
<div class="verdict-head">${icon(tone)}<h2 id="verdict">${headlineOf(diff)}</h2><p>Numbers that differ by a tenth or more are marked.</p></div>
<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
</section>`;
}

function runs({ before, after }: LoadDiff): Markup {
  const one = (name: string, { verdict: said, durationMs, command, muster }: LoadDiff['before']): Markup =>
    html`<div class="wide"><dt>${name}</dt><dd><strong>${said}</strong> in ${latencyText(durationMs)}, Muster ${muster}<br><code>${command}</code></dd></div>`;
  return html`<dl class="facts panel">${one('Before', before)}${one('After', after)}</dl>`;
}

function obstacles({ obstacles: differences }: LoadDiff): Markup | undefined {
  if (differences.length === 0) return undefined;
  const rows = differences.map(
    ({ name, before, after }) => html`<tr><th scope="row">${name}</th><td>${before}</td><td>${after}</td></tr>`,
  );
  return html`<section aria-labelledby="obstacles"><h2 id="obstacles">Hard to compare, for they differ</h2><div class="scroll"><table class="numbers latencies"><caption class="hidden">What the runs do not have in common</caption>${heads(['', 'before', 'after'])}<tbody>${rows}</tbody></table></div></section>`;
}

function charts({ before, after }: LoadDiff): Markup {
  const of = (run: LoadDiff['before'], read: (second: LoadDiff['before']['course'][number]) => number | undefined) =>
    run.course.map(read);
  const both = (read: (second: LoadDiff['before']['course'][number]) => number | undefined) =>
    [
      { name: 'before', tone: 'third', values: of(before, read) },
      { name: 'after', tone: 'first', values: of(after, read) },
    ] as const;
  return html`<section aria-labelledby="over-time"><h2 id="over-time">Over time</h2><div class="charts">
${chart({ title: 'Succeeded', unit: 'per second', join: 'mean', series: both(({ succeeded }) => succeeded) })}
${chart({ title: 'Latency of the whole, 99 of 100', unit: 'ms', join: 'most', series: both(({ p99Ms }) => p99Ms) })}
</div></section>`;
}

function numbers(diff: LoadDiff): Markup {
  return html`<section aria-labelledby="numbers"><h2 id="numbers">Numbers</h2>${table(
    'Numbers of both runs',
    diff.numbers.map((compared) => row(compared.name, compared)),
  )}</section>`;
}

function latencies({ steps }: LoadDiff): Markup {
  const rows = steps.flatMap(({ step, rows: all }) =>
    all.map((compared) => row(`${stepNames[step]}, ${compared.name}`, compared)),
  );
  return html`<section aria-labelledby="latency"><h2 id="latency">Latency by step</h2>${table('Latency by step of both runs', rows)}</section>`;
}

function table(caption: string, rows: readonly Markup[]): Markup {
  return html`<div class="scroll"><table class="numbers latencies"><caption class="hidden">${caption}</caption>${heads(['', 'before', 'after', 'after by before'])}<tbody>${rows}</tbody></table></div>`;
}

function heads(names: readonly string[]): Markup {
  return html`<thead><tr>${names.map((name) => (name === '' ? html`<td></td>` : html`<th scope="col">${name}</th>`))}</tr></thead>`;
}

function row(name: string, compared: Compared): Markup {
  const tone = toneOf(compared);
  const ratio = tone === undefined ? ratioText(compared) : `${ratioText(compared)} ${tone}`.trim();
  return html`<tr${new Markup(tone === undefined ? '' : ` class="${tone}"`)}><th scope="row">${name}</th><td>${numberOf(compared, compared.before)}</td><td>${numberOf(compared, compared.after)}</td><td>${ratio}</td></tr>`;
}

function thresholds({ thresholds: all }: LoadDiff): Markup | undefined {
  if (all.length === 0) return undefined;
  const items = all.map(
    ({ text, change, before, after }) =>
      html`<li><code>${text}</code><span>${before?.seen ?? '–'} → ${after?.seen ?? '–'}</span><span class="muted">${thresholdChanges[change]}</span></li>`,
  );
  return html`<section aria-labelledby="thresholds"><h2 id="thresholds">Thresholds</h2><ul class="holds panel">${items}</ul></section>`;
}

function failures({ failures: all }: LoadDiff): Markup | undefined {
  if (all.length === 0) return undefined;
  const items = all.map(
    ({ kind, before, after, change }) =>
      html`<li><span>${before} → ${after}</span><span>${kind}</span><span class="muted">${change}</span></li>`,
  );
  return html`<section aria-labelledby="failures"><h2 id="failures">Failures by kind</h2><ul class="holds panel">${items}</ul></section>`;
}
