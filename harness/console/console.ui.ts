import { readFileSync, writeFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { axeFindings } from '#reports/accessibility.ts';
import { complaintsOf } from '#reports/page-complaints.ts';
import { type ConsoleBench, deviceName, openConsoleBench } from './console-bench.ts';

let bench: ConsoleBench;
let page: Page;

/** What should never happen while a page is open. */
let complaints: string[] = [];

test.describe.configure({ mode: 'serial' });

test.beforeAll(async ({ browser }) => {
  bench = await openConsoleBench(3);
  page = await (await browser.newContext()).newPage();
  // A text with errors is answered 422, what is not there 404, and the browser says so.
  complaints = complaintsOf(page, bench.url, (words) => / (404|422) /.test(words));
});

test.afterAll(async () => {
  await page.context().close();
  await bench.stop();
});

test.afterEach(() => expect(complaints, 'no request leaves, no policy is broken, no script fails').toEqual([]));

async function signIn(): Promise<void> {
  await page.goto(bench.url);
  await expectAccessible(page, 'sign-in');
  await page.getByLabel('Name').fill(bench.administrator.name);
  await page.getByLabel('Password').fill(bench.administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function expectAccessible(shown: Page, name: string): Promise<void> {
  await shown.emulateMedia({ colorScheme: 'light' });
  expect(await axeFindings(shown), name).toEqual([]);
  await shown.emulateMedia({ colorScheme: 'dark' });
  expect(await axeFindings(shown, 'colours'), `${name} in dark`).toEqual([]);
  await shown.emulateMedia({ colorScheme: 'light' });
}

const said = () => page.locator('.said').first();

test('a person signs in and approves a device that waits; it retrieves, and its timeline says so', async () => {
  await signIn();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: /^Approvals/ }).click();
  await expect(page.getByText('Nothing waits.')).toBeVisible();

  const gateway = bench.gateway(1);
  expect((await gateway.enroll()).kind).toBe('pending');
  const row = page.getByRole('row', { name: deviceName(1) });
  await expect(row, 'it appears by itself').toBeVisible();
  await expect(row).toContainText('P-256');
  await row.getByRole('button', { name: 'Approve' }).click();
  await expect(said()).toHaveText(`${deviceName(1)} was approved.`);
  expect((await gateway.retrieve()).kind).toBe('enrolled');

  await bench.server.journal?.flush();
  await page.goto(`${bench.url}/devices/${deviceName(1)}`);
  await expect(page.locator('h1 + .lead')).toContainText('enrolled');
  const timeline = page.getByRole('region', { name: 'Timeline' }).locator('tbody tr');
  await expect(timeline).toContainText(['certificate handed over', 'approved', 'certificate issued', 'asked, waits']);
  await expect(timeline.nth(1)).toContainText('admin');
  const written = () => readFileSync(bench.configurationFile, 'utf8');
  await expect.poll(written, 'the file is marked').toContain(`device ${deviceName(1)} "East coast" enabled enrolled`);
});

test('the configuration is broken, its error read at its line, mended, compared, applied, and a backup restored', async () => {
  await page.goto(`${bench.url}/configuration`);
  const text = page.getByLabel('Text of the configuration file');
  const before = await text.inputValue();
  expect(before).not.toContain('muster-crypto-1');

  await text.fill(before.replace(`device ${deviceName(3)}`, `devcie ${deviceName(3)}`));
  await page.getByRole('button', { name: 'Check and review' }).click();
  const problem = page.getByRole('alert').getByRole('link', { name: 'Line 8, column 1' });
  await expect(page.getByRole('alert')).toContainText('unknown item "devcie"');
  await expect(page.locator('#L8')).toHaveText('✕ 8');
  await problem.click();
  await expect(text).toBeFocused();
  const line = 'document.activeElement.value.slice(0, document.activeElement.selectionStart).split("\\n").length';
  expect(await page.evaluate<number>(line)).toBe(8);

  const wanted = before.replace(
    `device ${deviceName(3)} "East coast" enabled`,
    `device ${deviceName(3)} "East coast" disabled`,
  );
  await text.fill(`${wanted}group West\n`);
  await page.getByRole('button', { name: 'Check and review' }).click();
  await expectAccessible(page, 'review');
  await expect(page.getByRole('region', { name: 'What it does' })).toContainText('1 device is changed.');
  await expect(page.locator('.diff del')).toContainText(`device ${deviceName(3)} "East coast" enabled`);
  await expect(page.locator('.diff ins')).toContainText([
    `device ${deviceName(3)} "East coast" disabled`,
    'group West',
  ]);
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(said()).toContainText('written and in force');
  expect(readFileSync(bench.configurationFile, 'utf8')).toMatch(
    /gw3.*disabled[\s\S]*crypto muster-crypto-1:[\s\S]*group West\n/,
  );

  await page.getByRole('link', { name: 'History' }).click();
  await page
    .getByRole('link', { name: /^Compare/ })
    .first()
    .click();
  await expect(page.locator('.diff del')).toContainText(['disabled', 'group West']);
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(said()).toContainText('restored and in force');
  expect(bench.server.configuration.devices.get(deviceName(3))?.enabled).toBe(true);
  expect(readFileSync(bench.configurationFile, 'utf8')).not.toContain('group West');

  // Somebody edits the file itself, and makes a mistake: the server goes on, and says so.
  const good = readFileSync(bench.configurationFile, 'utf8');
  writeFileSync(bench.configurationFile, good.replace('enroll enabled', 'enroll maybe'));
  await page.goto(bench.url);
  await expect(page.locator('.banner')).toContainText('The configuration file has 1 error, and is not in force.');
  await page.getByRole('link', { name: 'Mend it' }).click();
  await expect(page.getByRole('alert')).toContainText('Line 2, column 8: bad flag');
  writeFileSync(bench.configurationFile, good);
});

test('with another CA every device is due to re-enroll', async () => {
  await page.goto(`${bench.url}/authority`);
  const fingerprint = page.locator('.to-type').first();
  const before = await fingerprint.innerText();
  await page.locator('summary', { hasText: 'Make another CA' }).click();
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Make another CA' }).click();
  await expect(said()).toContainText('must re-enroll');
  await expect(fingerprint).not.toHaveText(before);
  await page.getByRole('link', { name: '1 device is due to re-enroll.' }).click();
  await expect(page.getByRole('row', { name: deviceName(1) })).toContainText('must re-enroll: other CA');
});

const screens = [
  '/',
  '/approvals',
  '/devices',
  `/devices/${deviceName(1)}`,
  '/groups',
  '/certificates?show=all',
  '/authority',
  `/routes?from=East+coast&call=%2B1+404+555+0100`,
  '/calls',
  '/configuration',
  '/configuration/history',
  '/journal',
  '/journal/verification',
  '/faults',
  '/people',
  '/account',
];

test('axe finds nothing on any screen, in light and in dark, and nothing overflows a narrow window', async () => {
  test.slow();
  expect((await bench.gateway(2).enroll()).kind).toBe('pending');
  bench.server.faults.begin('pending-forever', deviceName(3), 600, 'admin');
  const [waiting] = await bench.server.engine.list('pending');
  const [certificate] = await bench.server.store.listCertificates();
  for (const path of [...screens, `/approvals/${waiting?.id}`, `/certificates/${certificate?.serial}`, '/nowhere']) {
    await page.goto(bench.url + path);
    await expectAccessible(page, path);
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), path).toBe(400);
    await page.setViewportSize({ width: 1280, height: 800 });
  }
});

test('the keyboard alone reaches what matters, and the menu of a narrow window', async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  await page.goto(`${bench.url}/approvals`);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'Devices' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('link', { name: 'Devices' })).toBeHidden();
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('without scripts everything works: sign in, decide, choose a theme, sign out', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${bench.url}/approvals`);
  await plain.getByLabel('Name').fill(bench.administrator.name);
  await plain.getByLabel('Password').fill(bench.administrator.password);
  await plain.getByRole('button', { name: 'Sign in' }).click();
  await expect(plain, 'where it wanted to go').toHaveURL(`${bench.url}/approvals`);
  await plain.getByRole('button', { name: `Approve ${deviceName(2)}` }).click();
  await expect(plain.locator('.said')).toHaveText(`${deviceName(2)} was approved.`);
  await plain.getByRole('button', { name: /^Theme/ }).click();
  await expect(plain.locator('html')).toHaveAttribute('data-theme', 'light');
  await plain.getByRole('button', { name: 'Sign out' }).click();
  await expect(plain.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await context.close();
});
