import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { axeFindings } from '../accessibility.ts';
import { complaintsOf } from '../page-complaints.ts';
import { sampleRecord } from '../sample-record.ts';
import { renderHtml } from './page.ts';

/** The report as a reader has it: a file, opened in a browser. */
const folder = mkdtempSync(join(tmpdir(), 'muster-report-'));
const file = join(folder, 'report.html');
const address = pathToFileURL(file).href;

test.beforeAll(() => writeFileSync(file, renderHtml(sampleRecord)));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What should never happen while a page is open, kept for the end of each test. */
let complaints: string[] = [];

test.beforeEach(({ page }) => {
  complaints = complaintsOf(page, address);
});

test.afterEach(() => expect(complaints, 'no request leaves, and nothing complains').toEqual([]));

const shownCases = (page: Page) => page.locator('.case:visible');
const caseOf = (page: Page, id: string) => page.locator(`[id="${id}"]`);

test('the report says its verdict, and nothing leaves the machine', async ({ page }) => {
  await page.goto(address);
  await expect(page).toHaveTitle(/^Fail: Example Gateway/);
  await expect(page.getByRole('heading', { name: 'Fail', exact: true })).toBeVisible();
  await expect(shownCases(page)).toHaveCount(sampleRecord.cases.length);
});

test('the filter narrows cases and requirements by words, verdict and group', async ({ page }) => {
  await page.goto(address);
  await page.getByRole('searchbox').fill('skips-name-check');
  await expect(shownCases(page)).toHaveCount(1);
  await expect(page.locator('#shown')).toHaveText('1 of 12 cases');
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(shownCases(page)).toHaveCount(12);

  await page.locator('label', { hasText: 'unverified 1' }).click();
  await expect(shownCases(page)).toHaveCount(1);
  await expect(page.locator('tr[data-verdicts]:visible')).toHaveCount(1);
  await page.locator('label', { hasText: 'fail 1' }).first().click();
  await expect(shownCases(page)).toHaveCount(2);
  await page.getByLabel('Group').selectOption('server');
  await expect(shownCases(page)).toHaveCount(0);
  await expect(page.getByText('No case matches the filter.')).toBeVisible();
});

test('an anchor opens its case, also when the filter hid it', async ({ page }) => {
  await page.goto(`${address}#DEV-TLS-004`);
  await expect(caseOf(page, 'DEV-TLS-004').getByText('canary user name of this case').first()).toBeVisible();
  const summary = caseOf(page, 'DEV-TLS-004').locator('summary').first();
  await expect
    .poll(async () => {
      const bar = await page.locator('#filters').boundingBox();
      const box = await summary.boundingBox();
      return bar !== null && box !== null && box.y >= bar.y + bar.height;
    }, 'the case does not hide behind the filter bar')
    .toBe(true);
  await page.getByRole('searchbox').fill('SRV-POP-001');
  await page.locator('.findings a', { hasText: 'DEV-RET-002' }).click();
  await expect(caseOf(page, 'DEV-RET-002').locator('.case-body')).toBeVisible();
  await expect(shownCases(page)).toHaveCount(12);
});

