import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatConfigFile } from '#protocol/config-file/edit.ts';
import { parseConfigFile } from '#protocol/config-file/parse.ts';

const text = readFileSync(new URL('table-7.conf', import.meta.url), 'utf8');

test('WO 01/47232, Table 7: the representative configuration file is read without a problem', () => {
  const { configuration, problems } = parseConfigFile(text, 'table-7.conf');
  assert.deepEqual(problems, []);
  assert.equal(configuration.license, 'software license key');
  assert.equal(configuration.crypto, 'keys');
  assert.ok(configuration.enroll && configuration.routing && configuration.cdrs && configuration.ssl);
  assert.deepEqual([...configuration.groups.keys()], ['', 'ACME ITSP', 'BT-Concert', 'HK Telecom', 'Prepaid']);
  assert.equal(configuration.devices.size, 9);
  assert.equal(configuration.routes.length, 33);
  assert.deepEqual(
    [...configuration.devices.values()]
      .filter(({ enabled, enrolled }) => !(enabled && enrolled))
      .map(({ name }) => name),
    ['device3.itsp.com', 'device4.com', 'device5.com'],
  );
  assert.deepEqual(
    configuration.routes.find(({ group, number }) => group === 'ACME ITSP' && number === '+1 770...')?.destinations,
    [
      { device: 'device1.itsp.com', weight: 75 },
      { device: 'device2.itsp.com', weight: 25 },
      { device: 'device4.carrier.com', weight: 0 },
    ],
  );
});

test('WO 01/47232, Table 7: the file comes back byte for byte', () => {
  assert.equal(formatConfigFile(parseConfigFile(text, 'table-7.conf').file), text);
});

test('WO 01/47232, Table 7: without its line for the unnamed group, every use of that group is an error', () => {
  const { problems } = parseConfigFile(text.replace("group ''\n", ''), 'table-7.conf');
  assert.deepEqual(new Set(problems.map(({ rule }) => rule)), new Set(['undefined-group']));
  assert.equal(problems.length, 9);
});
