import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpRequest } from '#protocol/http.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { Recorder } from './recorder.ts';

const secret = 'canary-0123456789';

function requestOf(body: string): HttpRequest {
  return { method: 'POST', path: '/tep', headers: {}, body: Buffer.from(body), secure: true, from: 'device' };
}

const answerOf = (body: string) => ({ status: 200, headers: {}, body: Buffer.from(body) });

test('whatever way a secret comes in, it is in no part of the evidence', async () => {
  const recorder = new Recorder();
  recorder.redaction.hide(secret);
  const ca = await createThirdPartyCa({ profile: 'modern', name: `CA ${secret}` });
  recorder.did(`did ${secret}`);
  recorder.saw(`saw ${secret}`);
  recorder.output(`Output of ${secret}`, `it printed ${secret}`);
  recorder.arrow('harness', 'device', `label ${secret}`, 'local', `note ${secret}`);
  recorder.request('device', 'server', requestOf(`operation=${secret}&a=${secret}`));
  recorder.answer('server', 'device', requestOf('operation=request'), answerOf(`error=${secret}`), {
    fault: { id: 'x', explanation: 'y' },
    honest: answerOf(`error=not ${secret}`),
    authority: ca.root.certificate,
  });
  recorder.answer('server', 'device', requestOf('operation=request'), answerOf(`status=${secret}&cert=AAAA`));
  recorder.certificate(`certificate ${secret}`, ca.root.certificate);
  const { certificates, ...evidence } = recorder.evidence();
  const shown = JSON.stringify([evidence, certificates.map(({ title, fields }) => [title, fields])]);
  assert.doesNotMatch(shown, /canary/);
  assert.ok((shown.match(/\[redacted\]/g) ?? []).length > 12, shown);
});

test('a certificate in an answer is kept once; bytes that are none are told', async () => {
  const recorder = new Recorder();
  const { root } = await createThirdPartyCa({ profile: 'modern' });
  const good = `status=0&certificate=${Buffer.from(root.certificate.der).toString('base64')}`;
  for (const body of [good, good, 'status=0&cert=AAAA', 'status=0&cert=']) {
    recorder.answer('server', 'device', requestOf('operation=getcacert'), answerOf(body));
  }
  const { certificates, seen, ladder } = recorder.evidence();
  assert.equal(certificates.length, 1);
  assert.match(certificates[0]?.pem ?? '', /^-----BEGIN CERTIFICATE-----/);
  assert.match(seen.join('\n'), /3 bytes that are no certificate/);
  assert.equal(ladder.length, 4);
});

test('a rewound ladder forgets what came after the mark, and the times go forward', () => {
  const recorder = new Recorder();
  recorder.arrow('operator', 'server', 'approve');
  const mark = recorder.mark();
  recorder.arrow('operator', 'server', 'reject');
  recorder.rewind(mark);
  recorder.arrow('harness', 'device', 'enroll');
  const { ladder } = recorder.evidence();
  assert.deepEqual(
    ladder.map(({ label }) => label),
    ['approve', 'enroll'],
  );
  assert.ok((ladder[0]?.atMs ?? -1) >= 0 && (ladder[1]?.atMs ?? -1) >= (ladder[0]?.atMs ?? 0));
});

test('an output of nothing but blanks is not kept', () => {
  const recorder = new Recorder();
  recorder.output('Device, enroll', ' \n');
  assert.deepEqual(recorder.evidence().outputs, []);
});

test('a rewound recorder forgets everything of each kind that came after the mark, and what the bench saw on the wire', async () => {
  const { root } = await createThirdPartyCa({ profile: 'modern' });
  const recorder = new Recorder();
  const marks: unknown[] = [];
  const captureMark = { contacts: 1, wire: { connections: 1, keyLog: 0, room: 10 } };
  recorder.capture = {
    wire: { connections: [], keyLog: [] },
    contacts: [],
    mark: () => captureMark,
    rewind: (mark) => void marks.push(mark),
  };
  const fill = (): void => {
    recorder.did('did');
    recorder.saw('saw');
    recorder.output('output', 'text');
    recorder.arrow('harness', 'device', 'enroll');
  };
  fill();
  const before = structuredClone(recorder.evidence());
  const mark = recorder.mark();
  fill();
  recorder.certificate('a certificate', root.certificate);
  recorder.rewind(mark);
  assert.deepEqual(recorder.evidence(), before);
  assert.deepEqual(marks, [captureMark]);
  recorder.isPaused = true;
  fill();
  recorder.certificate('a certificate', root.certificate);
  recorder.request('device', 'server', requestOf('operation=request'));
  recorder.answer('server', 'device', requestOf('operation=request'), answerOf('status=0&cert=AAAA'));
  assert.deepEqual(recorder.evidence(), before);
});
