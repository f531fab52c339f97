import { defineConfig } from '@playwright/test';
export default defineConfig({
  testDir: '../../scenarios',
  testMatch: '**/*.scenario.ts',
  reporter: 'list',
  workers: 2,
  fullyParallel: true,
  outputDir: '/tmp/pw',
});
