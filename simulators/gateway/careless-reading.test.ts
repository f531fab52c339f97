import assert from 'node:assert/strict';
import type { Duplex } from 'node:stream';
import { after, beforeEach, test } from 'node:test';
import { type Clock, ManualClock, systemClock } from '#protocol/clock.ts';
import { toPem } from '#protocol/pki/pem.ts';
import { answerQuirks } from './answer-quirks.ts';
import { MemoryStore } from './device-store.ts';
import { Gateway } from './gateway.ts';
import { findPersona } from './personas.ts';
import { createAuthorityOf, httpAnswer, type Script, startScriptedClearinghouse } from './scripted-clearinghouse.ts';
import type { GatewaySettings } from './settings.ts';
import { transportQuirks } from './transport-quirks.ts';

const server = await startScriptedClearinghouse();
const honestScript = server.script;
after(() => server.close());
beforeEach(() => {
  server.script = honestScript;
  server.received.length = 0;
});

function device(id: string, changes: Partial<GatewaySettings> = {}, clock: Clock = systemClock) {
  const persona = findPersona(id);
  assert.ok(persona, `no persona ${id}`);
  const store = new MemoryStore();
  const settings = { ...server.settings, retries: 0, pollIntervalSeconds: 0.01, timeoutSeconds: 1, ...changes };
  return { gateway: new Gateway(settings, { store, persona, clock }), store };
}

const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
const stranger = await createAuthorityOf('modern', 'Another CA');

/** An answer to request that is made of the good certificate, as a body or as bytes on the connection. */
const body = (text: (good: string, der: Uint8Array) => string): Script => {
  return (message, answer) => {
    if (message.operation === 'getcacert') return answer();
    const der = server.issue(message);
    return httpAnswer(200, text(base64(der), der));
  };
};
const bytes = (text: (good: string) => string, then: (connection: Duplex) => void = (one) => one.end()): Script => {
  return (message, answer) => {
    if (message.operation === 'getcacert') return answer();
    const written = Buffer.from(text(`status=0&cert=${base64(server.issue(message))}`), 'latin1');
    const takeOver = async (connection: Duplex): Promise<void> => {
      connection.write(written, () => then(connection));
    };
    return { ...httpAnswer(200, ''), takeOver };
  };
};
const head = 'HTTP/1.1 200 OK\r\n';
const whole = (text: string): string => `${head}Content-Length: ${text.length}\r\n\r\n${text}`;

const enrolls = (script: Script) => async (id: string) => {
  server.script = script;
  return (await device(id).gateway.enroll()).kind === 'enrolled';
};

type ReadingId = keyof typeof answerQuirks | keyof typeof transportQuirks;

