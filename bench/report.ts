/**
 * What report.html costs: to render, to keep, to open. Opening is measured in Chromium, offline, from a file, as a reader does it:
 * until the page is whole and can be used, by the clock and in CPU of the main thread (which a busy machine does not stretch).
 *
 * node bench/report.ts [RUN.JSON]   the record of a run, made up to 500 cases; the sample of the tests unless given
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import uiConfig from '#harness/runner/ui.config.ts';
import { renderHtml } from '#reports/html/page.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { sampleRecord } from '#reports/sample-record.ts';

/** One time that a report was opened; times in milliseconds. */
interface Opened {
  readonly firstPaint: number;
  readonly usable: number;
  readonly cpuMs: number;
  readonly elements: number;
}

const count = 500;
const tries = 5;

const [path] = process.argv.slice(2);
const given = path === undefined ? sampleRecord : (JSON.parse(readFileSync(path, 'utf8')) as RunRecord);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const ms = (number: number): string => `${Math.round(number)} ms`;

/** The record with so many cases: its own, again and again, under ids of their own. */
function ofCases(number: number): RunRecord {
  const cases = Array.from({ length: number }, (_, index) => {
    const one = given.cases[index % given.cases.length];
    if (!one) throw new Error('The record holds no case.');
    return index < given.cases.length ? one : { ...one, id: `${one.id}-${Math.floor(index / given.cases.length)}` };
  });
  return { ...given, cases };
}

const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
const browser = await chromium.launch(uiConfig.use?.launchOptions ?? {});
try {
  for (const number of [given.cases.length, count]) {
    const record = ofCases(number);
    const rendered = Array.from({ length: tries }, () => {
      const began = process.cpuUsage();
      const text = renderHtml(record);
      return { text, cpuMs: process.cpuUsage(began).user / 1000 };
    });
    const text = rendered[0]?.text ?? '';
    const file = join(folder, `report-${number}.html`);
    writeFileSync(file, text);
    const opened: Opened[] = [];
    for (let index = 0; index < tries; index += 1) opened.push(await open(file));
    const all = (name: keyof Opened): number => median(opened.map((one) => one[name]));
    console.log(
      `${number} cases: rendered in ${ms(median(rendered.map(({ cpuMs }) => cpuMs)))} CPU, ${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB, ${all('elements')} elements; ` +
        `opened: first paint ${ms(all('firstPaint'))}, usable ${ms(all('usable'))}, main thread ${ms(all('cpuMs'))} CPU`,
    );
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

async function open(file: string): Promise<Opened> {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(pathToFileURL(file).href);
  const { metrics } = await session.send('Performance.getMetrics');
  const timing = await page.evaluate<Omit<Opened, 'cpuMs'>>(`({
    firstPaint: performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint')?.startTime ?? 0,
    usable: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
    elements: document.querySelectorAll('*').length,
  })`);
  await context.close();
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  return { ...timing, cpuMs: seconds * 1000 };
}
