import { CallBench, type CallOptions } from '#harness/bench/call-bench.ts';
import { describeReply, expectRefused, honestCallAfterwards, isRefused } from '#harness/bench/call-flows.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { encodeMessage } from '#protocol/osp/message.ts';

const control = 'an honest call of an enrolled device before and after, on the same server';

/** What a refusal may take, however much it would be once it is expanded. */
const mostMs = 2000;

/** A good message, as text. */
function goodText(calls: CallBench): string {
  return Buffer.from(encodeMessage({ messageId: '7', random: '8', components: [calls.request()] })).toString();
}

async function refusesQuickly(calls: CallBench, body: string, options: CallOptions, what: string): Promise<void> {
  const began = performance.now();
  const reply = await calls.send(body, options);
  const ms = performance.now() - began;
  expectRefused(calls, reply, what);
  calls.bench.judge.require(ms < mostMs, `${what} is refused within ${mostMs} ms`, `${ms.toFixed(0)} ms`);
}

test(
  'A server reads no DOCTYPE, and expands no entity of a message',
  conformanceCase({
    id: 'SRV-CALL-061',
    version: 1,
    requirements: ['AFT-016'],
    control,
    mutants: ['expands-entities'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const text = goodText(calls);
    const withType = (subset: string, number: string): string =>
      text.replace('?>', `?><!DOCTYPE Message [${subset}]>`).replace('14045550100', number);
    const bomb = Array.from({ length: 9 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');
    for (const [what, body] of [
      ['an entity of its own', withType('<!ENTITY e0 "14045550100">', '&e0;')],
      ['a file as an entity', withType('<!ENTITY e0 SYSTEM "file:///etc/hostname">', '&e0;')],
      ['a thousand million entities', withType(`<!ENTITY e0 "1">${bomb}`, '&e9;')],
      ['entities in a parameter entity', withType('<!ENTITY % p "&#60;!ENTITY e0 &#39;1&#39;&#62;">%p;', '&e0;')],
    ] as const)
      await refusesQuickly(calls, body, { as: caller.as }, `a message with ${what}`);
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server refuses XML that is deeper, wider or longer than any message',
  conformanceCase({
    id: 'SRV-CALL-062',
    version: 1,
    requirements: ['AFT-016'],
    control,
    mutants: ['any-depth'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const text = goodText(calls);
    const within = (inner: string): string => text.replace('<Service/>', `<Service>${inner}</Service>`);
    const levels = 8000;
    for (const [what, body] of [
      [`${levels} levels`, within('<a>'.repeat(levels) + '</a>'.repeat(levels))],
      ['levels that do not end', `${text.slice(0, 100)}${'<a>'.repeat(levels)}`],
      ['15,000 elements', within('<a/>'.repeat(15_000))],
      ['5,000 attributes', within(`<a ${Array.from({ length: 5000 }, (_, n) => `b${n}=""`).join(' ')}/>`)],
      ['a name of 50,000 characters', within(`<${'a'.repeat(50_000)}/>`)],
      ['200 KiB', within(' '.repeat(200 * 1024))],
    ] as const)
      await refusesQuickly(calls, body, { as: caller.as }, `a message with ${what}`);
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server refuses what is no message, without breaking down',
  conformanceCase({
    id: 'SRV-CALL-063',
    version: 1,
    requirements: ['AFT-009', 'AFT-013'],
    control,
    mutants: ['crashes-on-xml'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const text = goodText(calls);
    const changed = (from: RegExp | string, to: string): string => text.replace(from, to);
    for (const [what, body] of [
      ['nothing', ''],
      ['pairs', 'operation=getcacert'],
      ['noise', '\u0000\u0001\u00ff<<<>>>'],
      ['an end that is missing', text.slice(0, -3)],
      ['another root', changed(/\bMessage\b/g, 'Massage')],
      ['no messageId', changed(' messageId="7"', '')],
      ['no component', changed(/<AuthorizationRequest.*<\/AuthorizationRequest>/s, '')],
      ['an unknown component', changed(/AuthorizationRequest/g, 'PricingIndication')],
      ['no call identifier', changed(/<CallId.*<\/CallId>/s, '')],
      ['no called number', changed(/<DestinationInfo.*<\/DestinationInfo>/s, '')],
      ['a call identifier that is no base64', changed(/(<CallId[^>]*>)[^<]+/, '$1???')],
      ['a time that is none', changed(/(<Timestamp>)[^<]+/, '$1tomorrow')],
      ['a NUL in a number', changed('14045550100', '1404&#0;')],
    ] as const)
      expectRefused(calls, await calls.send(body, { as: caller.as }), `a message with ${what}`);
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server takes messages by POST alone, in whatever content type',
  conformanceCase({
    id: 'SRV-CALL-064',
    version: 1,
    requirements: ['AFT-009'],
    control,
    mutants: ['any-method'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready();
    const text = goodText(calls);
    const { host } = new URL(bench.deployment.tlsUrl);
    const length = `Content-Length: ${Buffer.byteLength(text)}`;
    for (const type of [[], ['content-type: text/xml; charset=utf-8'], ['content-type: application/x-unheard-of']]) {
      const reply = await calls.send(text, { as: caller.as, headers: [`Host: ${host}`, ...type, length] });
      bench.judge.require(!isRefused(reply), `a call in ${type.join() || 'no content type'}`, describeReply(reply));
    }
    for (const method of ['GET', 'PUT']) {
      const { http } = await calls.send(text, { as: caller.as, method });
      bench.judge.require(http.status === 405, `${method} is answered 405`, `HTTP ${http.status}`);
    }
    await honestCallAfterwards(calls, caller);
  },
);

test(
  'A server takes a message for what its Content-Length says, and for nothing else',
  conformanceCase({
    id: 'SRV-CALL-065',
    version: 1,
    requirements: ['AFT-009', 'MSG-122'],
    control,
    mutants: ['whole-packet'],
  }),
  async ({ bench }) => {
    const calls = new CallBench(bench);
    const caller = await calls.ready({ requestTimeoutSeconds: 0.3 });
    const text = goodText(calls);
    const granted = /<Code>200<\/Code>/;
    for (const [what, difference] of [
      ['shorter', -20],
      ['longer', 20],
    ] as const) {
      const head = `POST /osp HTTP/1.1\r\nHost: muster\r\nContent-Length: ${text.length + difference}\r\n\r\n`;
      const { received, closed } = await bench.wire.converse({
        as: caller.as,
        talk: (socket) => void socket.write(head + text),
        until: (bytes) => granted.test(bytes),
      });
      const seen = granted.test(received) ? 'granted' : closed ? 'not granted, closed' : 'not granted, open';
      const holds = closed && !granted.test(received);
      bench.judge.require(holds, `a call whose length says ${what} is not granted, and its connection ends`, seen);
    }
    await honestCallAfterwards(calls, caller);
  },
);
