import { defineConfig } from '@playwright/test';
import { chromiumOptions } from './browser.ts';

/** Browser tests of the pages that people read. They never reach the network. */
// biome-ignore lint/style/noDefaultExport: Playwright wants it
export default defineConfig({
  testDir: '../..',
  testMatch: '**/*.ui.ts',
  testIgnore: '**/node_modules/**',
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 30_000,
  reporter: 'list',
  outputDir: '../../test-results/ui',
  use: {
    browserName: 'chromium',
    // A new process of Chromium for the page of each test is a third of all the work.
    reuseContext: true,
    launchOptions: chromiumOptions,
  },
});
