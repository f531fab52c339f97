import { page } from '../html/document.ts';
import { chip, icon, runVerdicts } from '../html/icons.ts';
import { html, type Markup } from '../html/markup.ts';
import { when } from '../html/when.ts';
import { conductInWords, conductOf } from '../load-conduct.ts';
import { quartersOf } from '../load-quarters.ts';
import { type LoadRecord, loadEnds, loadSteps } from '../load-record.ts';
import { latencyText, rateOf, stepNames } from '../load-words.ts';
import { chart } from './chart.ts';
import { loadStyle } from './style.ts';

const meanings = {
  pass: 'Every threshold holds, and nothing else is wrong.',
  fail: 'A threshold does not hold, or something is wrong whatever the thresholds.',
  inconclusive: 'What was measured says nothing about the server.',
  error: 'The bench broke: this says nothing about the server.',
  incomplete: 'The run was ended before it was over.',
} as const satisfies Record<LoadRecord['verdict'], string>;

/** The report of a load as one HTML file that needs nothing else: readable without scripts, offline, on paper. */
export function renderLoadHtml(record: LoadRecord): string {
  const { headline } = runVerdicts[record.verdict];
  const { target, startedAt, counts, durationMs, seed, shard } = record;
  const part = shard.of > 1 ? ` · shard ${shard.index + 1} of ${shard.of}` : '';
  return page({
    title: `${headline}: load of ${target.name}`,
    kicker: 'Muster load report',
    heading: target.name,
    meta: html`${when(startedAt)} · ${counts.simulators} simulators in ${latencyText(durationMs)}${part} · seed ${seed}`,
    body: [
      verdictPanel(record),
      facts(record),
      charts(record),
      quarters(record),
      conduct(record),
      latencies(record),
      thresholds(record),
      failures(record),
      ledger(record),
    ],
    footer: `Made by Muster ${record.muster} from the record of this run (load.json), of which this page is a pure function. Passwords and private keys were taken out before the record was made.`,
    moreStyle: loadStyle,
  });
}

function verdictPanel({ verdict, reasons, counts }: LoadRecord): Markup {
  const { tone, headline } = runVerdicts[verdict];
  const ends = loadEnds.filter((end) => counts.ends[end] > 0);
  return html`<section class="verdict v-${tone}" aria-labelledby="verdict">
<div class="verdict-head">${icon(tone)}<h2 id="verdict">${headline}</h2><p>${meanings[verdict]}</p></div>
<ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
<div class="tally"><ul class="counts" aria-label="Attempts by how they ended">${ends.map((end) => html`<li><strong>${counts.ends[end]}</strong> ${end}</li>`)}</ul></div>
</section>`;
}

function facts(record: LoadRecord): Markup {
  const { plan, counts, generator, target, command } = record;
  const { due, started, late, dropped, retried, polls, approved } = counts;
  const cpu = (each: number | undefined): string =>
    each === undefined ? 'not known' : `${each.toFixed(2)} ms CPU each`;
  return html`<dl class="facts panel">
<div><dt>Succeeded</dt><dd><strong>${rateOf(record).toFixed(1)}/s</strong><br><span class="small muted">${started} of ${due} due began, ${late} late, ${dropped} dropped</span></dd></div>
<div><dt>Messages</dt><dd>${retried} sent again<br><span class="small muted">${polls} polls, ${approved} approved</span></dd></div>
<div><dt>Generator</dt><dd>${cpu(generator.cpuMsEach)}<br><span class="small muted">${generator.workers} threads, ${generator.cpu.toFixed(2)} of ${generator.cores} cores, ${generator.peakRssMiB.toFixed(0)} MiB, event loop late by ${generator.loopDelayP99Ms.toFixed(0)} ms (p99)</span></dd></div>
<div><dt>Server</dt><dd>${target.builtIn ? cpu(target.cpuMsEach) : 'elsewhere'}<br><span class="small muted">${target.peakRssMiB === undefined ? target.name : `${target.peakRssMiB.toFixed(0)} MiB`}</span></dd></div>
<div class="wide"><dt>The plan (${plan.model} model)</dt><dd><ul class="choices">${plan.lines.map(([name, value]) => html`<li><span class="muted">${name}:</span> ${value}</li>`)}</ul></dd></div>
<div class="wide"><dt>Command</dt><dd><code>${command}</code></dd></div>
</dl>`;
}

function charts({ seconds, plan }: LoadRecord): Markup {
  const values = (of: (second: LoadRecord['seconds'][number]) => number | undefined) => seconds.map(of);
  const timed = (of: 'p50Ms' | 'p99Ms') =>
    values((second) => (second.histogram === undefined ? undefined : second[of]));
  const wanted =
    plan.model === 'open'
      ? [{ name: 'wanted', tone: 'third', values: values(({ wanted }) => wanted ?? 0) } as const]
      : [];
  return html`<section aria-labelledby="over-time"><h2 id="over-time">Over time</h2><div class="charts">
${chart({
  title: 'Rate',
  unit: 'per second',
  join: 'mean',
  series: [
    ...wanted,
    { name: 'began', tone: 'second', values: values(({ started }) => started) },
    { name: 'succeeded', tone: 'first', values: values(({ succeeded }) => succeeded) },
    { name: 'failed', tone: 'bad', values: values(({ failed }) => failed) },
  ],
})}${chart({
  title: 'Latency of the whole',
  unit: 'ms',
  join: 'most',
  series: [
    { name: '99 of 100', tone: 'third', values: timed('p99Ms') },
    { name: 'half', tone: 'first', values: timed('p50Ms') },
  ],
})}${chart({
  title: 'Under way',
  unit: 'devices',
  join: 'most',
  series: [
    { name: 'waiting for approval', tone: 'third', values: values(({ pending }) => pending) },
    { name: 'connection held open', tone: 'second', values: values(({ held }) => held) },
    { name: 'in flight', tone: 'first', values: values(({ inFlight }) => inFlight) },
  ],
})}${chart({
  title: 'Memory',
  unit: 'MiB',
  join: 'most',
  series: [
    { name: 'server', tone: 'second', values: values(({ targetMiB }) => targetMiB) },
    { name: 'generator', tone: 'first', values: values(({ generatorMiB }) => generatorMiB) },
  ],
})}</div></section>`;
}

