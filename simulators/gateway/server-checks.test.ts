import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createThirdPartyCa, type ThirdPartyCa } from '../third-party-ca.ts';
import { honest } from './personas.ts';
import { checkServerChain } from './server-checks.ts';
import { type CompleteSettings, completeSettings } from './settings.ts';

const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);
const thirdParty = await createThirdPartyCa({ profile: 'modern' });
const other = await createThirdPartyCa({ profile: 'modern', name: 'Another Root CA' });
const server = await thirdParty.issueServer({ host: 'ch.example.com', notAfter });
const chain = server.chain.map(({ der }) => der);

const settingsFor = (host: string, { anchorPem }: ThirdPartyCa): CompleteSettings =>
  completeSettings({
    httpUrl: `http://${host}/tep`,
    tlsUrl: `https://${host}/tep`,
    anchorsPem: anchorPem,
    deviceName: 'gw.example.com',
    device: '1',
    customer: '1',
    username: 'north',
    password: 'star',
    profile: 'modern',
    caCertificateVia: 'tls',
    pollIntervalSeconds: 1,
    maximumPolls: 1,
    timeoutSeconds: 1,
    renewBeforeSeconds: 0,
    clockSkewSeconds: 0,
  });

const faultsOf = (settings: CompleteSettings, at: Date, sent: readonly Uint8Array[] = chain): string[] =>
  checkServerChain(sent, settings, at, honest)
    .filter(({ ok }) => !ok)
    .map(({ id }) => id);

test('a chain that was good a moment ago is not good for another name, under another anchor, or when it has ended', () => {
  const settings = settingsFor('ch.example.com', thirdParty);
  const good = (): void => assert.deepEqual(faultsOf(settings, notAfter), [], 'the control');
  good();
  assert.deepEqual(faultsOf(settingsFor('other.example.com', thirdParty), notAfter), ['name']);
  good();
  assert.ok(faultsOf(settingsFor('ch.example.com', other), notAfter).includes('anchor'));
  good();
  const ended = new Date(notAfter.getTime() + 1000);
  assert.deepEqual(faultsOf(settings, ended), ['dates']);
  assert.deepEqual(faultsOf(settings, ended), ['dates'], 'and still has');
  good();
  // RFC 5280 §4.1.2.5: the last second belongs to it.
  assert.deepEqual(faultsOf(settings, new Date(notAfter.getTime() + 999)), []);
});

test('another certificate of the same name is judged by itself', async () => {
  const settings = settingsFor('ch.example.com', thirdParty);
  assert.deepEqual(faultsOf(settings, notAfter), [], 'the control');
  const impostor = await other.issueServer({ host: 'ch.example.com', notAfter });
  assert.ok(
    faultsOf(
      settings,
      notAfter,
      impostor.chain.map(({ der }) => der),
    ).includes('anchor'),
  );
});
