import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '#protocol/errors.ts';
import type { AuditEvent } from '../audit.ts';
import { honest } from '../flaw.ts';
import { flaws } from '../flaws.ts';
import { LiveConfiguration } from './live-configuration.ts';

const good = { text: 'enroll enabled\ngroup a\ndevice gw.example.com a enabled\n', fileName: 'good.conf' };
const duplicates = [
  ['group', 'group a', 2],
  ['device', 'device GW.example.com a disabled', 3],
  ['route', 'route a 1404... gw.example.com 1\nroute a 1404... gw.example.com 2', 4],
] as const;

const invalid = (...words: (string | RegExp)[]) => {
  return (error: unknown): boolean =>
    error instanceof MusterError &&
    error.code === 'config-invalid' &&
    words.every((word) => new RegExp(word).test(error.message));
};

for (const [kind, lines, firstLine] of duplicates) {
  const text = `${good.text}${lines}\n`;
  const lastLine = text.trimEnd().split('\n').length;

  test(`a duplicate ${kind} is refused at the start, with both lines`, () => {
    assert.throws(
      () => new LiveConfiguration({ text, fileName: 'bad.conf' }, honest, () => {}),
      invalid(`bad\\.conf:${lastLine}:`, `line ${firstLine}\\b`, `duplicate ${kind}`),
    );
    new LiveConfiguration(
      { ...good, text: `${good.text}${lines.split('\n')[0]?.replace(/^(group|device) \S+/, '$1 b')}\n` },
      honest,
      () => {},
    );
  });

  test(`a duplicate ${kind} is refused on reload, with both lines; what was in force stays`, () => {
    const events: AuditEvent[] = [];
    const live = new LiveConfiguration(good, honest, (event) => events.push(event));
    const before = live.current;
    assert.throws(
      () => live.reload({ text, fileName: 'bad.conf' }),
      invalid(`bad\\.conf:${lastLine}:`, `line ${firstLine}\\b`),
    );
    assert.equal(live.current, before);
    assert.equal(events.length, 1);
    assert.equal(events[0]?.event, 'reload-failed');
    assert.match(events[0]?.detail ?? '', new RegExp(`bad\\.conf:${lastLine}:`));
  });
}

test('every error of a file is named at once', () => {
  const text = 'enroll perhaps\nnonsense\ngroup a\ngroup a\n';
  assert.throws(
    () => new LiveConfiguration({ text, fileName: 'bad.conf' }, honest, () => {}),
    invalid('bad\\.conf:1:', 'bad\\.conf:2:', 'bad\\.conf:4:'),
  );
});

test('a good file takes the place of the one before, also after a bad one', () => {
  const events: AuditEvent[] = [];
  const live = new LiveConfiguration(good, honest, (event) => events.push(event));
  assert.throws(() => live.reload({ text: 'nonsense\n', fileName: 'bad.conf' }), invalid('bad\\.conf:1:1:'));
  live.reload({ text: 'enroll disabled\n', fileName: 'better.conf' });
  assert.equal(live.current.enroll, false);
  assert.equal(live.current.devices.size, 0);
  assert.deepEqual(events.at(-1), { event: 'reloaded', detail: 'better.conf' });
});

test('a server that reads duplicates, or applies what it cannot read, does so (the flaws that cases must find)', () => {
  const flawed = (id: string) => flaws.find((flaw) => flaw.id === id) ?? honest;
  for (const [kind, lines] of duplicates) {
    new LiveConfiguration(
      { text: `${good.text}${lines}\n`, fileName: 'bad.conf' },
      flawed(`duplicate-${kind}s`),
      () => {},
    );
  }
  const live = new LiveConfiguration(good, flawed('applies-bad-reload'), () => {});
  assert.throws(() => live.reload({ text: 'nonsense\n', fileName: 'bad.conf' }), invalid('nonsense'));
  assert.equal(live.current.enroll, false);
});
