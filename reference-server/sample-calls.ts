import assert from 'node:assert/strict';
import { decodeAnswer } from '#protocol/messages/answers.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import type { AuthorizationRequest, AuthorizationResponse } from '#protocol/osp/authorization.ts';
import { type Component, decodeMessage, encodeMessage } from '#protocol/osp/message.ts';
import type { UsageConfirmation, UsageIndication } from '#protocol/osp/usage.ts';
import { generateKeyPair, type KeyPair } from '#protocol/pki/keys.ts';
import type { Caller } from './clearinghouse/call-context.ts';
import { enrollmentOf, fleetConfiguration, type SampleDevice } from './sample-server.ts';
import type { ReferenceServer } from './server.ts';

/** The configuration of the fleet, with routes. */
export const callConfiguration = `routing enabled
cdrs enabled
${fleetConfiguration}route north "+1 404..." gw2.example.com 1 gw.example.org 0 off.example.com 5
route north "+33..." off.example.com 1
`;

/** A device with what it enrolled for. For tests. */
export interface EnrolledDevice {
  readonly key: KeyPair;
  /** DER */
  readonly certificate: Uint8Array;
}

export async function enrolled(server: ReferenceServer, device: SampleDevice): Promise<EnrolledDevice> {
  const { id: profile, deviceKey } = server.settings.profile;
  const key = await generateKeyPair(deviceKey);
  const body = encodeRequest(await enrollmentOf(device, { key, profile }));
  const { body: answered } = await server.respond({ ...post, path: '/tep', body, secure: true, from: '127.0.0.1:1' });
  const answer = decodeAnswer('request', answered);
  assert.ok(answer.kind === 'issued', JSON.stringify(answer));
  return { key, certificate: answer.certificate };
}

export const callRequest: AuthorizationRequest = {
  kind: 'AuthorizationRequest',
  componentId: '11',
  timestamp: new Date('2026-11-23T05:08:34Z'),
  callIds: [Buffer.from('call-1'), Buffer.from('call-2')],
  sourceInfo: { type: 'e164', value: '14048724799' },
  sourceAlternates: [],
  calledNumber: '14045550100',
  destinationAlternates: [],
};

export const usageReport: UsageIndication = {
  kind: 'UsageIndication',
  componentId: '21',
  timestamp: new Date('2026-11-23T05:09:34Z'),
  role: 'source',
  transactionId: '4785098287068543017',
  callId: Buffer.from('call-1'),
  sourceAlternates: [],
  calledNumber: '14045550100',
  destinationAlternates: [{ type: 'transport', value: '[10.0.0.1]' }],
  detail: { amount: 30, terminationCause: 16 },
};

const post = { method: 'POST', headers: { 'content-type': 'text/plain' } } as const;

/** What the server answers to each component. */
export async function exchangeOsp(
  server: ReferenceServer,
  caller: Partial<Caller>,
  ...components: readonly Component[]
): Promise<readonly Component[]> {
  const body = encodeMessage({ messageId: '1', random: '2', components });
  const { status, body: answered } = await server.respond({
    ...post,
    path: '/osp',
    body,
    secure: true,
    from: '127.0.0.1:1',
    ...caller,
  });
  assert.equal(status, 200, Buffer.from(answered).toString());
  return decodeMessage(answered).components;
}

export async function authorize(
  server: ReferenceServer,
  caller: Partial<Caller>,
  differs: Partial<AuthorizationRequest> = {},
): Promise<AuthorizationResponse> {
  const [answer] = await exchangeOsp(server, caller, { ...callRequest, ...differs });
  assert.ok(answer?.kind === 'AuthorizationResponse');
  return answer;
}

export async function report(
  server: ReferenceServer,
  caller: Partial<Caller>,
  differs: Partial<UsageIndication> = {},
): Promise<UsageConfirmation> {
  const [answer] = await exchangeOsp(server, caller, { ...usageReport, ...differs });
  assert.ok(answer?.kind === 'UsageConfirmation');
  return answer;
}
