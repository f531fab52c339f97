import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { HttpRequest } from '#protocol/http.ts';
import { encodeAnswer } from '#protocol/messages/answers.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { type Authority, createAuthority } from '#protocol/pki/authority.ts';
import { generateKeyPair, type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { certificateFaults } from '#simulators/hostile/answer-certificate-faults.ts';
import { type AnswerContext, type Fault, falsify } from '#simulators/hostile/answer-fault.ts';
import { answerFaults } from '#simulators/hostile/answer-faults.ts';
import { deviceCertificate } from '#simulators/hostile/answer-parts.ts';
import { pkcs10Faults } from '#simulators/hostile/pkcs10-faults.ts';
import { goodPkcs10, type Pkcs10Fault } from '#simulators/hostile/pkcs10-forge.ts';
import { differences } from './fault-marks.ts';
import { faultyAnswer } from './faulty-answer.ts';
import { pkcs10Fields } from './message-view.ts';
import { Recorder } from './recorder.ts';

const profile = profiles.modern;
const deviceName = 'gw.example.com';
let clearinghouse: Authority;
let key: KeyPair;

before(async () => {
  key = await generateKeyPair(profile.deviceKey);
  clearinghouse = createAuthority({
    subject: [{ type: 'CN', value: 'Clearinghouse CA' }],
    key: await generateKeyPair(profile.authorityKey),
    signature: profile.authoritySignature,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
  });
});

const requestOf = (body: Uint8Array): HttpRequest => ({
  method: 'POST',
  path: '/tep',
  headers: {},
  body,
  secure: true,
  from: 'device',
});

/** Where the fault shows in the request that bears it, as the server bench sends it. */
async function marksOfRequest(fault: Pkcs10Fault): Promise<string[] | undefined> {
  const recorder = new Recorder();
  const forge = { deviceName, key, profile, authority: clearinghouse.certificate };
  const pkcs10 = await fault.make(forge);
  recorder.marks.know(pkcs10, fault, pkcs10Fields(goodPkcs10(forge)));
  const nonce = Buffer.from([1, 2]);
  const message = { operation: 'request', nonce, username: 'u', password: 'p', device: '1', customer: '2' } as const;
  recorder.request('hostile device', 'server', requestOf(encodeRequest({ ...message, pkcs10 })));
  return recorder.evidence().ladder[0]?.message?.fault?.fields.map(({ name }) => name);
}

for (const fault of Object.values(pkcs10Faults) as Pkcs10Fault[]) {
  test(`of a PKCS#10 with the fault “${fault.id}” the evidence marks where it is, and nothing else of the request`, async () => {
    const marks = await marksOfRequest(fault);
    assert.ok(marks && marks.length > 0, 'no field is marked');
    assert.ok(marks.every((name) => name.startsWith('PKCS#10')));
    const wanted = ofRequests[fault.id];
    if (wanted) assert.deepEqual(marks, wanted);
  });
}

const ofRequests: Readonly<Record<string, string[]>> = {
  'signature-altered': ['PKCS#10 signature verifies'],
  'other-name': ['PKCS#10 subject'],
};

/** Where the fault shows: in the message, and in the certificates that it holds. */
async function marksOfAnswer(fault: Fault): Promise<{ message: string[] | undefined; certificates: string[] }> {
  const recorder = new Recorder();
  const isAuthority = fault.operation === 'getcacert';
  const { der } = clearinghouse.certificate;
  const parts = { deviceName, clearinghouse, profile, now: new Date(), spki: spkiOf(key.publicKey) };
  const rest = { elsewhere: { cleartext: '', otherHost: '' }, patienceSeconds: 1 };
  const bare = { status: 200, headers: {}, body: new Uint8Array() };
  const certificate = isAuthority ? der : deviceCertificate({ ...parts, ...rest, honest: bare }, {});
  const body = encodeAnswer(isAuthority ? { kind: 'cacert', certificate } : { kind: 'issued', certificate });
  const context: AnswerContext = { ...parts, ...rest, honest: { ...bare, body } };
  const answer = await falsify(fault, context);
  const request = requestOf(Buffer.from(isAuthority ? 'operation=getcacert' : 'operation=request'));
  recorder.answer('hostile server', 'device', request, answer, faultyAnswer(recorder, fault, answer, context));
  const { ladder, certificates } = recorder.evidence();
  return {
    message: ladder[0]?.message?.fault?.fields.map(({ name }) => name),
    certificates: certificates.flatMap(({ fault: mark }) => mark?.fields.map(({ name }) => name) ?? []),
  };
}

for (const fault of [...Object.values(answerFaults), ...Object.values(certificateFaults)] as Fault[]) {
  test(`of an answer with the fault “${fault.id}” the evidence marks where it is`, async () => {
    const { message, certificates } = await marksOfAnswer(fault);
    assert.ok(message && message.length > 0, 'no field of the message is marked');
    const wanted = ofCertificates[fault.id];
    if (wanted) assert.deepEqual(certificates, wanted);
  });
}

const ofCertificates: Readonly<Record<string, string[]>> = {
  'other-ca-certificate': ['not before', 'not after', 'SHA-256 of the key', 'signature verifies'],
  // It is made anew, with other dates, before a bit of it is turned over.
  'altered-ca-certificate': ['not before', 'not after', 'signature verifies'],
  'ca-for-a-device': ['CA'],
  'other-key': ['SHA-256 of the key'],
  'other-authority': ['signature verifies'],
  'other-device': ['subject', 'subject alternative names'],
  'expired-certificate': ['not before', 'not after'],
  'certificate-of-the-authority-key': ['SHA-256 of the key'],
  'certificate-weak-signature': ['signature'],
  'status-abc': [],
  'status-00': [],
};

test('an honest answer and an honest request have no mark, though others of the same case have one', async () => {
  const recorder = new Recorder();
  const { der } = clearinghouse.certificate;
  recorder.marks.know(Buffer.from('other'), { id: 'x', explanation: 'y' }, []);
  const honest = encodeAnswer({ kind: 'cacert', certificate: der });
  recorder.answer('server', 'device', requestOf(Buffer.from('operation=getcacert')), {
    status: 200,
    headers: {},
    body: honest,
  });
  const { ladder, certificates } = recorder.evidence();
  assert.deepEqual([ladder[0]?.message?.fault, certificates.map(({ fault }) => fault)], [undefined, [undefined]]);
});

test('what differs, what is missing, and what stands twice', () => {
  const good = [
    ['status', '0'],
    ['cert', 'AA'],
    ['gone', 'x'],
  ] as const;
  const bad = [
    ['status', '0'],
    ['status', '1'],
    ['cert', 'AA'],
    ['new', 'y'],
  ] as const;
  assert.deepEqual(differences(bad, good), [
    { name: 'status', good: '0' },
    { name: 'new' },
    { name: 'gone', good: 'x' },
  ]);
});
