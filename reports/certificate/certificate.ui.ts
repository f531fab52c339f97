import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { axeFindings } from '../accessibility.ts';
import { complaintsOf } from '../page-complaints.ts';
import { sampleCertification } from '../sample-certification.ts';
import { sampleRecord } from '../sample-record.ts';
import { renderCertificate } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-certificate-'));
const file = join(folder, 'certificate.html');
const cases = sampleRecord.cases.filter(({ group }) => group === 'device');
test.beforeAll(() => writeFileSync(file, renderCertificate(sampleCertification({ cases }))));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the page of a certification is readable for everyone, light, dark, narrow and on paper, and loads nothing', async ({
  page,
}) => {
  const complaints = complaintsOf(page, 'file:');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(pathToFileURL(file).href);
  await expect(page.getByRole('heading', { name: 'What this run cannot prove' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeFindings(page, 'colours'), 'in dark').toEqual([]);
  for (const width of [400, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
  }
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: /^Theme/ })).toBeHidden();
  expect(complaints).toEqual([]);
});
