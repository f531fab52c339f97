import { expectIssued, expectRefusal, honestAfterwards } from '#harness/bench/server-flows.ts';
import { describeAnswer } from '#harness/bench/server-reply.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { type EnrollmentMessage, encodeRequest } from '#protocol/messages/requests.ts';

const control = 'the well-formed message of the same device, accepted before and after';

test(
  'A server refuses malformed pairs with HTTP 400 and a status, and what is no message with status 4',
  conformanceCase({
    id: 'SRV-MSG-001',
    version: 1,
    requirements: [
      'MSG-004',
      'MSG-005',
      'MSG-011',
      'MSG-014',
      'MSG-036',
      'MSG-019',
      'MSG-043',
      'REQ-007',
      'MSG-020',
      'MSG-021',
      'MSG-023',
    ],
    control,
    mutants: ['crashes-on-malformed'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    const good = Buffer.from(encodeRequest(await bench.request())).toString('latin1');
    const without = (name: string) => good.replace(new RegExp(`(^|&)${name}=[^&]*`), '').replace(/^&/, '');
    const instead = (name: string, value: string) =>
      good.replace(new RegExp(`(^|&)${name}=[^&]*`), `$1${name}=${value}`);
    const malformed: [string, string][] = [
      ['a lone percent sign', `${good}&x=%`],
      ['half an escape', `${good}&x=%4`],
      ['an escape that is no hexadecimal', `${good}&x=%ZZ`],
      ['a name without a value', `${good}&justaname`],
      ['a value without a name', `${good}&=value`],
    ];
    for (const [what, body] of malformed) {
      expectRefusal(bench, await bench.wire.sendBody(body, 'request'), 4, what, 400);
    }
    const unusable: [string, string][] = [
      ['an empty body', ''],
      ['no operation', without('operation')],
      ['an unknown operation', instead('operation', 'enroll')],
      ['an empty operation', instead('operation', '')],
      ['an operation that stands twice and disagrees', `${good}&operation=retrieve`],
      ...['nonce', 'username', 'password', 'device', 'customer', 'request'].flatMap((name): [string, string][] => [
        [`no ${name}`, without(name)],
        [`an empty ${name}`, instead(name, '')],
      ]),
      ['a device with a leading zero', instead('device', '007')],
      ['a negative device', instead('device', '%2D1')],
      ['a device of 2^64', instead('device', '18446744073709551616')],
      ['a customer with letters', instead('customer', 'abc')],
      ['a user name with a line break', instead('username', 'a%0D%0Ab')],
      ['a user name with a NUL', instead('username', 'a%00b')],
      ['a user name of overlong UTF-8', instead('username', '%C0%AF')],
      ['a password of 256 bytes', instead('password', 'p'.repeat(256))],
      ['a nonce of 1 KiB', instead('nonce', 'n'.repeat(1024))],
      ['a PKCS#10 that is no base64', instead('request', '%21%21%21')],
      ['request and certreq that disagree', `${good}&certreq=AAAA`],
    ];
    for (const [what, body] of unusable) {
      expectRefusal(bench, await bench.wire.sendBody(body, 'request'), 4, what, [200, 400]);
    }
    await honestAfterwards(bench);
  },
);

test(
  'A server accepts every form of a message that the protocol allows',
  conformanceCase({
    id: 'SRV-MSG-002',
    version: 1,
    requirements: [
      'MSG-003',
      'MSG-006',
      'MSG-007',
      'MSG-008',
      'MSG-009',
      'MSG-010',
      'MSG-013',
      'MSG-015',
      'MSG-018',
      'MSG-028',
      'MSG-001',
    ],
    control: 'the same message in the form of the deployed client, accepted first',
    mutants: ['plus-is-blank'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const nonce = Uint8Array.of(0x31, 0, 0xff, 0x2b, 0x26, ...bench.newNonce());
    let message = await bench.request(bench.identity(), { nonce });
    // Without a plus in its base64 the message would show nothing of how a plus is read.
    while (!base64Of(message).includes('+')) message = await bench.request(bench.identity(), { nonce });
    const good = Buffer.from(encodeRequest(message)).toString('latin1');
    expectIssued(bench, await bench.wire.sendBody(good, 'request'), 'the message as it should be');
    const pairs = good.split('&');
    const base64 = base64Of(message);
    const withRequest = (value: string) =>
      pairs.map((pair) => (pair.startsWith('request=') ? `request=${value}` : pair)).join('&');
    const forms: [what: string, body: string, headers?: readonly string[]][] = [
      ['the variables in another order', [...pairs].reverse().join('&')],
      ['escapes in lower case', good.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase())],
      ['base64 with raw plus, slash and padding', withRequest(base64)],
      ['base64 with line breaks', withRequest(encodeURIComponent(base64.replace(/(.{64})/g, '$1\r\n')))],
      ['empty pairs', `&&${pairs.join('&&')}&`],
      ['unknown variables', `${good}&requestx=AAAA&xrequest=BBBB&nonce1=1&statusx=0`],
      ['a variable that stands twice and agrees', `${good}&${pairs[0]}`],
      ['certreq for request', good.replace('&request=', '&certreq=')],
      [
        'another content type',
        good,
        ['Host: muster', 'Content-Type: application/octet-stream', `Content-Length: ${good.length}`],
      ],
      ['no content type', good, ['Host: muster', `Content-Length: ${good.length}`]],
    ];
    for (const [what, body, headers] of forms) {
      expectIssued(bench, await bench.wire.sendBody(body, 'request', headers ? { headers } : {}), what);
    }
  },
);

test(
  'A server answers any other method than POST with 405 and Allow: POST',
  conformanceCase({
    id: 'SRV-HTTP-001',
    version: 1,
    requirements: ['MSG-034'],
    control: 'the same body by POST, accepted before and after',
    mutants: ['any-method'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    await bench.control();
    for (const method of ['GET', 'PUT', 'HEAD', 'DELETE']) {
      const { http } = await bench.wire.getCaCertificate({ method });
      bench.judge.require(
        http.status === 405 && http.headers.allow === 'POST',
        `${method} is answered 405 with Allow: POST`,
        `HTTP ${http.status}, Allow: ${http.headers.allow ?? 'absent'}`,
      );
    }
    await honestAfterwards(bench);
  },
);

test(
  'A server answers an oversized body with 413, and reads one of 4,096 bytes',
  conformanceCase({
    id: 'SRV-HTTP-002',
    version: 1,
    requirements: ['MSG-035'],
    control: 'the same message with 4,096 bytes, accepted',
    mutants: ['no-body-limit'],
  }),
  async ({ bench }) => {
    await bench.deploy();
    const good = Buffer.from(encodeRequest(await bench.request())).toString('latin1');
    const padded = (bytes: number) => `${good}&padding=${'x'.repeat(bytes - good.length - '&padding='.length)}`;
    expectIssued(bench, await bench.wire.sendBody(padded(4096), 'request'), 'a body of 4,096 bytes');
    const large = await bench.wire.sendBody(padded(1024 * 1024), 'request');
    bench.judge.require(large.http.status === 413, 'a body of 1 MiB is answered 413', describeAnswer(large));
    await honestAfterwards(bench);
  },
);

function base64Of({ pkcs10 }: EnrollmentMessage): string {
  return Buffer.from(pkcs10).toString('base64');
}
