import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { HttpAnswer } from '#protocol/http.ts';
import { decodeAnswer, encodeAnswer } from '#protocol/messages/answers.ts';
import { type Authority, createAuthority } from '#protocol/pki/authority.ts';
import { type Certificate, parseCertificate } from '#protocol/pki/certificate.ts';
import { fingerprint, generateKeyPair, type KeyPair, spkiOf } from '#protocol/pki/keys.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { caChecks } from '../gateway/ca-checks.ts';
import { issuedChecks } from '../gateway/issued-checks.ts';
import { authorityFaults } from './answer-authority-faults.ts';
import { certificateFaults } from './answer-certificate-faults.ts';
import { type AnswerContext, type AnswerFault, falsify } from './answer-fault.ts';
import { answerFaults } from './answer-faults.ts';
import { answerForms } from './answer-forms.ts';
import { statusFaults } from './answer-status-faults.ts';

type FaultId = keyof typeof answerFaults;

/** What the strict decoder objects to in those that are no message at all; the others are told by a gateway's checks. */
const malformed: readonly AnswerFault[] = [
  ...Object.values(statusFaults).filter(({ id }) => !/-with-certificate$/.test(id)),
  certificateFaults.notBase64,
  certificateFaults.pem,
  certificateFaults.goodThenBad,
  certificateFaults.badThenGood,
  authorityFaults.goodThenOther,
  authorityFaults.otherThenGood,
  authorityFaults.twoNames,
  authorityFaults.twoNamesGoodLast,
  authorityFaults.pending,
  authorityFaults.pendingWithCertificate,
];

/** Well-formed, and not what they say: the checks of an honest gateway that fail. */
const unacceptable: readonly (readonly [AnswerFault, checks: readonly string[]])[] = [
  [certificateFaults.goodUnderOtherName, ['issued.key']],
  [certificateFaults.notYetValid, ['issued.dates']],
  [certificateFaults.authorityKey, ['issued.key']],
  [authorityFaults.changed, ['ca.fingerprint']],
];

/** What shows the fault: the checks of an honest gateway that fail, or what the strict decoder says of the answer. */
const expected: Readonly<Record<FaultId, readonly string[] | RegExp>> = {
  'other-ca-certificate': ['ca.fingerprint'],
  'no-ca-certificate': ['ca.authority', 'ca.key-usage'],
  'expired-ca-certificate': ['ca.dates'],
  'altered-ca-certificate': ['ca.signature'],
  'ca-for-a-device': ['issued.authority'],
  'other-key': ['issued.key'],
  'other-authority': ['issued.signature'],
  'other-device': ['issued.name'],
  'expired-certificate': ['issued.dates'],
  'status-abc': /status/,
  'status-empty': /status/,
  'status-00': /status/,
  'status-hex': /status/,
  'status-missing': /status/,
  'status-twice': /status/,
  'status-prefixed': /status/,
  'certificate-for-cert': /cert/,
};

