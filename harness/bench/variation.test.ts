import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { profiles } from '#protocol/pki/profiles.ts';
import { type CaseDetails, caseDetailsOf } from '../case/details.ts';
import { builtInPlan, planEnvironment } from '../runner/plan.ts';
import { hostFor, type Reach, variationOf } from './variation.ts';

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly { readonly tests: readonly { readonly annotations: Annotations }[] }[];
}
type Annotations = Parameters<typeof caseDetailsOf>[0];

/** Every case for devices, as the scenarios declare it. */
function declaredCases(): readonly CaseDetails[] {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
  const config = join(import.meta.dirname, '..', 'runner', 'playwright.config.ts');
  const words = [cli, 'test', '-c', config, '--list', '--reporter=json'];
  const plan = planEnvironment({ ...builtInPlan(1), workspace: '/none' });
  const env = { ...process.env, ...plan, PW_DISABLE_TS_ESM: '1' };
  const { stdout } = spawnSync(process.execPath, words, { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const detailsIn = ({ suites = [], specs = [] }: Suite): CaseDetails[] => [
    ...specs.flatMap(({ tests }) => tests.flatMap(({ annotations }) => caseDetailsOf(annotations) ?? [])),
    ...suites.flatMap(detailsIn),
  ];
  return detailsIn(JSON.parse(stdout) as Suite);
}

const cases = declaredCases();
const certificateCases = cases.filter(({ id }) => id.startsWith('DEV-TLS-'));
const handshakeCases = cases.filter(({ id }) => id.startsWith('DEV-HSK-'));

/** Cases that `legacy` has nothing to judge in: they are met by nothing there. */
const notInLegacy = new Set([26, 64, 65, 66, 67, 68, 69, 70, 71].map((number) => `DEV-TLS-0${number}`));

const values = (id: keyof typeof profiles) => ({
  leafKey: ['p256', 'rsa'],
  version: id === 'modern' ? ['TLSv1.2', 'TLSv1.3'] : ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
  reach: ['name', 'address'],
  phase: ['enroll', 'retrieve', 'renew'],
});
type Axis = keyof ReturnType<typeof values>;

/** Pairs of values of two axes that no case meets which leaves both axes to its number. */
function unmetPairs(profile: keyof typeof profiles, of: readonly CaseDetails[], axes: readonly Axis[]): string[] {
  const all = values(profile);
  const met = new Set<string>();
  for (const { id, fixes } of of) {
    const variation = variationOf(id, profiles[profile], fixes);
    for (const a of axes)
      for (const b of axes)
        if (!Object.keys(fixes ?? {}).some((axis) => axis === a || axis === b))
          met.add(`${variation[a]} ${variation[b]}`);
  }
  return axes
    .flatMap((a, index) => axes.slice(index + 1).flatMap((b) => all[a].flatMap((x) => all[b].map((y) => `${x} ${y}`))))
    .filter((pair) => !met.has(pair));
}

test('the certificate cases meet every pair of key, TLS version, reach and phase, in both profiles', () => {
  assert.ok(certificateCases.length > 50 && handshakeCases.length > 25, `${cases.length} cases`);
  const axes = ['leafKey', 'version', 'reach', 'phase'] as const;
  assert.deepEqual(unmetPairs('modern', certificateCases, axes), []);
  const judged = certificateCases.filter(({ id }) => !notInLegacy.has(id));
  assert.deepEqual(unmetPairs('legacy', judged, axes), []);
});

test('the handshake cases, whose version is that of their fault, meet every pair of key, reach and phase', () => {
  for (const profile of ['modern', 'legacy'] as const) {
    assert.deepEqual(unmetPairs(profile, handshakeCases, ['leafKey', 'reach', 'phase']), [], profile);
  }
});

test('the count of pairs finds those that are not met', () => {
  const few = certificateCases.slice(0, 3);
  assert.notDeepEqual(unmetPairs('modern', few, ['leafKey', 'phase']), []);
  const fixed = certificateCases.map((one) => ({ ...one, fixes: { phase: 'renew' as const } }));
  assert.ok(unmetPairs('modern', fixed, ['leafKey', 'phase']).includes('p256 renew'));
});

test('a case is the same in every run, and what it fixes is not left to its number', () => {
  assert.deepEqual(variationOf('DEV-TLS-020', profiles.modern), variationOf('DEV-TLS-020', profiles.modern));
  const free = variationOf('DEV-TLS-020', profiles.modern);
  const fixed = variationOf('DEV-TLS-020', profiles.modern, { reach: 'three labels', phase: 'renew' });
  assert.deepEqual(fixed, { ...free, reach: 'three labels', phase: 'renew' });
});

const local = { listen: '127.0.0.1', name: 'localhost', http: 0, tls: 0 };
const hostOf = (reach: Reach, network = local) => {
  const found = hostFor(reach, network);
  return 'host' in found ? found.host : undefined;
};

test('on this machine a device is told names of any length, and the address', () => {
  assert.equal(hostOf('name'), 'localhost');
  assert.equal(hostOf('address'), '127.0.0.1');
  assert.equal(hostOf('two labels'), 'clearinghouse.localhost');
  assert.equal(hostOf('three labels'), 'ch.clearinghouse.localhost');
});

test('on a network it is told what the bench has, and of the rest the case says why it is not applicable', () => {
  const everywhere = { ...local, listen: '0.0.0.0', name: 'bench.example.com' };
  assert.equal(hostOf('name', everywhere), 'bench.example.com');
  assert.equal(hostOf('three labels', everywhere), 'bench.example.com');
  assert.equal(hostOf('two labels', everywhere), undefined);
  assert.equal(hostOf('address', everywhere), undefined);
  assert.equal(hostOf('address', { ...everywhere, listen: '192.0.2.7' }), '192.0.2.7');
  assert.equal(hostOf('name', { ...everywhere, listen: '192.0.2.7', name: '192.0.2.7' }), undefined);
  assert.equal(hostOf('two labels', { ...everywhere, name: 'example.com' }), 'example.com');
  assert.equal(hostOf('three labels', { ...everywhere, name: 'example.com' }), undefined);
});
