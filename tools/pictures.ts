/**
 * Prevents: pictures in the documentation of what Muster no longer looks like. They are taken from real runs: a device that
 * forgives expired certificates is certified, a load is run, a console is used. Look at them before you commit them.
 *
 * node tools/pictures.ts [console|load|device] [CASE…]     writes docs/*.png; with ids of cases, a device is certified by
 *                                                          these alone
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { deviceName, openConsoleBench } from '#harness/console/console-bench.ts';
import { chromiumOptions } from '#harness/runner/browser.ts';
import type { RunRecord } from '#reports/run-record.ts';
import { makeForgivingDevice } from './pictures/forgiving-device.ts';
import { terminalPage } from './pictures/terminal-page.ts';

const root = join(import.meta.dirname, '..');
const docs = join(root, 'docs');
const muster = `'${process.execPath}' '${join(root, 'harness', 'cli', 'muster.mjs')}'`;
const size = { width: 1280, height: 800 };

/** Runs a command of muster on a terminal of its own, and gives what that showed. Findings are no failure. */
async function onTerminal(folder: string, words: string): Promise<string> {
  const command = `stty cols 110; PATH='${join(root, 'node_modules/.bin')}':$PATH ${muster} ${words} || true`;
  const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** In light, and in dark: a page shows the one that its reader prefers. `from`: what is to stand at the top, in JavaScript. */
async function shoot(page: Page, name: string, from = 'document.body'): Promise<void> {
  for (const [colorScheme, suffix] of [
    ['light', ''],
    ['dark', '-dark'],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // What is far away is laid out when it comes into view, and moves the rest.
    for (let frame = 0; frame < 5; frame++) {
      await page.evaluate(`(${from}).scrollIntoView({ block: 'start', behavior: 'instant' })`);
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
    }
    await page.screenshot({ path: join(docs, `${name}${suffix}.png`) });
  }
}

async function opened(browser: Browser, url: string, height = size.height): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { ...size, height } })).newPage();
  await page.goto(url);
  return page;
}

async function certified(browser: Browser, folder: string, cases: readonly string[]): Promise<void> {
  await makeForgivingDevice(folder, join(root, 'examples', 'adapters', 'openssl', 'adapter'));
  const words = `certify device --adapter ./adapter --seed 5${cases.length > 0 ? ` --case ${cases.join(' ')}` : ''}`;
  const said = await onTerminal(folder, words);
  const terminal = await browser.newPage({ viewport: { ...size, width: 1100 } });
  await terminal.setContent(terminalPage(`npx muster ${words}`, shortened(said)));
  await terminal.locator('body').screenshot({ path: join(docs, 'terminal.png'), omitBackground: true });

  const { cases: records } = JSON.parse(await readFile(join(folder, 'muster-report', 'run.json'), 'utf8')) as RunRecord;
  const report = pathToFileURL(join(folder, 'muster-report', 'report.html')).href;
  await shoot(await opened(browser, report), 'report');
  const failed = records.find(({ verdict }) => verdict === 'fail') ?? records[0];
  await shoot(await opened(browser, `${report}#${failed?.id}`), 'case', `document.getElementById('${failed?.id}')`);
}

/** What comes while it runs, and the first findings behind the verdict, say enough. */
function shortened(said: string): string {
  const lines = said.trimEnd().split('\n');
  const verdict = Math.max(
    0,
    lines.findIndex((line) => / (PASS|FAIL) /.test(line)),
  );
  const [most, first] = [22, 5];
  const begun = verdict > first ? [...lines.slice(0, first), '…'] : lines.slice(0, verdict);
  const judged = lines.slice(verdict);
  return [...begun, ...(judged.length > most ? [...judged.slice(0, most - 3), '…', ...judged.slice(-3)] : judged)].join(
    '\n',
  );
}

async function loaded(browser: Browser, folder: string): Promise<void> {
  await onTerminal(folder, 'load --stages 5s:60/s,15s:60/s,5s:20/s --seed 5 --loop-delay 1s');
  const page = await opened(browser, pathToFileURL(join(folder, 'muster-load', 'load.html')).href);
  await shoot(page, 'load', "[...document.querySelectorAll('h2')].find((each) => each.textContent === 'Over time')");
}

async function consoled(browser: Browser): Promise<void> {
  const bench = await openConsoleBench(6);
  try {
    for (const number of [1, 2, 3, 4]) await bench.gateway(number).enroll();
    const page = await opened(browser, bench.url, 620);
    await page.getByLabel('Name').fill(bench.administrator.name);
    await page.getByLabel('Password').fill(bench.administrator.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: /^Approvals/ }).click();
    await page.getByRole('row', { name: deviceName(4) }).waitFor();
    await shoot(page, 'console');
  } finally {
    await bench.stop();
  }
}

const [part = '', ...more] = process.argv.slice(2);
const parts = ['console', 'load', 'device'];
const isAsked = (name: string): boolean => !parts.includes(part) || part === name;
const cases = parts.includes(part) || part === '' ? more : [part, ...more];
const folder = await mkdtemp(join(tmpdir(), 'muster-pictures-'));
const browser = await chromium.launch(chromiumOptions);
try {
  if (isAsked('console')) await consoled(browser);
  if (isAsked('load')) await loaded(browser, folder);
  if (isAsked('device')) await certified(browser, folder, cases);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
