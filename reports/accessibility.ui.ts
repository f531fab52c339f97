import { expect, test } from '@playwright/test';
import { axeFindings } from './accessibility.ts';

test('what is wrong with a page is found, its colours by the rules for them alone (control)', async ({ page }) => {
  const rules = async (chosen: Parameters<typeof axeFindings>[1]) =>
    (await axeFindings(page, chosen)).map((finding) => finding.split(':')[0]);
  const shown = (text: string) => page.setContent(`<html lang="en"><title>t</title><main><h1>t</h1>${text}</main>`);
  await shown('<p>plain</p>');
  expect(await rules('all')).toEqual([]);
  await shown('<p style="color: #ccc; background: #fff">pale</p><img src="data:,">');
  expect(await rules('all')).toEqual(['color-contrast', 'image-alt']);
  expect(await rules('colours')).toEqual(['color-contrast']);
  expect(await rules('all but colours')).toEqual(['image-alt']);
});
