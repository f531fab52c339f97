import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MusterInFolder } from './spawned-muster.ts';

const muster = await MusterInFolder.create();
after(() => muster.remove());
const { needs, log } = await muster.serve(['--data', 'server']);
const password = needs.password ?? '';

function enroll(...options: readonly string[]) {
  const device = ['--name', 'gw1.example.com', '--device', '1', '--customer', '1', '--username', 'sample'];
  const server = ['--tls', needs.tlsUrl, '--http', needs.httpUrl, '--anchor', needs.anchor ?? ''];
  return muster.run(['enroll', ...server, ...device, '--state', 'gw1', ...options], { MUSTER_PASSWORD: password });
}

test('a gateway enrolls, asks where a call may go, and reports it; the server has taken both down', async () => {
  const { code, stdout, stderr } = await enroll('--call', '+1 404 555 0100', '--talk', '30s');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Enrolled\.$/m);
  const [, transaction] = /^Call to \+1 404 555 0100: authorized, transaction (\d+)$/m.exec(stdout) ?? [];
  assert.ok(transaction, stdout);
  assert.match(stdout, /^ {2}1\. \[gw2\.example\.com\], until \d{4}-.*Z, for 14400 s$/m);
  assert.match(stdout, /^Usage: taken down$/m);
  assert.match(
    log(),
    new RegExp(`authorized gw1\\.example\\.com transaction ${transaction}, to \\+1 404 555 0100: gw2`),
  );
  assert.match(log(), new RegExp(`usage gw1\\.example\\.com transaction ${transaction}, as source, 30 s`));
});

test('the next start calls with the certificate that is there; a refused call ends 1, in JSON too', async () => {
  const refused = await enroll('--call', '1404', '--persona', 'calls-anonymously', '--json');
  assert.equal(refused.code, 1, refused.stderr);
  const { outcome, alreadyEnrolled, call } = JSON.parse(refused.stdout);
  assert.deepEqual([outcome, alreadyEnrolled, call.outcome, call.status], ['enrolled', true, 'call-refused', 401]);
  const { code, stdout } = await enroll('--call', '1404', '--json');
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout).call.destinations[0].address, '[gw2.example.com]');
});

test('--talk alone is a mistake of the caller', async () => {
  const { code, stderr } = await enroll('--talk', '30s');
  assert.deepEqual([code, /--talk is expected together with --call/.test(stderr)], [2, true]);
});
