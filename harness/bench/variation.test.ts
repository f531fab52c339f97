import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profiles } from '#protocol/pki/profiles.ts';
import { hostFor, type Reach, variationOf } from './variation.ts';

const ids = Array.from({ length: 8 }, (_, index) => `DEV-TLS-0${20 + index}`);

test('eight cases in a row meet every combination of key type, TLS version, name or address', () => {
  for (const profile of Object.values(profiles)) {
    const seen = ids.map((id) => JSON.stringify(variationOf(id, profile)));
    assert.equal(new Set(seen).size, 8, profile.id);
  }
});

test('a case is the same in every run, and its RSA key is one that its profile accepts', () => {
  assert.deepEqual(variationOf('DEV-TLS-020', profiles.modern), variationOf('DEV-TLS-020', profiles.modern));
  const kinds = (profile: (typeof profiles)['modern']) => new Set(ids.map((id) => variationOf(id, profile).leafKey));
  assert.deepEqual(kinds(profiles.modern), new Set(['rsa2048', 'p256']));
  assert.deepEqual(kinds(profiles.legacy), new Set(['rsa1024', 'p256']));
});

const local = { listen: '127.0.0.1', name: 'localhost', http: 0, tls: 0 };
const byAddress = { leafKey: 'p256', reach: 'address' } as const;
const hostOf = (reach: Reach, network = local) => {
  const found = hostFor(reach, network, byAddress);
  return 'host' in found ? found.host : undefined;
};

test('on this machine a device is told names of any length, and the address', () => {
  assert.equal(hostOf('name'), 'localhost');
  assert.equal(hostOf('address'), '127.0.0.1');
  assert.equal(hostOf('any'), '127.0.0.1');
  assert.equal(hostOf('two labels'), 'clearinghouse.localhost');
  assert.equal(hostOf('three labels'), 'ch.clearinghouse.localhost');
});

test('on a network it is told what the bench has, and of the rest the case says why it is not applicable', () => {
  const everywhere = { ...local, listen: '0.0.0.0', name: 'bench.example.com' };
  assert.equal(hostOf('any', everywhere), 'bench.example.com');
  assert.equal(hostOf('three labels', everywhere), 'bench.example.com');
  assert.equal(hostOf('two labels', everywhere), undefined);
  assert.equal(hostOf('address', everywhere), undefined);
  assert.equal(hostOf('address', { ...everywhere, listen: '192.0.2.7' }), '192.0.2.7');
  assert.equal(hostOf('name', { ...everywhere, listen: '192.0.2.7', name: '192.0.2.7' }), undefined);
  assert.equal(hostOf('two labels', { ...everywhere, name: 'example.com' }), 'example.com');
  assert.equal(hostOf('three labels', { ...everywhere, name: 'example.com' }), undefined);
});
