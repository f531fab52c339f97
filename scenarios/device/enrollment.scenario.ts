import { enrollHonestly, installedCertificate, messagesSince } from '#harness/bench/device-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/device-test.ts';
import { pkcs10Of } from '#harness/evidence/sent-pkcs10.ts';
import { examineRequest } from '#protocol/messages/examine.ts';
import { judgeKey, judgeSignature } from '#protocol/pki/acceptance.ts';
import { verifyProofOfPossession } from '#protocol/pki/pkcs10.ts';
import { requirement } from '#protocol/requirements/catalogue.ts';

test(
  'A device enrolls with an honest server, and says every message as the publication does',
  conformanceCase({
    id: 'DEV-ENR-001',
    version: 1,
    requirements: [
      'REQ-001',
      'REQ-002',
      'REQ-005',
      'REQ-006',
      'REQ-008',
      'CA-001',
      'MSG-001',
      'MSG-002',
      'MSG-025',
      'MSG-027',
      'POP-001',
      'CRT-016',
      'CRT-013',
    ],
    control: 'none: the case is itself the control of the others',
    mutants: ['credentials-over-cleartext', 'breaks-proof-of-possession'],
  }),
  async ({ bench }) => {
    const { judge } = bench;
    await bench.reset();
    const mark = bench.seen.mark();
    const word = await bench.perform('enroll');
    const exchanges = bench.seen.since(mark);
    for (const { request } of exchanges) {
      for (const finding of examineRequest(request.body)) {
        const { level, sentence } = requirement(finding.requirement);
        const text = `${finding.requirement} at byte ${finding.offset}: ${finding.message} (${sentence})`;
        if (level === 'MUST' && !finding.tolerated) judge.violation(text);
        judge.warn(text);
      }
      judge.require(request.method === 'POST', 'every message is a POST', request.method);
    }
    const sent = exchanges.find(({ operation }) => operation === 'request');
    if (!sent) return judge.unverified(`The device sent no request; it says "${word.kind}": ${word.detail}`);
    const pkcs10 = pkcs10Of(sent.request);
    judge.require(verifyProofOfPossession(pkcs10), 'the PKCS#10 is signed by the key that it holds', 'verified');
    judge.require(
      pkcs10.commonNames.length === 1 && pkcs10.commonNames[0]?.toLowerCase() === bench.identity.deviceName,
      'the common name is the device’s',
      pkcs10.subjectText,
    );
    const weak =
      judgeKey(pkcs10.publicKey, bench.profile) ??
      judgeSignature(pkcs10.signatureAlgorithm, pkcs10.publicKey, bench.profile);
    judge.require(
      weak === undefined,
      `key and signature are those of the profile ${bench.profile.id}`,
      weak ?? 'they are',
    );
    if (word.kind !== 'done')
      judge.violation(`The device did not enroll with an honest server: "${word.kind}" ${word.detail}`);
    const installed = await installedCertificate(bench);
    const nonces = messagesSince(bench, mark, 'request').map((message) => message.get('nonce'));
    judge.require(
      installed !== undefined && Buffer.compare(installed.spki, pkcs10.spki) === 0,
      'the device installed the certificate of its own key',
      installed ? `serial ${installed.serialNumber}` : 'no certificate',
    );
    judge.require(nonces.every(Boolean), 'the request bears a nonce', `${nonces.length} requests`);
  },
);

test(
  'A device never sends its user name, password or PKCS#10 in cleartext',
  conformanceCase({
    id: 'DEV-SEC-001',
    version: 1,
    requirements: ['SEC-001', 'REQ-003', 'ID-013'],
    control: 'the enrollment itself: the same secrets are seen to arrive over TLS',
    mutants: ['credentials-over-cleartext'],
  }),
  async ({ bench }) => {
    await bench.reset();
    const mark = bench.seen.mark();
    const word = await bench.perform('enroll');
    const inClear = bench.seen.canariesSince(mark, ({ secure }) => !secure);
    if (inClear.length > 0) bench.judge.violation(`The ${inClear.join(' and the ')} came over cleartext.`);
    const overTls = bench.seen.canariesSince(mark, ({ secure }) => secure);
    if (overTls.length === 0)
      bench.judge.unverified(`No secret was seen to arrive at all; the device says "${word.kind}".`);
    bench.judge.proved(`${overTls.join(', ')} arrived over TLS, and nothing of them over cleartext`);
  },
);

test(
  'A device puts the challenge of the server under the signature of its PKCS#10',
  conformanceCase({
    id: 'DEV-POP-001',
    version: 1,
    requirements: ['POP-006', 'POP-001', 'MSG-046'],
    assumes: { challenge: 'yes' },
    control: 'a server that gives no challenge, accepted before',
    mutants: ['ignores-challenge'],
  }),
  async ({ bench }) => {
    await bench.reset();
    await enrollHonestly(bench, 'before');
    await bench.reset();
    await bench.answers.demandChallenge();
    const mark = bench.seen.mark();
    const word = await bench.perform('enroll');
    const given = bench.seen.challengeSince(mark);
    if (!given) bench.judge.broken(`The device fetched no challenge; it says "${word.kind}": ${word.detail}`);
    const sent = bench.seen.since(mark).find(({ operation }) => operation === 'request');
    if (!sent) return bench.judge.violation(`The device sent no request after the challenge; it says "${word.kind}".`);
    const held = pkcs10Of(sent.request).challengePassword;
    bench.judge.require(
      held === given,
      'challengePassword is the nonce of the getcacert answer',
      `it holds ${held ?? 'nothing'}`,
    );
    bench.judge.require(word.kind === 'done', 'the device enrolled', word.kind);
  },
);
