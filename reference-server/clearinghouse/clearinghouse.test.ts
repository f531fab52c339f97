import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordedBody } from '#protocol/messages/recorded-body.ts';
import { decodeMessage } from '#protocol/osp/message.ts';
import { readXml } from '#protocol/osp/xml-reader.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { spkiOf } from '#protocol/pki/keys.ts';
import { MemoryPlace } from '../configuration/memory-place.ts';
import { createClearinghouseAuthority } from '../enrollment/issuer.ts';
import {
  authorize,
  callConfiguration,
  callRequest,
  enrolled,
  exchangeOsp,
  report,
  usageReport,
} from '../sample-calls.ts';
import { createSampleServer, fleet, fleetAccounts } from '../sample-server.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { callChecks } from './call-checks.ts';
import type { Caller } from './call-context.ts';

const fileName = 'calls.conf';

/** One server, with one gateway enrolled; `as` is how that gateway comes. */
async function open(text = callConfiguration) {
  const place = new MemoryPlace({ text, fileName, accounts: await fleetAccounts() });
  const store = new MemoryStore();
  const sample = await createSampleServer({ validitySeconds: 1000 }, { store, place });
  const { server } = sample;
  const { certificate: peerCertificate, key } = await enrolled(server, fleet.gateway);
  const as: Partial<Caller> = { peerCertificate };
  const reload = async (changed: string): Promise<void> => {
    place.put(changed);
    await server.reload();
  };
  return { ...sample, store, as, key, peerCertificate, reload };
}

const numbers = { customerId: fleet.gateway.customer, deviceId: fleet.gateway.device };
const cleartext: Partial<Caller> = { secure: false };

describe('an authorization that is granted', () => {
  test('names the destinations of the device’s group, each with a call identifier of the request and a token', async () => {
    const { server, as, clock, events } = await open();
    const answer = await authorize(server, as, { maximumDestinations: 8 });
    assert.deepEqual([answer.componentId, answer.status], ['11', { code: 200, description: 'success' }]);
    assert.match(answer.transactionId ?? '', /^[1-9]\d{0,18}$/);
    assert.deepEqual(
      answer.destinations.map(({ signalAddress, calledNumber, amount, callId }) => [
        signalAddress,
        calledNumber,
        amount,
        callId,
      ]),
      [
        ['[gw2.example.com]', '14045550100', 14_400, callRequest.callIds[0]],
        ['[gw.example.org]', '14045550100', 14_400, callRequest.callIds[1]],
      ],
    );
    for (const { validAfter, validUntil } of answer.destinations) {
      const now = clock.now();
      assert.ok(validAfter <= now && validUntil > now);
    }
    const last = events.at(-1);
    assert.deepEqual([last?.event, last?.device], ['authorized', 'gw1.example.com']);
    const [listed] = await server.calls.listAuthorizations();
    assert.deepEqual(listed, {
      number: 1,
      transactionId: answer.transactionId,
      at: clock.now().getTime(),
      device: 'gw1.example.com',
      group: 'north',
      calledNumber: '14045550100',
      callingNumber: '14048724799',
      destinations: ['gw2.example.com', 'gw.example.org'],
      from: '127.0.0.1:1',
    });
  });

  test('holds in each token what it vouches for, and no secret', async () => {
    const { server, as } = await open();
    const { destinations, transactionId } = await authorize(server, as);
    for (const { token, callId } of destinations) {
      const text = Buffer.from(token).toString('latin1');
      const info = readXml(Buffer.from(text.slice(text.indexOf('<?xml'), text.indexOf('</TokenInfo>') + 12), 'latin1'));
      const textOf = (name: string) => info.children.find((child) => child.name === name)?.text;
      assert.deepEqual(['SourceInfo', 'DestinationInfo', 'TransactionId'].map(textOf), [
        '14048724799',
        '14045550100',
        transactionId,
      ]);
      assert.equal(textOf('CallId'), Buffer.from(callId).toString('base64'));
      assert.ok(!text.includes(fleet.gateway.password));
    }
  });

  test('names no more than were asked for, and as many call identifiers as there are', async () => {
    const { server, as } = await open();
    assert.equal((await authorize(server, as, { maximumDestinations: 1 })).destinations.length, 1);
    const one = [Buffer.from('the only one')];
    const { destinations } = await authorize(server, as, { callIds: one });
    assert.deepEqual(
      destinations.map(({ callId }) => callId),
      [one[0], one[0]],
    );
  });

  test('gives each call a transaction of its own', async () => {
    const { server, as } = await open();
    const seen = await Promise.all(Array.from({ length: 50 }, () => authorize(server, as)));
    assert.equal(new Set(seen.map(({ transactionId }) => transactionId)).size, 50);
  });

  test('goes to a device in cleartext, by its numbers, once it is enrolled', async () => {
    const { server } = await open();
    assert.equal((await authorize(server, cleartext, numbers)).status.code, 200);
  });

  test('goes to a device in cleartext that the file calls enrolled, and to one that is known by its address', async () => {
    const { server, reload } = await open();
    const sibling = { customerId: fleet.sibling.customer, deviceId: fleet.sibling.device };
    const address = { customerId: fleet.address.customer, deviceId: fleet.address.device };
    const from = { secure: false, from: '192.0.2.7:4000' };
    assert.equal((await authorize(server, cleartext, sibling)).status.code, 401);
    await reload(callConfiguration.replace(/^(device (?:gw2|192).* enabled)$/gm, '$1 enrolled'));
    assert.equal((await authorize(server, cleartext, sibling)).status.code, 200);
    assert.equal((await authorize(server, from, address)).status.code, 200);
    assert.equal((await authorize(server, { ...from, from: '::ffff:192.0.2.7:4000' }, address)).status.code, 200);
    assert.equal((await authorize(server, cleartext, address)).status.code, 401);
  });
});