for (const profileId of ['modern', 'legacy'] as const) {
  const profile = profiles[profileId];
  const deviceName = 'gw.example.com';
  let clearinghouse: Authority;
  let key: KeyPair;
  let honest: Readonly<Record<AnswerFault['operation'], HttpAnswer>>;

  before(async () => {
    const now = new Date();
    key = await generateKeyPair(profile.deviceKey);
    clearinghouse = createAuthority({
      subject: [{ type: 'CN', value: 'Clearinghouse CA' }],
      key: await generateKeyPair(profile.authorityKey),
      signature: profile.authoritySignature,
      notBefore: new Date(now.getTime() - 172_800_000),
      notAfter: new Date(now.getTime() + 86_400_000_000),
    });
    const issued = clearinghouse.issue({
      subject: [{ type: 'CN', value: deviceName }],
      spki: spkiOf(key.publicKey),
      notBefore: new Date(now.getTime() - 60_000),
      notAfter: new Date(now.getTime() + 86_400_000),
      basicConstraints: { ca: false },
      keyUsage: ['digitalSignature'],
    });
    const answerOf = (body: Uint8Array): HttpAnswer => {
      return { status: 200, headers: { 'content-type': 'text/plain', 'content-length': String(body.length) }, body };
    };
    honest = {
      getcacert: answerOf(encodeAnswer({ kind: 'cacert', certificate: clearinghouse.certificate.der })),
      enrollment: answerOf(encodeAnswer({ kind: 'issued', certificate: issued.der })),
    };
  });

  const contextOf = (operation: AnswerFault['operation']): AnswerContext => ({
    honest: honest[operation],
    clearinghouse,
    deviceName,
    spki: operation === 'getcacert' ? new Uint8Array() : spkiOf(key.publicKey),
    profile,
    now: new Date(),
    elsewhere: { cleartext: 'http://server.example.com/', otherHost: 'https://other.example.com/' },
    patienceSeconds: 1,
  });

  /** The checks that an honest gateway makes of this answer and that fail. */
  const failing = (operation: AnswerFault['operation'], body: Uint8Array, fingerprintAgrees = false): string[] => {
    const answer = decodeAnswer(operation === 'getcacert' ? 'getcacert' : 'request', body);
    assert.ok(answer.kind === 'cacert' || answer.kind === 'issued');
    const certificate: Certificate = parseCertificate(answer.certificate);
    const common = { certificate, at: new Date(), clockSkewSeconds: 0, profile };
    const told = fingerprint(fingerprintAgrees ? certificate.der : clearinghouse.certificate.der, 'sha256');
    const failures =
      operation === 'getcacert'
        ? caChecks.map(({ id, failure }) => [id, failure({ ...common, overTls: false, fingerprint: told })])
        : issuedChecks.map(({ id, failure }) => [
            id,
            failure({ ...common, authority: clearinghouse.certificate, key, deviceName }),
          ]);
    return failures.filter(([, why]) => why !== undefined).map(([id]) => String(id));
  };

  test(`${profileId}: the honest answers pass every check`, () => {
    for (const operation of ['getcacert', 'enrollment'] as const) {
      assert.deepEqual(failing(operation, honest[operation].body), []);
    }
  });

  for (const [id, shown] of Object.entries(expected)) {
    test(`${profileId}: the answer “${id}” has that fault and no other`, async () => {
      const fault: AnswerFault = answerFaults[id as FaultId];
      const { operation } = fault;
      const { status, headers, body } = await falsify(fault, contextOf(operation));
      assert.notDeepEqual(Buffer.from(body), Buffer.from(honest[operation].body));
      assert.equal(status, 200);
      assert.deepEqual(headers, { ...honest[operation].headers, 'content-length': String(body.length) });
      if (shown instanceof RegExp) {
        assert.throws(
          () => decodeAnswer('request', body),
          (thrown) => thrown instanceof MusterError && thrown.fault === 'peer' && shown.test(messageOf(thrown)),
        );
        // The certificate itself is good: nothing but the form can be the reason to refuse it.
        const base64 = /(?:cert|certificate)=([^&]+)$/.exec(Buffer.from(body).toString('latin1'))?.[1] ?? '';
        assert.deepEqual(failing('enrollment', Buffer.from(`status=0&cert=${base64}`)), []);
      } else {
        assert.deepEqual(failing(operation, body, fault.fingerprintAgrees), shown);
      }
    });
  }

  for (const fault of malformed) {
    test(`${profileId}: the answer “${fault.id}” is no message of the protocol`, async () => {
      const { body } = await falsify(fault, contextOf(fault.operation));
      const operation = fault.operation === 'getcacert' ? 'getcacert' : 'request';
      assert.throws(() => decodeAnswer(operation, body), MusterError);
    });
  }

  for (const [fault, checks] of unacceptable) {
    test(`${profileId}: the answer “${fault.id}” fails ${checks.join()}, and nothing else`, async () => {
      const { body } = await falsify(fault, contextOf(fault.operation));
      assert.deepEqual(failing(fault.operation, body), checks);
    });
  }

  for (const form of answerForms) {
    test(`${profileId}: the allowed form “${form.id}” is another body, which a strict reader takes for the same`, async () => {
      const { body } = await falsify(form, contextOf('enrollment'));
      assert.notDeepEqual(Buffer.from(body), Buffer.from(honest.enrollment.body));
      const { nonce: _own, ...answer } = decodeAnswer('request', body);
      assert.deepEqual(answer, decodeAnswer('request', honest.enrollment.body));
    });
  }

  test(`${profileId}: what is no good answer cannot be falsified: that is an error of the bench`, async () => {
    const context = { ...contextOf('enrollment'), honest: { ...honest.enrollment, status: 403 } };
    await assert.rejects(falsify(answerFaults['status-abc'], context), /HTTP 403/);
  });
}

test('every fault and form has an id of its own and an explanation', () => {
  for (const [id, fault] of Object.entries(answerFaults)) assert.equal(fault.id, id);
  const tables = [answerFaults, statusFaults, certificateFaults, authorityFaults];
  const all: readonly AnswerFault[] = [...tables.flatMap((table) => Object.values(table)), ...answerForms];
  for (const { explanation } of all) assert.match(explanation, /^(?:[A-Z]|getcacert ).*\.$/);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
});
