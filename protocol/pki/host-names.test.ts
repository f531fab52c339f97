import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesDnsName } from './host-names.ts';

for (const [pattern, host, expected] of [
  ['enroll.example.com', 'enroll.example.com', true],
  ['ENROLL.Example.com', 'enroll.EXAMPLE.com', true],
  ['enroll.example.com', 'enroll.example.com.', true],
  ['*.example.com', 'enroll.example.com', true],
  ['enroll.example.com', 'other.example.com', false],
  ['example.com', 'enroll.example.com', false],
  ['a.enroll.example.com', 'enroll.example.com', false],
  ['*.example.com', 'a.enroll.example.com', false],
  ['*.example.com', 'example.com', false],
  ['*.example.com', '.example.com', false],
  ['*.com', 'example.com', false],
  ['*', 'localhost', false],
  ['*', 'example.com', false],
  ['en*.example.com', 'enroll.example.com', false],
  ['*roll.example.com', 'enroll.example.com', false],
  ['enroll.*.com', 'enroll.example.com', false],
  ['*.*.com', 'enroll.example.com', false],
  ['enroll.example.com\0.evil.example', 'enroll.example.com', false],
  ['enroll.example.com\0', 'enroll.example.com', false],
  ['', '', false],
  ['enroll.example.com ', 'enroll.example.com', false],
] as const) {
  test(`${JSON.stringify(pattern)} ${expected ? 'names' : 'does not name'} ${JSON.stringify(host)}`, () => {
    assert.equal(matchesDnsName(pattern, host), expected);
  });
}