function quarters(record: LoadRecord): Markup | undefined {
  const rows = quartersOf(record).map((quarter) => {
    const { from, to, startedPerSecond, succeededPerSecond, failed, p50Ms, p99Ms, generatorMiB, targetMiB } = quarter;
    const optional = (value: number | undefined, text: (value: number) => string): Markup =>
      html`<td>${value === undefined ? '–' : text(value)}</td>`;
    const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;
    return html`<tr><th scope="row">${from}–${to} s</th><td>${startedPerSecond.toFixed(1)}/s</td><td>${succeededPerSecond.toFixed(1)}/s</td><td>${failed}</td>${optional(p50Ms, latencyText)}${optional(p99Ms, latencyText)}${optional(generatorMiB, mebibytes)}${optional(targetMiB, mebibytes)}</tr>`;
  });
  if (rows.length === 0) return undefined;
  const heads = ['began', 'succeeded', 'failed', 'p50', 'p99', 'generator', 'server'].map(
    (name) => html`<th scope="col">${name}</th>`,
  );
  return html`<section aria-labelledby="quarters"><h2 id="quarters">As it began, as it ended</h2><div class="scroll"><table class="numbers latencies"><caption class="hidden">The quarters of the run</caption><thead><tr><th scope="col">Part</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function conduct(record: LoadRecord): Markup | undefined {
  const seen = conductOf(record);
  if (!seen) return undefined;
  const polls = chart({
    title: 'Polls',
    unit: 'per second',
    join: 'most',
    series: [{ name: 'polls', tone: 'first', values: record.seconds.map((second) => second.polls) }],
  });
  return html`<section aria-labelledby="conduct"><h2 id="conduct">Told to wait</h2><ul class="holds panel">${conductInWords(seen).map((sentence) => html`<li>${sentence}</li>`)}</ul><div class="charts">${polls}</div></section>`;
}

function latencies({ steps }: LoadRecord): Markup {
  const rows = loadSteps.flatMap((step) => {
    const view = steps[step];
    if (!view) return [];
    const { minMs, meanMs, p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs } = view;
    const cells = [minMs, meanMs, p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs].map(
      (each) => html`<td>${latencyText(each)}</td>`,
    );
    return [html`<tr><th scope="row">${stepNames[step]}</th><td>${view.count}</td>${cells}</tr>`];
  });
  const heads = ['count', 'least', 'mean', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'most'].map(
    (name) => html`<th scope="col">${name}</th>`,
  );
  return html`<section aria-labelledby="latency"><h2 id="latency">Latency by step</h2><div class="scroll"><table class="numbers latencies"><caption class="hidden">Latency by step</caption><thead><tr><th scope="col">Step</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function thresholds(record: LoadRecord): Markup | undefined {
  if (record.thresholds.length === 0) return undefined;
  const items = record.thresholds.map(
    ({ text, met, seen }) =>
      html`<li>${chip(met ? 'pass' : 'fail')}<code>${text}</code><span class="muted">${seen}</span></li>`,
  );
  return html`<section aria-labelledby="thresholds"><h2 id="thresholds">Thresholds</h2><ul class="holds panel">${items}</ul></section>`;
}

function failures(record: LoadRecord): Markup {
  const items = record.failures.map(
    ({ kind, count, device, transcript }) =>
      html`<details class="panel failure"><summary><strong>${count}</strong> × ${kind} <span class="muted small">first: ${device}</span></summary><pre tabindex="0">${transcript}</pre></details>`,
  );
  return html`<section aria-labelledby="failures"><h2 id="failures">Failures</h2>${items.length === 0 ? html`<p>None.</p>` : items}</section>`;
}

function ledger({ ledger: view }: LoadRecord): Markup {
  const rows = [
    ['Serial numbers issued twice', view.doubleSerialCount, view.doubleSerials],
    ['Keys certified twice', view.doubleKeyCount, view.doubleKeys],
    ['Left waiting, never retrieved', view.neverRetrievedCount, view.neverRetrieved],
  ] as const;
  const items = rows.map(
    ([name, count, named]) =>
      html`<div><dt>${name}</dt><dd><strong>${count}</strong>${named.map((one) => html`<br><code>${one}</code>`)}</dd></div>`,
  );
  return html`<section aria-labelledby="ledger"><h2 id="ledger">Identities</h2><dl class="facts panel"><div><dt>Certificates</dt><dd><strong>${view.certificates}</strong></dd></div>${items}</dl></section>`;
}
