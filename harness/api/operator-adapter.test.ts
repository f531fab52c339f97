import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OperatorTask, operatorVerb } from './operator-adapter.ts';

const variables = { MUSTER_TLS_URL: 'https://s:1/tep', MUSTER_DEVICE_NAME: 'gw1', MUSTER_REASON: 'unknown customer' };
const input = async () => 'device gw1\n';

test('an operator is told what it is about, and what was refused is said in the words of the server', async () => {
  const told: (OperatorTask | string)[] = [];
  const verbs = {
    reject: (task: OperatorTask) => {
      told.push(task);
      return 'done' as const;
    },
    configure: (file: string) => {
      told.push(file);
      return { refused: 'muster.conf:1:1: no' };
    },
  };
  assert.deepEqual(await operatorVerb(verbs, 'reject', variables, input), { status: 0, text: '' });
  assert.deepEqual(await operatorVerb(verbs, 'configure', variables, input), {
    status: 21,
    text: 'muster.conf:1:1: no',
  });
  const nothing = { device: '', customer: '', username: '', password: '' };
  assert.deepEqual(told, [
    { tlsUrl: 'https://s:1/tep', deviceName: 'gw1', reason: 'unknown customer', ...nothing },
    'device gw1\n',
  ]);
});

test('what it has no verb for is not supported, and an outcome that is none is never taken for done', async () => {
  for (const verb of ['info', 'approve', 'configure', 'restore', 'dance'])
    assert.equal((await operatorVerb({}, verb, variables, input)).status, 89, verb);
  const info = { info: () => ({ name: 'server' }) };
  assert.deepEqual(await operatorVerb(info, 'info', variables, input), { status: 0, text: '{"name":"server"}' });
  const wrong = { approve: () => undefined as unknown as 'done' };
  await assert.rejects(
    operatorVerb(wrong, 'approve', variables, input),
    /approve: 'done' or \{ refused \} is expected/,
  );
});
