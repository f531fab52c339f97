import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** A browser that is there is used; without one, Playwright's own. */
const executablePath = [process.env.CHROMIUM_PATH, '/usr/bin/chromium'].find(
  (path) => path !== undefined && path !== '' && existsSync(path),
);

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
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
