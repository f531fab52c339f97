import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { axeFindings } from '../accessibility.ts';
import { diffLoads } from '../load-diff.ts';
import { complaintsOf } from '../page-complaints.ts';
import { sampleLoad } from '../sample-load.ts';
import { renderLoadDiffHtml } from './diff-page.ts';
import { renderLoadHtml } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-load-report-'));
const file = join(folder, 'load.html');
test.beforeAll(() => writeFileSync(file, renderLoadHtml(sampleLoad)));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the report of a load is readable for everyone, light and dark, and loads nothing', async ({ page }) => {
  const complaints = complaintsOf(page, 'file:');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole('heading', { name: 'Pass', exact: true })).toBeVisible();
  await expect(page.getByRole('img', { name: /^Latency of the whole/ })).toBeVisible();
  await page.getByText('the server refused').click();
  await expect(page.getByText('status=7', { exact: false }).last()).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeFindings(page, 'colours'), 'in dark').toEqual([]);
  expect(complaints).toEqual([]);
});

test('a comparison of two loads is readable for everyone, and says in words what is worse', async ({ page }) => {
  const slower = { ...sampleLoad, durationMs: 2 * sampleLoad.durationMs };
  writeFileSync(join(folder, 'diff.html'), renderLoadDiffHtml(diffLoads(sampleLoad, slower)));
  await page.goto(pathToFileURL(join(folder, 'diff.html')).href);
  await expect(page.getByRole('heading', { name: 'Nothing that held is broken.' })).toBeVisible();
  await expect(page.getByRole('row', { name: /^succeeded .* × 0\.50 worse$/ })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
});
