import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsThatFit, connectionsWithin } from './open-files.ts';

test('a server holds as many connections as it may open files, but for those that it needs itself', () => {
  const limits = (files: string) =>
    `Limit   Soft Limit  Hard Limit  Units\nMax open files            ${files}    524288    files\n`;
  assert.equal(connectionsWithin(limits('1024')), 462);
  assert.equal(connectionsWithin(limits('64')), 2);
  for (const unknown of ['', limits('unlimited')]) assert.equal(connectionsWithin(unknown), Number.POSITIVE_INFINITY);
});

test('this machine tells its limit, or none', async () => {
  assert.ok((await connectionsThatFit()) >= 2);
});
