import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { enrollmentOf, fleet } from '../sample-server.ts';
import { createSampleConsole } from './sample-console.ts';

const sample = await createSampleConsole();
const { webConsole, server } = sample;
await webConsole.start();
after(() => sample.stop());

async function open(role: 'viewer' | 'administrator') {
  const visitor = await sample.signedIn(role);
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ');
  const { body, status, headers } = await fetch(`${webConsole.url}/live`, { headers: { cookie } });
  assert.deepEqual([status, headers.get('content-type')], [200, 'text/event-stream']);
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const reader = (body ?? assert.fail('a stream')).pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  return {
    visitor,
    /** Reads on until the stream has said so. */
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(seen)) {
        const { value, done } = await reader.read();
        if (done) assert.fail(`the stream ended without ${pattern}: ${seen}`);
        seen += value;
      }
      return seen;
    },
    async ended(): Promise<string> {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return seen;
        seen += value;
      }
    },
  };
}

test('an open page is told at once what waits, and the stream ends with the session', async () => {
  const { visitor, until, ended } = await open('viewer');
  await until(/data: \{"pending":0\}/);
  await server.engine.answer(await enrollmentOf(fleet.gateway), 'here');
  webConsole.changed();
  await until(/data: \{"pending":1\}/);
  await visitor.post('/sign-out', {});
  assert.match(await ended(), /event: over/);
});

test('it ends when the person is removed', async () => {
  const { ended } = await open('viewer');
  await (await sample.signedIn('administrator')).post('/people/vic/remove', {});
  assert.match(await ended(), /event: over/);
});
