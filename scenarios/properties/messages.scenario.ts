import fc from 'fast-check';
import { Counterexample, demand, requireProperty } from '#harness/bench/property.ts';
import { describeAnswer } from '#harness/bench/server-reply.ts';
import { conformanceCase } from '#harness/case/details.ts';
import { test } from '#harness/case/server-test.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';

/** Text that a user name may hold: no control characters, and short enough in UTF-8. */
const credential = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .filter((text) => !/\p{Cc}/u.test(text) && Buffer.byteLength(text) <= 255 && text.isWellFormed());

test(
  'Whatever characters user name, password and nonce hold, a server reads them as they were written',
  conformanceCase({
    id: 'PROP-001',
    version: 1,
    requirements: ['MSG-002', 'MSG-006', 'MSG-010', 'MSG-015', 'MSG-022', 'MSG-021'],
    control: 'a device with plain letters, enrolled first',
    mutants: ['plus-is-blank'],
  }),
  async ({ bench, details }) => {
    const plain = bench.makeIdentity();
    await bench.deploy({ devices: [{ identity: plain }], exactly: true });
    await bench.control(plain);
    const property = fc.asyncProperty(
      credential,
      credential,
      fc.uint8Array({ minLength: 1, maxLength: 128 }),
      fc.nat(),
      async (username, password, nonce, rotation) => {
        const identity = { ...plain, username, password };
        await bench.deploy({ devices: [{ identity }] });
        const body = Buffer.from(encodeRequest(await bench.request(identity, { nonce }))).toString('latin1');
        const pairs = body.replaceAll('%2B', '+').split('&');
        const at = rotation % pairs.length;
        const reply = await bench.wire.probe([...pairs.slice(at), ...pairs.slice(0, at)].join('&'));
        demand(reply.answer?.kind === 'issued', `the request was answered ${describeAnswer(reply)}`);
      },
    );
    await requireProperty(bench, 'values are read as they were written', property, 40, details.id);
  },
);

test(
  'Whatever bytes arrive, a server answers with a message of the protocol, and goes on serving',
  conformanceCase({
    id: 'PROP-002',
    version: 1,
    requirements: ['MSG-024', 'MSG-026', 'MSG-036', 'MSG-037', 'REQ-016'],
    control: 'honest enrollments before and after all of them, on the same server',
    mutants: ['crashes-on-malformed'],
  }),
  async ({ bench, details }) => {
    await bench.deploy();
    await bench.control();
    const good = Buffer.from(encodeRequest(await bench.request()));
    const piece = fc.constantFrom(
      'operation=request',
      'operation=',
      'status=0',
      '%',
      '%00',
      '&',
      '=',
      '&&',
      'request=',
      '+',
      '\0',
      'nonce=1',
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
      fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join('&'), 'latin1')),
      // The good request with some of its bytes changed.
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }).map((changes) => {
        const copy = Buffer.from(good);
        for (const [at, byte] of changes) copy[at] = byte;
        return copy;
      }),
    );
    const property = fc.asyncProperty(body, async (bytes) => {
      const { answer, http, problem } = await bench.wire.probe(bytes);
      if (http.status >= 500) throw new Counterexample(`HTTP ${http.status}`);
      demand(answer !== undefined, `HTTP ${http.status} with no message of the protocol: ${problem}`);
    });
    await requireProperty(bench, 'any bytes are answered by a message of the protocol', property, 200, details.id);
    await bench.control();
  },
);