/** True for the device that has the quirk, false for the honest one. */
const signs: Readonly<Record<ReadingId, (id: string) => Promise<boolean>>> = {
  'cut-at-nul': enrolls(body((good) => `status=0%00&cert=${good}`)),
  'plus-read-as-space': async (id) => !(await enrolls(plusIn)(id)),
  'statusx-as-status': enrolls(body((good) => `statusx=0&cert=${good}`)),
  'first-of-duplicates': enrolls(body((good) => `status=0&cert=${good}&cert=AAAA`)),
  'last-of-duplicates': enrolls(body((good) => `status=0&cert=AAAA&cert=${good}`)),
  'certificate-despite-status': enrolls(body((good) => `status=7&cert=${good}`)),
  'status-alone-enrolls': enrolls(body(() => 'status=0')),
  'reads-pem': enrolls(body((_good, der) => `status=0&cert=${encodeURIComponent(toPem('CERTIFICATE', der))}`)),
  'ignores-trailing-bytes': enrolls(body((_good, der) => `status=0&cert=${base64(Buffer.concat([der, der]))}`)),
  'ignores-http-status': enrolls((message, answer) =>
    message.operation === 'getcacert' ? answer() : httpAnswer(500, `status=0&cert=${base64(server.issue(message))}`),
  ),
  'follows-redirects': async (id) => {
    const location = `${server.settings.httpUrl}/elsewhere`;
    server.script = (message, answer) =>
      message.operation === 'getcacert' ? answer() : { ...httpAnswer(307, ''), headers: { location } };
    await device(id).gateway.enroll();
    return server.received.some(({ message, secure }) => message.operation === 'request' && !secure);
  },
  'takes-cut-answer': enrolls(bytes((text) => `${head}Content-Length: 9000\r\n\r\n${text}`)),
  'half-stored-certificate': async (id) => {
    server.script = bytes((text) => whole(text).slice(0, -40));
    const { gateway, store } = device(id);
    await gateway.enroll();
    return (await store.readIdentity()) !== undefined;
  },
  'reads-past-length': enrolls(bytes((text) => `${head}Content-Length: 20\r\n\r\n${text}`)),
  'takes-last-answer': enrolls(bytes((text) => whole('status=1') + whole(text))),
  'no-time-out': async (id) => {
    server.script = bytes(
      () => head,
      (connection) => setTimeout(() => connection.destroy(), 600),
    );
    const before = performance.now();
    await device(id, { timeoutSeconds: 0.2 }).gateway.enroll();
    return performance.now() - before > 500;
  },
  'unbounded-body': async (id) => {
    const filling = `&note=${'a'.repeat(200_000)}`;
    return enrolls(bytes((text) => whole(text + filling)))(id);
  },
  'case-sensitive-headers': async (id) => !(await enrolls(bytes((text) => whole(text)))(id)),
  'knows-no-chunks': async (id) =>
    !(await enrolls(
      bytes((text) => `${head}Transfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`),
    )(id)),
  impatient: async (id) => {
    server.script = bytes(
      () => '',
      (connection) => setTimeout(() => connection.end(whole('status=8')), 300),
    );
    return (await device(id).gateway.enroll()).kind !== 'refused-by-server';
  },
  'falls-back-to-cleartext': async (id) => {
    const tlsUrl = server.settings.httpUrl.replace('http:', 'https:');
    await device(id, { tlsUrl }).gateway.enroll();
    return server.enrollments('request').length > 0;
  },
  'knows-no-retry-dates': async (id) => {
    const clock = new ManualClock(new Date());
    const start = clock.now().getTime();
    server.script = (message, answer) => {
      if (message.operation !== 'request') return answer();
      return httpAnswer(200, 'status=1', { 'retry-after': new Date(start + 500_000).toUTCString() });
    };
    await device(id, { maximumPolls: 1 }, clock).gateway.enroll();
    return clock.now().getTime() - start < 499_000;
  },
  'polls-for-ever': async (id) => {
    server.script = (message, answer) => {
      if (message.operation === 'getcacert') return answer();
      return server.received.length > 20 ? { kind: 'refused', status: 8 } : { kind: 'pending' };
    };
    return (await device(id).gateway.enroll()).kind !== 'pending';
  },
  'checks-fingerprint-once': async (id) => {
    const { gateway } = device(id);
    assert.equal((await gateway.enroll()).kind, 'enrolled');
    server.script = (message, answer) =>
      message.operation === 'getcacert' ? { kind: 'cacert', certificate: stranger.certificate.der } : answer();
    server.received.length = 0;
    await gateway.renew();
    return server.enrollments('request').length > 0;
  },
};

function plusIn(...[message, answer]: Parameters<Script>): ReturnType<Script> {
  if (message.operation === 'getcacert') return answer();
  for (;;) {
    const text = base64(server.issue(message));
    if (text.includes('+')) return httpAnswer(200, `status=0&cert=${text}`);
  }
}

for (const id of [...Object.keys(answerQuirks), ...Object.keys(transportQuirks)] as ReadingId[]) {
  test(`${id}: tells itself from the honest device`, async () => {
    assert.equal(await signs[id]('honest'), false, 'the honest device');
    server.script = honestScript;
    server.received.length = 0;
    assert.equal(await signs[id](id), true, id);
  });
}
