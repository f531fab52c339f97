import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openTerminal } from './terminal.ts';

const forever = new AbortController().signal;

function terminal() {
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  return { input, output, ...openTerminal(input, output) };
}

test('a question is shown, and the line that is typed after it is its answer', async () => {
  const { input, output, ask, close } = terminal();
  const answer = ask('What happened? > ', forever);
  assert.equal(output.read(), 'What happened? > ');
  input.write('1\n');
  assert.equal(await answer, '1');
  close();
});

test('a line that was typed before the question answers nothing', async () => {
  const { input, ask, close } = terminal();
  input.write('1\n');
  await turn();
  const answer = ask('What happened? > ', forever);
  input.write('2\n');
  assert.equal(await answer, '2');
  close();
});

test('the end of the input, and a question that is withdrawn, are no answer', async () => {
  const { input, ask } = terminal();
  const withdrawing = new AbortController();
  const withdrawn = ask('? ', withdrawing.signal);
  withdrawing.abort();
  assert.equal(await withdrawn, undefined);
  const open = ask('? ', forever);
  input.end();
  assert.equal(await open, undefined);
  assert.equal(await ask('? ', forever), undefined);
});