test('the keyboard alone reaches a case and opens it', async ({ page }) => {
  await page.goto(address);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the cases' })).toBeFocused();
  const summary = caseOf(page, 'DEV-TLS-001').locator('summary').first();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await summary.evaluate((element) => element === element.ownerDocument.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(summary).toBeFocused();
  const outline = await summary.evaluate(
    (element) => element.ownerDocument.defaultView?.getComputedStyle(element).outlineStyle,
  );
  expect(outline).toBe('solid');
  await page.keyboard.press('Enter');
  await expect(caseOf(page, 'DEV-TLS-001').locator('.ladder')).toBeVisible();
});

const ground = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');

test('light and dark follow the system, and can be chosen', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(address);
  const light = await ground(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground(page);
  expect(dark).not.toBe(light);
  const button = page.getByRole('button', { name: /^Theme/ });
  await button.click();
  await expect(button).toHaveText('Theme: light');
  expect(await ground(page)).toBe(light);
  await page.reload();
  expect(await ground(page)).toBe(light);
  await page.emulateMedia({ colorScheme: 'light' });
  await button.click();
  expect(await ground(page)).toBe(dark);
  await page.emulateMedia({ media: 'print' });
  expect(await ground(page)).toBe('rgb(255, 255, 255)');
});

/** Elements that hide a part of their text at the edge; ladders scroll, and that is meant. */
const cutOff = `[...document.querySelectorAll('body *')]
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
  .filter((element) => !element.matches('.scroll, .hidden, .hidden *') && getComputedStyle(element).overflowX !== 'visible')
  .map((element) => element.outerHTML.slice(0, 120))`;

/** Opens all there is to open, and brings what is compressed near the eye until nothing is left. */
async function openEverything(page: Page): Promise<void> {
  const left = page.locator('.packed');
  await expect
    .poll(async () => {
      await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
      await page.evaluate('document.querySelector(".packed")?.scrollIntoView()');
      return left.count();
    })
    .toBe(0);
  await page.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
}

test('with every case open nothing overflows, narrow or wide, and axe finds nothing, in light and in dark', async ({
  page,
}) => {
  // Axe looks at every element.
  test.slow();
  await page.setViewportSize({ width: 400, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(address);
  await openEverything(page);
  const expectNothingCut = async (width: number) => {
    expect(await page.evaluate<string[]>(cutOff)).toEqual([]);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
  };
  await expectNothingCut(400);
  expect(await axeFindings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeFindings(page, 'colours'), 'in dark').toEqual([]);
  await page.setViewportSize({ width: 1600, height: 800 });
  await expectNothingCut(1600);
  expect(await axeFindings(page, 'all but colours'), 'wide').toEqual([]);
});

test('the keys lead from case to case, open, filter and explain themselves, and can be switched off', async ({
  page,
}) => {
  await page.goto(address);
  const focused = () =>
    page.evaluate<string>('document.activeElement.closest(".case")?.id ?? document.activeElement.id');
  await page.keyboard.press('j');
  expect(await focused()).toBe('DEV-TLS-001');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(caseOf(page, 'DEV-TLS-004').locator('.ladder')).toBeVisible();
  await page.keyboard.press('k');
  expect(await focused()).toBe('DEV-TLS-001');
  await page.keyboard.press('/');
  await page.keyboard.type('jump');
  expect(await focused(), 'a key that is typed into the filter is a letter').toBe('words');
  await expect(page.getByRole('searchbox')).toHaveValue('jump');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.keyboard.press('?');
  await page.getByLabel('Single keys do this').uncheck();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.keyboard.press('/');
  expect(await focused()).not.toBe('words');
});

test('the command of a case goes to the clipboard', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${address}#DEV-TLS-004`);
  const button = page.getByRole('button', { name: 'Copy the command of DEV-TLS-004' });
  await button.click();
  await expect(button).toHaveText('Copied');
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
    'muster certify --adapter ./adapter.sh --case DEV-TLS-004 --seed 20261123',
  );
});

test('without scripts every verdict has its reason and proof, and what went wrong its evidence', async ({
  browser,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address);
  await expect(page.locator('.filters')).toBeHidden();
  const kicker = await page.locator('.kicker').boundingBox();
  expect(kicker?.height, 'the head keeps its form without the theme button').toBeLessThan(40);
  await expect(shownCases(page)).toHaveCount(12);
  await caseOf(page, 'DEV-TLS-004').locator('summary').first().click();
  await expect(caseOf(page, 'DEV-TLS-004').locator('.ladder')).toBeVisible();
  await caseOf(page, 'DEV-TLS-001').locator('summary').first().click();
  await expect(caseOf(page, 'DEV-TLS-001').getByText('The device reports enrolled')).toBeVisible();
  await expect(caseOf(page, 'DEV-TLS-001').getByText('Evidence: 2 steps, 11 messages')).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(
    caseOf(page, 'SRV-POP-001').getByText('an honest enrollment right after'),
    'paper opens what is closed',
  ).toBeVisible();
  await context.close();
});

test('what a hostile peer sent is shown as text, and never runs', async ({ page }) => {
  const hostile = '"><img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
  const [first] = sampleRecord.cases;
  if (first === undefined) throw new Error('the sample record holds no case');
  const record = { ...sampleRecord, cases: [{ ...first, title: hostile, reason: hostile }] };
  writeFileSync(join(folder, 'report.html.hostile.html'), renderHtml(record));
  await page.goto(`${address}.hostile.html#${first.id}`);
  await expect(page.locator('h4')).toHaveText(hostile);
  await expect(page).toHaveTitle(/^Fail/);
});
