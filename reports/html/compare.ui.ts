import { expect, test } from '@playwright/test';
import { axeFindings } from '../accessibility.ts';
import { diffRuns } from '../diff.ts';
import { historyOf, historyRunOf } from '../history.ts';
import { complaintsOf } from '../page-complaints.ts';
import type { RunRecord } from '../run-record.ts';
import { sampleRecord } from '../sample-record.ts';
import { renderDiffHtml } from './diff-page.ts';
import { renderHistoryHtml } from './history-page.ts';

/** Another run of the sample, in which what passed fails and the other way round. */
const other: RunRecord = {
  ...sampleRecord,
  startedAt: '2026-11-24T23:30:08.000Z',
  seed: 7,
  cases: sampleRecord.cases.map((one) => {
    if (one.id === 'DEV-TLS-001') return { ...one, verdict: 'fail', reason: 'It accepted the server.' };
    return one.id === 'DEV-TLS-004' ? { ...one, verdict: 'pass', repetitions: ['pass', 'fail'] } : one;
  }),
};
const pages = {
  'the comparison of two runs': renderDiffHtml(diffRuns(sampleRecord, other)),
  'the history of runs': renderHistoryHtml(historyOf([historyRunOf(sampleRecord, 'a'), historyRunOf(other, 'b')])),
};

for (const [name, content] of Object.entries(pages)) {
  test(`${name} is readable for everyone, in both themes, narrow and wide, and loads nothing`, async ({ page }) => {
    const complaints = complaintsOf(page, 'data:');
    for (const [colorScheme, width] of [
      ['light', 1600],
      ['dark', 400],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.setContent(content);
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), 'nothing sticks out').toBe(width);
    }
    expect(complaints).toEqual([]);
  });
}
