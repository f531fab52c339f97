import type { Page } from '@playwright/test';

/**
 * For browser tests: what should never happen while a page is open, as it happens. A request that leaves, a broken policy, a script
 * that fails. `own`: how the URLs begin that it may ask for. `isMeant`: of the words on the browser's console.
 */
export function complaintsOf(page: Page, own: string, isMeant: (words: string) => boolean = () => false): string[] {
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(own)) complaints.push(`request: ${request.url()}`);
  });
  page.on('console', (message) => {
    const isComplaint = ['error', 'warning'].includes(message.type());
    if (isComplaint && !isMeant(message.text())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page: ${error.message}`));
  return complaints;
}