/** The refusal that each check leads to, and the same without the one thing that is wrong. */
const refusals: readonly {
  readonly check: string;
  readonly status: number;
  readonly reason: RegExp;
  /** Of an authorization; an indication of usage fails the same check. */
  readonly arrange: (opened: Awaited<ReturnType<typeof open>>) => Promise<Partial<Caller>>;
  readonly asks?: object;
}[] = [
  {
    check: 'certificate-shown',
    status: 401,
    reason: /shows the certificate/,
    arrange: async () => ({}),
    asks: numbers,
  },
  {
    check: 'certificate-ours, of another CA',
    status: 423,
    reason: /does not verify under the key/,
    arrange: async ({ server, clock, key }) => {
      const { profile } = server.settings;
      const foreign = await createClearinghouseAuthority(profile, clock.now());
      const { subject, notBefore, notAfter } = parseCertificate((await enrolled(server, fleet.gateway)).certificate);
      const spki = spkiOf(key.publicKey);
      return { peerCertificate: foreign.issue({ subject, spki, notBefore, notAfter }).der };
    },
  },
  {
    check: 'certificate-ours, of this CA and never issued by this server',
    status: 423,
    reason: /did not issue it/,
    arrange: async ({ server, peerCertificate }) => {
      const { subject, spki, notBefore, notAfter } = parseCertificate(peerCertificate);
      return { peerCertificate: server.authority.issue({ subject, spki, notBefore, notAfter }).der };
    },
  },
  {
    check: 'certificate-ours, no certificate at all',
    status: 423,
    reason: /cannot be read/,
    arrange: async () => ({ peerCertificate: Buffer.from('no DER') }),
  },
  {
    check: 'certificate-alive',
    status: 423,
    reason: /expired/,
    arrange: async ({ clock, as }) => {
      clock.advance(1002);
      return as;
    },
  },
  {
    check: 'certificate-revoked',
    status: 424,
    reason: /revoked/,
    arrange: async ({ store, as, peerCertificate, clock }) => {
      await store.revokeCertificate(parseCertificate(peerCertificate).serialNumber, 'lost', clock.now().getTime());
      return as;
    },
  },
  {
    check: 'caller-defined',
    status: 401,
    reason: /not defined/,
    arrange: async ({ as, reload }) => {
      await reload(callConfiguration.replace(/^device GW1.*\n/m, ''));
      return as;
    },
  },
  {
    check: 'caller-enabled',
    status: 401,
    reason: /disabled/,
    arrange: async ({ as, reload }) => {
      await reload(callConfiguration.replace(/^(device GW1.*)enabled/m, '$1disabled'));
      return as;
    },
  },
];

describe('an authorization, or usage, that is refused', () => {
  for (const { check, status, reason, arrange, asks } of refusals) {
    test(check, async () => {
      const opened = await open();
      const { server, as, events } = opened;
      assert.equal((await authorize(server, as)).status.code, 200);
      assert.equal((await report(server, as)).status.code, 201);
      const caller = await arrange(opened);
      const refused = await authorize(server, caller, asks);
      assert.equal(refused.status.code, status);
      assert.match(refused.status.description, reason);
      assert.deepEqual([refused.destinations, refused.transactionId], [[], undefined]);
      assert.deepEqual([events.at(-1)?.event, events.at(-1)?.status], ['authorization-refused', status]);
      const unheard = await report(server, caller, { ...asks, detail: { amount: 99 } });
      assert.equal(unheard.status.code, status);
      assert.equal(events.at(-1)?.event, 'usage-refused');
      assert.equal((await server.calls.listAuthorizations()).length, 1);
      assert.equal((await server.calls.listUsage()).length, 1);
    });
  }

  test('while routing or cdrs is disabled, and the other goes on', async () => {
    const { server, as, reload } = await open();
    await reload(callConfiguration.replace('routing enabled', ''));
    assert.equal((await authorize(server, as)).status.code, 503);
    assert.equal((await report(server, as)).status.code, 201);
    await reload(callConfiguration.replace('cdrs enabled', ''));
    assert.equal((await authorize(server, as)).status.code, 200);
    assert.equal((await report(server, as, { detail: {} })).status.code, 503);
  });

  test('where no route matches, or all that it names are disabled', async () => {
    const { server, as } = await open();
    for (const calledNumber of ['442012', '33145'])
      assert.equal((await authorize(server, as, { calledNumber })).status.code, 404, calledNumber);
  });

  test('in cleartext, without a word of why: numbers of nobody, and a device that is not enrolled', async () => {
    const { server } = await open();
    for (const asked of [{}, { customerId: '1', deviceId: '1' }, { customerId: '1000', deviceId: '2' }]) {
      const { status } = await authorize(server, cleartext, asked);
      assert.deepEqual(status, { code: 401, description: 'unauthorized' });
    }
  });

  test('after its last certificate was revoked, in cleartext too, though the file calls it enrolled', async () => {
    const text = callConfiguration.replace(/^(device GW1.*)$/m, '$1 enrolled');
    const { server, store, peerCertificate, clock } = await open(text);
    assert.equal((await authorize(server, cleartext, numbers)).status.code, 200);
    await store.revokeCertificate(parseCertificate(peerCertificate).serialNumber, 'lost', clock.now().getTime());
    assert.equal((await authorize(server, cleartext, numbers)).status.code, 401);
  });
});

