import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MusterError } from '../errors.ts';
import { recordedBody } from '../messages/recorded-body.ts';
import {
  type Component,
  decodeMessage,
  encodeMessage,
  type OspMessage,
  openMessage,
  readComponent,
} from './message.ts';
import { roles } from './usage.ts';

const seed = Number(process.env.MUSTER_SEED ?? 20261123);

/** The status that says what is wrong with the message. */
function problem(bytes: Uint8Array | string): unknown {
  try {
    decodeMessage(Buffer.from(bytes));
  } catch (thrown) {
    assert.ok(thrown instanceof MusterError, String(thrown));
    assert.equal(thrown.fault, 'peer');
    assert.match(thrown.message, /^\w+, line \d+, column \d+: .+\.$/);
    return thrown.details.status;
  }
  return undefined;
}

describe('the deployed client', () => {
  const request = recordedBody('authorization-request');
  const usage = recordedBody('usage-indication');
  const [one, eight] = ['1', '8'].map((digit) => Buffer.from(digit));

  test('its authorization request is read, whole', () => {
    const { messageId, random, components } = decodeMessage(request);
    assert.deepEqual([messageId, random, components.length], ['15246334241', '1524633424', 1]);
    const [component] = components;
    assert.ok(component?.kind === 'AuthorizationRequest');
    const { callIds, ...rest } = component;
    assert.deepEqual([callIds.length, callIds[0], callIds[7]], [8, one, eight]);
    assert.deepEqual(rest, {
      kind: 'AuthorizationRequest',
      componentId: '15246334240',
      timestamp: new Date('2026-11-23T05:08:34Z'),
      sourceInfo: { type: 'e164', value: '14048724799' },
      sourceAlternates: [{ type: 'subscriber', value: '919404556#4444' }],
      calledNumber: '1678',
      destinationAlternates: [],
      maximumDestinations: 8,
      customerId: '1000',
      deviceId: '1000',
    });
  });

  test('its usage is read: the attempt that failed, and the call', () => {
    const { messageId, components } = decodeMessage(usage);
    assert.equal(messageId, '47850982870685430173');
    const [failed, call] = components;
    assert.ok(failed?.kind === 'UsageIndication' && call?.kind === 'UsageIndication' && components.length === 2);
    assert.deepEqual(failed, {
      kind: 'UsageIndication',
      componentId: '47850982870685430172',
      timestamp: new Date('2026-11-23T05:08:38Z'),
      role: 'source',
      transactionId: '4785098287068543017',
      callId: one,
      sourceInfo: { type: 'e164', value: '14048724799' },
      sourceAlternates: [{ type: 'subscriber', value: '919404556#4444' }],
      calledNumber: '1678',
      destinationAlternates: [{ type: 'transport', value: '[10.0.0.1]' }],
      customerId: '1000',
      deviceId: '1000',
      detail: { terminationCause: 41 },
    });
    assert.deepEqual(call.destinationAlternates, [{ type: 'transport', value: '[10.0.0.2]' }]);
    assert.deepEqual(call.detail, { amount: 30, releaseSource: 'unknown', postDialDelay: 1.01 });
  });

  test('each byte of it counts: one that is missing at the end is seen', () => {
    for (const recorded of [request, usage]) {
      assert.equal(problem(recorded), undefined);
      assert.throws(() => decodeMessage(recorded.subarray(0, recorded.lastIndexOf('>'))), { code: 'xml-malformed' });
    }
  });

  for (const [what, status, from, to] of [
    ['no messageId', 400, / messageId="\d+"/, ''],
    ['another root', 400, /Message\b(?= |>)/g, 'Massage'],
    ['no component', 400, /<Auth.*Request>/s, ''],
    ['no componentId', 400, / componentId="\d+"/, ''],
    ['no time', 400, /<Timestamp>.*<\/Timestamp>/s, ''],
    ['a time that is none', 400, '2026-11-23T', '2026-13-43T'],
    ['no call identifier', 400, /<CallId.*<\/CallId>/s, ''],
    ['a call identifier that is no base64', 400, 'MQ==', 'M?=='],
    ['a call identifier in another encoding', 400, '"base64"', '"hex"'],
    ['no called number', 400, /<DestinationInfo.*<\/DestinationInfo>/s, ''],
    ['an empty called number', 400, '1678', ''],
    ['two called numbers', 400, /<Dest.*Info>/s, '$&$&'],
    ['a called party of another type alone', 400, 'DestinationInfo type="e164"', 'DestinationInfo type="url"'],
    ['a maximum that is no number', 400, /\n8</, '\nmany<'],
    ['a maximum of none', 400, /\n8</, '\n0<'],
    ['an unknown component', 501, /AuthorizationRequest/g, 'PricingIndication'],
    ['an element that is critical and unknown', 412, '<Service/>', '<Toll critical="true"/>'],
  ] as const) {
    test(`${what} is seen, and told with status ${status}`, () => {
      const changed = request.toString().replace(from, to);
      assert.notEqual(changed, request.toString());
      assert.equal(problem(changed), status);
    });
  }

  test('an unknown element that is not critical is ignored, and CDATA is read (controls)', () => {
    const text = request.toString();
    for (const [from, to] of [
      ['<Service/>', '<Toll critical="false"><Free/></Toll>'],
      ['<Service/>', '<Toll/>'],
      ['<Service/>', '<Toll critical="maybe"/>'],
    ] as const)
      assert.deepEqual(decodeMessage(Buffer.from(text.replace(from, to))), decodeMessage(request));
    const cdata = text.replace('encoding="base64">\nMQ==', '>\n<![CDATA[1]]>');
    assert.deepEqual(decodeMessage(Buffer.from(cdata)), decodeMessage(request));
  });

  for (const [what, from, to] of [
    ['a role that is none', 'source</Role>', 'judge</Role>'],
    ['a transaction of more than 64 bits', '4785098287068543017<', '18446744073709551616<'],
    ['a unit other than seconds', '\ns</Unit>', '\nmin</Unit>'],
    ['a negative duration', '30.000', '-30.000'],
    ['a cause that is no number', '\n41<', '\nbusy<'],
  ] as const) {
    test(`usage with ${what} is seen`, () => assert.equal(problem(usage.toString().replace(from, to)), 400));
  }

  test('one component that is wrong leaves the others readable', () => {
    const { elements } = openMessage(Buffer.from(usage.toString().replace('source</Role>', 'judge</Role>')));
    assert.throws(() => elements.map(readComponent));
    assert.equal(elements.slice(1).map(readComponent).length, 1);
  });
});

