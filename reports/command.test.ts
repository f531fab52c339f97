import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandForCase, planWords } from './command.ts';

const again = (command: string) => commandForCase({ command, seed: 7 }, 'DEV-TLS-004');

test('a case is run again with the seed of its run', () => {
  assert.equal(again('muster certify'), 'muster certify --case DEV-TLS-004 --seed 7');
  assert.equal(again(''), 'muster certify --case DEV-TLS-004 --seed 7');
});

test('the budget of a run is kept: with another, the inputs of a property would be others', () => {
  const words = 'muster certify device --budget 40 --case DEV-TLS-004';
  assert.equal(again(words), 'muster certify device --budget 40 --case DEV-TLS-004 --seed 7');
});

test('one case of a certification is judged again, and certifies nothing', () => {
  const words = 'muster certify device --adapter ./a --certify --requirement-set 2026-11 --firmware gw.bin';
  assert.equal(again(words), 'muster certify device --adapter ./a --case DEV-TLS-004 --seed 7');
});

test('what was seen of the cases themselves judges nothing', () => {
  assert.equal(again('muster certify --matrix matrix.json'), 'muster certify --case DEV-TLS-004 --seed 7');
});

test('what says who is judged is kept; what says which cases ran and where they went is not', () => {
  assert.equal(
    again(
      'muster certify device --case A-1 B-2 --adapter "./my adapter.sh" --seed 9 --out=dir --json --profile legacy',
    ),
    'muster certify device --adapter "./my adapter.sh" --profile legacy --case DEV-TLS-004 --seed 7',
  );
});

test('two commands judge the same when they differ in nothing but cases, seed, output, repetitions and expectations', () => {
  const first = planWords('muster certify device --adapter ./a --seed 7 --out x --case A-1 B-2 --shard 1/3');
  const again =
    'muster certify device --adapter ./a --out=y --shard 1/3 --last-failed --strict --baseline b --repeat 3 --json';
  assert.deepEqual(planWords(again), first);
  assert.notDeepEqual(planWords(again.replace('./a', './b')), first);
  assert.notDeepEqual(planWords(again.replace('1/3', '2/3')), first);
  assert.notDeepEqual(planWords(`${again} --budget 5`), first);
});