describe('usage', () => {
  test('is kept, and what is said again is confirmed and kept once', async () => {
    const { server, as, events } = await open();
    assert.deepEqual(await report(server, as).then(({ status }) => status.code), 201);
    assert.equal((await report(server, as, { componentId: '99', timestamp: new Date() })).status.code, 201);
    const [record, ...more] = await server.calls.listUsage();
    assert.equal(more.length, 0);
    assert.deepEqual(record?.detail, usageReport.detail);
    assert.deepEqual([record?.device, record?.destination], ['gw1.example.com', '[10.0.0.1]']);
    assert.match(events.at(-1)?.detail ?? '', /as before$/);
    await report(server, as, { detail: { amount: 31 } });
    assert.equal((await server.calls.listUsage()).length, 2);
  });

  test('of the deployed client, two components in one message, is two records; sent again, still two', async () => {
    const { server, as } = await open();
    const { components } = decodeMessage(recordedBody('usage-indication'));
    for (let round = 0; round < 2; round++) {
      const answers = await exchangeOsp(server, as, ...components);
      assert.deepEqual(
        answers.map((answer) => answer.kind === 'UsageConfirmation' && [answer.componentId, answer.status.code]),
        [
          ['47850982870685430172', 201],
          ['47850982870685430174', 201],
        ],
      );
    }
    const records = await server.calls.listUsage();
    assert.deepEqual(
      records.map(({ detail, destination }) => [destination, detail.amount, detail.terminationCause]),
      [
        ['[10.0.0.2]', 30, undefined],
        ['[10.0.0.1]', undefined, 41],
      ],
    );
  });

  test('of another device’s transaction is refused of a source, and taken of a destination', async () => {
    const { server, as } = await open();
    const { transactionId = '' } = await authorize(server, as);
    const other = { peerCertificate: (await enrolled(server, fleet.sibling)).certificate };
    assert.equal((await report(server, other, { transactionId })).status.code, 401);
    assert.equal((await report(server, other, { transactionId, role: 'destination' })).status.code, 201);
    assert.equal((await report(server, as, { transactionId })).status.code, 201);
  });
});

describe('a message', () => {
  test('of several components gets an answer for each; a wrong one takes no other with it', async () => {
    const { server, as, peerCertificate } = await open();
    const body = Buffer.from(
      recordedBody('usage-indication')
        .toString()
        .replace('source</Role>', 'judge</Role>')
        .replace('</Message>', '<PricingIndication componentId="7"/></Message>'),
    );
    const { status, body: answered } = await server.respond({
      method: 'POST',
      path: '/osp',
      headers: {},
      body,
      secure: true,
      from: 'x',
      peerCertificate,
    });
    assert.equal(status, 200);
    const { components } = decodeMessage(answered);
    assert.deepEqual(
      components.map((one) => [one.kind, 'status' in one && one.status.code]),
      [
        ['UsageConfirmation', 400],
        ['UsageConfirmation', 201],
        ['Status', 501],
      ],
    );
    assert.equal((await server.calls.listUsage()).length, 1);
    assert.equal(
      (await exchangeOsp(server, as, { kind: 'Status', status: { code: 1, description: '' } }))[0]?.kind,
      'Status',
    );
  });
});

test('every check of a call is refused here, and each has a citation', () => {
  const ids = new Set(Object.values(callChecks).flatMap((list) => list.map(({ id }) => id)));
  const elsewhere = [
    'routing-enabled',
    'cdrs-enabled',
    'caller-known',
    'caller-address',
    'caller-enrolled',
    'own-transaction',
    'route',
  ];
  const tested = new Set([...refusals.map(({ check }) => check.split(',')[0]), ...elsewhere]);
  assert.deepEqual(tested, ids);
  for (const list of Object.values(callChecks))
    for (const { citation } of list) assert.match(citation, /^(WO 01\/47232|Muster protocol decisions), ./);
});
