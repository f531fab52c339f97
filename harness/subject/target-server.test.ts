import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeIdentity } from '../case/identity.ts';
import { Adapter } from './adapter.ts';
import { CannotDeploy } from './server.ts';
import { TargetServer } from './target-server.ts';

const scratch = await mkdtemp(join(tmpdir(), 'muster-operator-'));
after(() => rm(scratch, { recursive: true, force: true }));

const first = makeIdentity(1, 'SRV-DEV-001', 0);
const second = makeIdentity(1, 'SRV-DEV-001', 1);
const given = makeIdentity(1, 'SRV-DEV-001', 2);
const target = {
  kind: 'target',
  tlsUrl: 'https://server.example.com/tep',
  httpUrl: 'http://server.example.com/tep',
  anchorPem: '',
  ...given,
} as const;

/** An operator that notes each word, and has no verb of these. */
async function operatorWithout(...verbs: string[]): Promise<{ adapter: Adapter; told: () => Promise<string[]> }> {
  const folder = await mkdtemp(join(scratch, 'operator-'));
  const [path, notes] = [join(folder, 'operator'), join(folder, 'notes')];
  const missing = verbs.map((verb) => `[ "$1" != ${verb} ] || exit 89\n`).join('');
  await writeFile(path, `#!/bin/sh\n${missing}echo "$1 $MUSTER_DEVICE_NAME $MUSTER_USERNAME" >>'${notes}'\n`);
  await chmod(path, 0o755);
  const told = async (): Promise<string[]> => (await readFile(notes, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  return { adapter: new Adapter(path, 10), told };
}

test('the operator defines the devices of a case, and removes them when it ends', async () => {
  const { adapter, told } = await operatorWithout();
  const devices = [{ identity: first }, { identity: second, enabled: false }];
  const deployment = await new TargetServer(target, adapter).deploy({ devices });
  assert.deepEqual(deployment.identities, [first, second]);
  const defined = [
    `define ${first.deviceName} ${first.username}`,
    `define ${second.deviceName} ${second.username}`,
    `disable ${second.deviceName} `,
  ];
  assert.deepEqual(await told(), defined);
  await deployment.stop();
  assert.deepEqual(await told(), [...defined, `remove ${first.deviceName} `, `remove ${second.deviceName} `]);
});

test('a case for one device takes the one that the target was given, and tells the operator nothing', async () => {
  const { adapter, told } = await operatorWithout();
  const deployment = await new TargetServer(target, adapter).deploy({ devices: [{ identity: first }] });
  assert.equal(deployment.identities[0]?.deviceName, given.deviceName);
  await deployment.stop();
  assert.deepEqual(await told(), []);
});

test('an operator without the verb makes the case not applicable, and what it defined before is removed', async () => {
  const { adapter, told } = await operatorWithout('disable');
  const devices = [{ identity: first }, { identity: second, enabled: false }];
  await assert.rejects(
    new TargetServer(target, adapter).deploy({ devices }),
    (error) => error instanceof CannotDeploy && /“disable”/.test(error.message),
  );
  const removed = (await told()).filter((word) => word.startsWith('remove'));
  assert.deepEqual(removed, [`remove ${first.deviceName} `, `remove ${second.deviceName} `]);
});

test('without an operator a case for several devices is not applicable', async () => {
  const devices = [{ identity: first }, { identity: second }];
  await assert.rejects(new TargetServer(target, undefined).deploy({ devices }), CannotDeploy);
});
