import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { DeviceNeeds } from './device-needs.ts';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());

/** The status of a sign-in: 303 leads on, 401 stays. */
async function signIn({ consoleUrl }: DeviceNeeds, password: string): Promise<number> {
  const page = await fetch(new URL('/sign-in', consoleUrl));
  const cookie = page.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const csrf = /name="csrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  const body = new URLSearchParams({ csrf, name: 'admin', password });
  const answer = await fetch(new URL('/sign-in', consoleUrl), {
    method: 'POST',
    headers: { cookie },
    body,
    redirect: 'manual',
  });
  return answer.status;
}

test('the first start shows a password once; it signs in then and later, and is in no log and no file', async () => {
  const first = await muster.serve(['--data', 'server']);
  const password = first.needs.consolePassword ?? assert.fail('a password is shown');
  assert.deepEqual([await signIn(first.needs, password), await signIn(first.needs, 'another')], [303, 401]);
  const token = (await readFile(join(muster.folder, first.needs.operatorToken), 'utf8')).trim();
  const listed = await fetch(`${first.needs.managementUrl}/enrollments`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.deepEqual(await listed.json(), { enrollments: [] });
  const { stderr } = await first.stop('SIGTERM');
  assert.match(stderr, /signed-in by admin from 127\.0\.0\.1:/);
  assert.ok(!stderr.includes(password));
  assert.ok(!(await readFile(join(muster.folder, 'server', 'muster.db'), 'latin1')).includes(password));

  const forgotten = 'a password that somebody chose';
  await writeFile(join(muster.folder, 'password'), `${forgotten}\n`);
  const second = await muster.serve(['--data', 'server', '--console-password-file', 'password']);
  assert.equal(second.needs.consolePassword, undefined);
  assert.deepEqual([await signIn(second.needs, forgotten), await signIn(second.needs, password)], [303, 401]);
  await second.stop('SIGTERM');
});
