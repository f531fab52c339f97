import { conductInWords, conductOf } from './load-conduct.ts';
import { quartersOf } from './load-quarters.ts';
import { type LoadRecord, loadEnds, loadSteps } from './load-record.ts';
import { latencyText, rateOf, stepNames } from './load-words.ts';

/** A run of a fleet as lines for a terminal. */
export function renderLoadSummary(record: LoadRecord, options: { color: boolean; reportPath: string }): string {
  const { verdict, reasons, counts, steps, failures, ledger, thresholds, generator, target, durationMs } = record;
  const paint = (code: number, text: string): string => (options.color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const tone = verdict === 'pass' ? 32 : verdict === 'fail' ? 31 : 33;
  const ends = loadEnds.filter((end) => counts.ends[end] > 0).map((end) => `${counts.ends[end]} ${end}`);
  return [
    paint(tone, `${verdict.toUpperCase()}`),
    ...reasons.map((reason) => `  ${reason}`),
    '',
    `${ends.join(', ') || 'nothing ended'} in ${latencyText(durationMs)}: ${rateOf(record).toFixed(1)}/s`,
    `started ${counts.started} of ${counts.due} due, ${counts.late} late, ${counts.dropped} dropped, ${counts.retried} retried, ${counts.polls} polls`,
    '',
    `${''.padEnd(16)}${['count', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'].map((name) => name.padStart(10)).join('')}`,
    ...loadSteps.flatMap((step) => {
      const view = steps[step];
      if (!view) return [];
      const { count, p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs } = view;
      const cells = [String(count), ...[p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs].map(latencyText)];
      return [`${stepNames[step].padEnd(16)}${cells.map((cell) => cell.padStart(10)).join('')}`];
    }),
    '',
    ...quarterLines(record),
    ...thresholds.map(({ text, met, seen }) => `${met ? paint(32, '✓') : paint(31, '✗')} ${text}: ${seen}`),
    ...failures.map(({ kind, count, device }) => `${paint(31, '✗')} ${count} × ${kind} (first: ${device})`),
    ...conductLines(record),
    `ledger: ${ledger.certificates} certificates, ${ledger.doubleSerialCount} double serials, ${ledger.doubleKeyCount} double keys, ${ledger.neverRetrievedCount} never retrieved`,
    `generator: ${generator.cpuMsEach.toFixed(2)} ms CPU each, ${generator.cpu.toFixed(2)} of ${generator.cores} cores, event loop late by ${generator.loopDelayP99Ms.toFixed(0)} ms (p99), ${generator.peakRssMiB.toFixed(0)} MiB`,
    ...(target.cpuMsEach === undefined
      ? []
      : [`server: ${target.cpuMsEach.toFixed(2)} ms CPU each${memoryText(target.peakRssMiB)}`]),
    `report: ${options.reportPath}`,
  ].join('\n');
}

function memoryText(mebibytes: number | undefined): string {
  return mebibytes === undefined ? '' : `, ${mebibytes.toFixed(0)} MiB`;
}

function quarterLines(record: LoadRecord): string[] {
  const quarters = quartersOf(record);
  if (quarters.length === 0) return [];
  const row = (first: string, cells: readonly string[]): string =>
    `${first.padEnd(16)}${cells.map((cell) => cell.padStart(10)).join('')}`;
  const optional = (value: number | undefined, text: (value: number) => string): string =>
    value === undefined ? '–' : text(value);
  const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;
  return [
    row('over time', ['began', 'ok', 'failed', 'p50', 'p99', 'generator', 'server']),
    ...quarters.map((quarter) =>
      row(`${quarter.from}–${quarter.to} s`, [
        `${quarter.startedPerSecond.toFixed(1)}/s`,
        `${quarter.succeededPerSecond.toFixed(1)}/s`,
        String(quarter.failed),
        optional(quarter.p50Ms, latencyText),
        optional(quarter.p99Ms, latencyText),
        optional(quarter.generatorMiB, mebibytes),
        optional(quarter.targetMiB, mebibytes),
      ]),
    ),
    '',
  ];
}

function conductLines(record: LoadRecord): string[] {
  const conduct = conductOf(record);
  return conduct ? conductInWords(conduct) : [];
}
