import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { auditJson, auditLine } from './audit.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);
const at = new Date('2026-11-23T10:00:00.000Z');

test('a line says when, what, which device, and from where', () => {
  assert.equal(
    auditLine(at, {
      event: 'refused',
      operation: 'request',
      device: 'gw1.example.com',
      status: 3,
      detail: 'wrong user name or password',
      from: '192.0.2.1:5',
    }),
    '2026-11-23T10:00:00.000Z refused request gw1.example.com status=3 wrong user name or password from 192.0.2.1:5',
  );
  assert.equal(
    auditLine(at, { event: 'approved', device: 'gw1.example.com' }, 'ann'),
    '2026-11-23T10:00:00.000Z approved gw1.example.com by ann',
  );
  assert.equal(auditLine(at, { event: 'stopped' }), '2026-11-23T10:00:00.000Z stopped');
  assert.equal(auditLine(at, { event: 'pending', status: 0 }), '2026-11-23T10:00:00.000Z pending status=0');
});

test('the same is one JSON object, with a level', () => {
  assert.deepEqual(JSON.parse(auditJson(at, { event: 'refused', status: 3, device: 'gw\n' })), {
    time: '2026-11-23T10:00:00.000Z',
    level: 'warn',
    event: 'refused',
    status: 3,
    device: 'gw\n',
  });
  assert.doesNotMatch(auditJson(at, { event: 'refused', device: 'gw\r\n' }), /\n/);
  assert.equal(JSON.parse(auditJson(at, { event: 'approved' }, 'ann')).by, 'ann');
});

test('what a device sends cannot begin a line of its own, nor turn the text around', () => {
  const forged = `gw\r\n2026-11-23T10:00:00.000Z issued gw\u2028\u0085\u001b[2J\u202e\u0000`;
  assert.equal(
    auditLine(at, { event: 'refused', device: forged }),
    '2026-11-23T10:00:00.000Z refused gw\\u000d\\u000a2026-11-23T10:00:00.000Z issued gw\\u2028\\u0085\\u001b[2J\\u202e\\u0000',
  );
});

test('whatever the fields hold, it is one line without controls', () => {
  const text = fc.string({ unit: 'binary' });
  const property = fc.property(text, text, text, (device, detail, from) => {
    const line = auditLine(at, { event: 'refused', device, detail, from });
    assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}]/u);
    assert.ok(line.startsWith('2026-11-23T10:00:00.000Z refused'));
  });
  fc.assert(property, { seed });
});
