import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedBody } from '#protocol/messages/recorded-body.ts';
import { viewRequest } from './message-view.ts';
import { viewOsp } from './osp-view.ts';
import { Redaction } from './redaction.ts';

test('an XML message is shown field by field, under its components and their codes', () => {
  const body = recordedBody('authorization-request');
  const request = { method: 'POST', path: '/osp', headers: {}, body, secure: true, from: 'device' };
  const { label, view } = viewRequest(request, new Redaction());
  assert.equal(label, 'AuthorizationRequest');
  assert.deepEqual(
    view.fields.find(([name]) => name.includes('DestinationInfo')),
    ['Message › AuthorizationRequest › DestinationInfo type=e164', '1678'],
  );
  const refused = '<Message><AuthorizationResponse><Status><Code>401</Code></Status></AuthorizationResponse></Message>';
  assert.equal(viewOsp(Buffer.from(refused))?.label, 'AuthorizationResponse 401');
  assert.equal(viewOsp(recordedBody('usage-indication'))?.label, 'UsageIndication, UsageIndication');
});

test('what is no XML is left to others', () => {
  for (const body of ['operation=getcacert', '<Message', '<!DOCTYPE a><a/>', ''])
    assert.equal(viewOsp(Buffer.from(body)), undefined);
});