const text = fc.stringMatching(/^[A-Za-z0-9 +#*&<>"'é-]{0,10}[A-Za-z0-9é]$/).map((one) => one.trim());
const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((some) => Buffer.from(some));
const time = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000));
const milliseconds = fc.integer({ min: 0, max: 1e9 }).map((some) => some / 1000);
const whole = fc.nat({ max: 999_999_999 });
const identifier = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const party = fc.record({ type: text, value: text }, { noNullPrototype: true });
const parties = {
  sourceInfo: party,
  sourceAlternates: fc.array(party, { maxLength: 2 }),
  calledNumber: text,
  destinationAlternates: fc.array(party, { maxLength: 2 }),
  customerId: text,
  deviceId: text,
};
const status = fc.record({ code: whole, description: text }, { noNullPrototype: true });
const about = { componentId: text, timestamp: time };
const destination = fc.record(
  {
    callId: bytes,
    calledNumber: text,
    signalAddress: text,
    token: bytes,
    validAfter: time,
    validUntil: time,
    amount: whole,
  },
  { noNullPrototype: true },
);
const detail = fc.record(
  {
    amount: milliseconds,
    startTime: time,
    alertTime: time,
    connectTime: time,
    endTime: time,
    terminationCause: whole,
    releaseSource: text,
    postDialDelay: milliseconds,
  },
  { requiredKeys: [], noNullPrototype: true },
);
/** A component with every field that there must be, and some of the others. */
function component<T extends Component>(kind: T['kind'], fields: object, others: readonly string[] = []) {
  const all = { kind: fc.constant(kind), ...about, ...fields };
  const requiredKeys = Object.keys(all).filter((key) => !others.includes(key)) as (keyof typeof all)[];
  return fc.record(all, { requiredKeys, noNullPrototype: true }) as unknown as fc.Arbitrary<T>;
}
const callers = ['sourceInfo', 'customerId', 'deviceId'];
const components: fc.Arbitrary<Component> = fc.oneof(
  component(
    'AuthorizationRequest',
    {
      callIds: fc.array(bytes, { minLength: 1, maxLength: 3 }),
      ...parties,
      maximumDestinations: fc.integer({ min: 1, max: 999_999_999 }),
    },
    [...callers, 'maximumDestinations'],
  ),
  component(
    'AuthorizationResponse',
    { status, transactionId: identifier, destinations: fc.array(destination, { maxLength: 3 }) },
    ['transactionId'],
  ),
  component(
    'UsageIndication',
    { role: fc.constantFrom(...roles), transactionId: identifier, callId: bytes, ...parties, detail },
    callers,
  ),
  component('UsageConfirmation', { status }),
  fc.record({ kind: fc.constant('Status' as const), status }, { noNullPrototype: true }),
);
const message: fc.Arbitrary<OspMessage> = fc.record(
  { messageId: text, random: text, components: fc.array(components, { minLength: 1, maxLength: 3 }) },
  { requiredKeys: ['messageId', 'components'], noNullPrototype: true },
);

test('what is encoded is decoded again, of every kind of component', () => {
  const property = fc.property(message, (some) => {
    assert.deepEqual(decodeMessage(encodeMessage(some)), some);
  });
  fc.assert(property, { seed, numRuns: 400 });
});

test('no change of a good message makes the reader throw anything but its own errors', () => {
  const good = [recordedBody('authorization-request'), recordedBody('usage-indication')];
  const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
  const property = fc.property(fc.constantFrom(...good), edits, fc.boolean(), (body, changes, cut) => {
    const bytes = Uint8Array.from(body);
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    try {
      decodeMessage(cut ? bytes.subarray(0, (changes[0]?.[0] ?? 0) % bytes.length) : bytes);
    } catch (thrown) {
      assert.ok(thrown instanceof MusterError && thrown.fault === 'peer', String(thrown));
    }
  });
  fc.assert(property, { seed, numRuns: 1000 });
});
