import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { completeSettings, type ServerOptions } from './settings.ts';

const least: ServerOptions = {
  configuration: { text: '', fileName: 'muster.conf' },
  accounts: [],
  tls: { chainPem: '', keyPem: '' },
};

test('what is not said has the defaults of the publication and of the deployed client', () => {
  const settings = completeSettings(least);
  const { configuration: _c, accounts: _a, tls: _t, ...rest } = settings;
  assert.deepEqual(rest, {
    name: 'localhost',
    listen: '127.0.0.1',
    httpPort: 5045,
    tlsPort: 1443,
    managementPort: undefined,
    profile: profiles.modern,
    approval: 'auto',
    validitySeconds: 365 * 24 * 3600,
    pendingLifetimeSeconds: 7 * 24 * 3600,
    proofOfPossession: 'pkcs10',
    challengeLifetimeSeconds: 600,
    requestTimeoutSeconds: 20,
    idleSeconds: 5,
    maximumConnections: 4096,
    sessionTickets: true,
    wrongPasswords: 20,
    wrongPasswordsByAddress: 200,
    wrongPasswordSeconds: 3,
    pendingPolls: 30,
    pendingPollSeconds: 1,
    proxies: [],
    licensing: { trialDevices: Number.POSITIVE_INFINITY },
  });
  assert.ok(Object.isFrozen(settings));
});

test('what is said stays', () => {
  const said = {
    ...least,
    profile: 'legacy',
    httpPort: 0,
    tlsPort: 65535,
    managementPort: 0,
    validitySeconds: 1,
  } as const;
  const { profile, httpPort, tlsPort, managementPort, validitySeconds } = completeSettings(said);
  assert.deepEqual([profile.id, httpPort, tlsPort, managementPort, validitySeconds], ['legacy', 0, 65535, 0, 1]);
});

const thirtyYears = 30 * 365 * 24 * 3600;
for (const [name, value, nearest] of [
  ['httpPort', -1, 0],
  ['httpPort', 65536, 65535],
  ['tlsPort', 1.5, 1],
  ['managementPort', Number.NaN, 0],
  ['listen', 'localhost', '::1'],
  ['listen', '', '0.0.0.0'],
  ['validitySeconds', 0, 1],
  ['validitySeconds', thirtyYears + 1, thirtyYears],
  ['pendingLifetimeSeconds', -5, 1],
  ['pendingLifetimeSeconds', Number.POSITIVE_INFINITY, 1],
  ['challengeLifetimeSeconds', Number.NaN, 1],
  ['requestTimeoutSeconds', 0, 0.1],
  ['wrongPasswords', 0, 1],
  ['pendingPollSeconds', 0, 0.01],
  ['trialDevices', 0, 1],
  ['trialDevices', Number.NaN, 1],
] as const) {
  test(`${name} of ${JSON.stringify(value)} is refused by its name, ${nearest} is not`, () => {
    assert.throws(
      () => completeSettings({ ...least, [name]: value }),
      (error) =>
        error instanceof MusterError &&
        error.code === 'settings-invalid' &&
        error.message.startsWith(`${name}: `) &&
        error.message.includes(String(value)),
    );
    completeSettings({ ...least, [name]: nearest });
  });
}
