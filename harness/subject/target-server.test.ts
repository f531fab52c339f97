import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeIdentity } from '../case/identity.ts';
import { Adapter } from './adapter.ts';
import { CannotDeploy, FileRefused, WordRefused } from './server.ts';
import { TargetOperator } from './target-operator.ts';
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

/** An operator that notes each word with what it is about, and then does what this shell says. */
async function operatorThat(does: string): Promise<{ operator: TargetOperator; told: () => Promise<string[]> }> {
  const folder = await mkdtemp(join(scratch, 'operator-'));
  const [path, notes] = [join(folder, 'operator'), join(folder, 'notes')];
  const note = `echo $1 $MUSTER_DEVICE_NAME $MUSTER_USERNAME $([ $1 != configure ] || cat) >>'${notes}'`;
  await writeFile(path, `#!/bin/sh\n${note}\ncase $1 in\n${does}\nesac\n`);
  await chmod(path, 0o755);
  const told = async (): Promise<string[]> => (await readFile(notes, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  return { operator: new TargetOperator(new Adapter(path, 10), target.tlsUrl), told };
}

const devices = [{ identity: first }];

test('the operator defines the devices of a case, and takes them and their accounts away when it ends', async () => {
  const { operator, told } = await operatorThat('');
  const devices = [{ identity: first }, { identity: second, enabled: false }];
  const server = new TargetServer(target, operator);
  assert.deepEqual((await server.deploy({ devices })).identities, [first, second]);
  const defined = [
    `define ${first.deviceName} ${first.username}`,
    `define ${second.deviceName} ${second.username}`,
    `disable ${second.deviceName}`,
  ];
  assert.deepEqual(await told(), defined);
  await server.leave();
  assert.deepEqual(await told(), [...defined, `forget ${first.deviceName}`, `forget ${second.deviceName}`]);
});

test('a case for one device takes the one that the target was given, and tells the operator nothing', async () => {
  const { operator, told } = await operatorThat('');
  const server = new TargetServer(target, operator);
  const { identities } = await server.deploy({ devices: [{ identity: first }] });
  assert.equal(identities[0]?.deviceName, given.deviceName);
  await server.leave();
  assert.deepEqual(await told(), []);
});

test('an operator without the verb makes the case not applicable, and what it defined before is removed', async () => {
  const { operator, told } = await operatorThat('disable|forget) exit 89 ;;');
  const devices = [{ identity: first }, { identity: second, enabled: false }];
  const server = new TargetServer(target, operator);
  await assert.rejects(server.deploy({ devices }), (error) => {
    return error instanceof CannotDeploy && /“disable”/.test(error.message);
  });
  await server.leave();
  const removed = (await told()).filter((word) => word.startsWith('remove'));
  assert.deepEqual(removed, [`remove ${first.deviceName}`, `remove ${second.deviceName}`]);
});

test('without an operator a case for several devices is not applicable', async () => {
  const devices = [{ identity: first }, { identity: second }];
  await assert.rejects(new TargetServer(target, undefined).deploy({ devices }), CannotDeploy);
});

const refusing = "configure) echo 'muster.conf:4:7: no'; exit 21 ;;";

test('the file of a case is put in force over its devices, and the one before comes back before they go', async () => {
  const { operator, told } = await operatorThat('');
  const server = new TargetServer(target, operator);
  const { reload } = await server.deploy({ devices, configuration: 'enroll enabled' });
  await reload?.('cdrs enabled');
  await server.leave();
  assert.deepEqual(await told(), [
    `define ${first.deviceName} ${first.username}`,
    'restore',
    'configure enroll enabled',
    'configure cdrs enabled',
    'restore',
    `forget ${first.deviceName}`,
  ]);
});

test('flags are a file that defines the devices of the case', async () => {
  const { operator, told } = await operatorThat('');
  await new TargetServer(target, operator).deploy({ devices, flags: ['enroll disabled'] });
  const file = `configure enroll disabled group bench device ${first.deviceName} bench enabled`;
  assert.ok((await told()).includes(file), (await told()).join('\n'));
});

test('a file that the server refuses is that, in its words, and is undone; an adapter that breaks is an error', async () => {
  const { operator, told } = await operatorThat(refusing);
  const needs = { devices, configuration: 'nonsense' };
  const server = new TargetServer(target, operator);
  await assert.rejects(server.deploy(needs), new FileRefused('muster.conf:4:7: no'));
  await server.leave();
  assert.deepEqual((await told()).slice(-2), ['restore', `forget ${first.deviceName}`]);
  const broken = (await operatorThat('configure) echo why >&2; exit 3 ;;')).operator;
  await assert.rejects(new TargetServer(target, broken).deploy(needs), /configure: exit status 3\. why/);
});

test('an adapter that could not put the former file back is never told to set one', async () => {
  const { operator, told } = await operatorThat('restore) exit 89 ;;');
  const deployed = new TargetServer(target, operator).deploy({ devices, configuration: '' });
  await assert.rejects(deployed, (error) => error instanceof CannotDeploy && /“restore”/.test(error.message));
  assert.ok(!(await told()).some((word) => word.startsWith('configure')));
});

test('a device that is to be changed is one of the case, and what it becomes is told', async () => {
  const { operator, told } = await operatorThat('');
  const server = new TargetServer(target, operator);
  const { change } = await server.deploy({ devices, changes: true });
  await change?.({ identity: first, enabled: false });
  await server.leave();
  const [define, forget] = [`define ${first.deviceName} ${first.username}`, `forget ${first.deviceName}`];
  assert.deepEqual(await told(), [define, define, `disable ${first.deviceName}`, forget]);
});

test('a word that the server does not take is no error of the bench', async () => {
  const { operator } = await operatorThat("approve) echo 'nothing waits'; exit 21 ;;");
  await assert.rejects(operator.approve(first.deviceName), (error) => {
    return error instanceof WordRefused && /approve.*nothing waits/.test(error.message);
  });
});

test('a server is called what its operator calls it; one without such a verb is known by its URL', async () => {
  const firmware = `sha256:${'ab'.repeat(32)}`;
  const says = `info) echo '{"name":"A","version":"2","firmware":"${firmware}","configurationFile":"a.conf"}' ;;`;
  const named = new TargetServer(target, (await operatorThat(says)).operator);
  assert.deepEqual(await named.info(), { name: 'A', version: '2', firmware, capabilities: ['approval'] });
  assert.equal(await named.configurationFile(), 'a.conf');
  const silent = new TargetServer(target, (await operatorThat('info) exit 89 ;;')).operator);
  assert.deepEqual(await silent.info(), { name: target.tlsUrl, version: 'unknown', capabilities: ['approval'] });
});

test('what a killed run left is undone before the first case, by an adapter that can', async () => {
  const { operator, told } = await operatorThat('');
  await new TargetServer(target, operator).recover();
  assert.deepEqual(await told(), ['restore']);
  await new TargetServer(target, (await operatorThat('restore) exit 89 ;;')).operator).recover();
});

test('what the next deployment of a case wants as it is, is told once; a new device goes into the file that stays', async () => {
  const { operator, told } = await operatorThat('');
  const server = new TargetServer(target, operator);
  await server.deploy({ devices, configuration: 'a' });
  await server.deploy({ devices: [{ identity: { ...first } }], configuration: 'b' });
  await server.deploy({ devices: [{ identity: first, enabled: false }, { identity: second }], configuration: 'c' });
  await server.leave();
  await server.leave();
  const define = ({ deviceName, username }: typeof first) => `define ${deviceName} ${username}`;
  assert.deepEqual(await told(), [
    define(first),
    ...['restore', 'configure a', 'configure b', 'restore'],
    ...[define(first), `disable ${first.deviceName}`, define(second)],
    ...['restore', 'configure c', 'restore', `forget ${first.deviceName}`, `forget ${second.deviceName}`],
  ]);
});
