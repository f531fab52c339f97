#!/usr/bin/env node
// The adapter of a device that is driven by a command, in JavaScript with the types of `muster` (docs/api.md). The device is
// the simulated gateway of `muster enroll`, which happens to read the variables of the contract itself. GATEWAY names the
// command, such as "npx muster"; what stands in the braces of runDeviceAdapter is what another device needs otherwise.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runDeviceAdapter } from 'muster';

const [program = 'muster', ...first] = (process.env.GATEWAY ?? 'muster').split(' ');

/**
 * One run of the device: once it ends, its outcome as the contract wants it.
 * @param {string[]} words
 * @returns {import('muster').DeviceOutcome}
 */
function enroll(...words) {
  // One poll a verb, and few seconds for an answer: the harness sets the pace.
  const all = [...first, 'enroll', '--json', '--polls', '0', '--timeout', '5s', ...words];
  const { stdout, stderr, error } = spawnSync(program, all, { encoding: 'utf8' });
  if (error) throw error;
  process.stderr.write(stderr);
  // Nothing on standard output: it broke, and an error of the bench is all that there is to say.
  const { outcome, check, reason, status, error: said } = JSON.parse(stdout || 'null') ?? { outcome: 'none' };
  switch (outcome) {
    case 'enrolled':
      return 'done';
    case 'pending':
      return 'pending';
    case 'refused-server':
      return { refusedServer: `${check}: ${reason}` };
    case 'refused-by-server':
      return { refusedByServer: `status ${status} ${said}` };
    default:
      throw new Error(`the gateway did not say how it ended: ${reason ?? stderr}`);
  }
}

await runDeviceAdapter({
  info: () => ({
    name: 'a gateway at the command line',
    version: spawnSync(program, [...first, '--version'], { encoding: 'utf8' }).stdout.trim(),
    capabilities: ['getcacert over cleartext', 'getcacert over TLS', 'fingerprint', 'retrieve', 'renew', 'parallel'],
  }),
  reset: ({ stateFolder }) => {
    for (const name of ['key.pem', 'certificate.pem', 'cacert.pem', 'pending.json', 'pending-key.pem'])
      rmSync(join(stateFolder, name), { force: true });
    return 'done';
  },
  enroll: () => enroll(),
  // The same command goes on with a request that is pending.
  retrieve: () => enroll(),
  renew: () => enroll('--renew'),
  status: ({ stateFolder }) => {
    const [certificate, cacert, pending] = ['certificate.pem', 'cacert.pem', 'pending.json'].map((name) => {
      const file = join(stateFolder, name);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    });
    if (certificate && cacert) return { state: 'enrolled', certificate, cacert };
    return { state: pending ? 'pending' : 'none' };
  },
});
