import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { parseCertificate } from '#protocol/pki/certificate.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { createSampleServer, enrollmentOf, fleet, fleetAccounts, fleetConfiguration } from '../sample-server.ts';
import type { ReferenceServer, ServerParts } from '../server.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { MemoryPlace } from './memory-place.ts';

const key = await generateKeyPair('p256');
const marked = fleetConfiguration.replace('GW1.example.com north enabled', 'GW1.example.com north enabled enrolled');

async function open(text: string, parts: ServerParts = {}, approval: 'auto' | 'manual' = 'auto') {
  const place = new MemoryPlace({ text, fileName: 'fleet.conf', accounts: await fleetAccounts() });
  const { server, clock, events } = await createSampleServer({ approval }, { place, ...parts });
  const written = async (): Promise<string> => {
    await server.configurationKeeper.close();
    return (await place.read()).text;
  };
  return { server, clock, events, place, written };
}

async function enroll(server: ReferenceServer, message?: EnrollmentMessage) {
  const sent = message ?? (await enrollmentOf(fleet.gateway, { key }));
  return { message: sent, answer: await server.engine.answer(sent, 'here') };
}

const retrieveOf = (message: EnrollmentMessage): EnrollmentMessage => ({ ...message, operation: 'retrieve' });

test('a device that was told that it is enrolled is marked in the file; one that waits, or was refused, is not', async () => {
  const { server, written } = await open(fleetConfiguration);
  await server.engine.answer(await enrollmentOf(fleet.disabled), 'here');
  assert.equal(await written(), fleetConfiguration);
  await enroll(server);
  assert.equal(await written(), marked);

  const manual = await open(fleetConfiguration, {}, 'manual');
  const { message } = await enroll(manual.server);
  const [waiting] = await manual.server.engine.list('pending');
  await manual.server.engine.decide(waiting?.id ?? '', { kind: 'approve' });
  assert.equal(await manual.written(), fleetConfiguration, 'approved, and not told yet');
  await enroll(manual.server, retrieveOf(message));
  assert.equal(await manual.written(), marked);
});

test('a server that ended between its answer and the mark makes good for it at the next start', async () => {
  const store = new MemoryStore();
  const first = await open(fleetConfiguration, { store });
  await enroll(first.server);
  const { authority } = first.server;
  const again = await open(fleetConfiguration, { store, authority });
  assert.equal(await again.written(), marked);
});

test('a mark that somebody takes out comes back, for the certificate counts; one that the store cannot know of stays', async () => {
  const sibling = (text: string) =>
    text.replace('gw2.example.com north enabled', 'gw2.example.com north enabled enrolled');
  const { server, place, written } = await open(sibling(fleetConfiguration));
  await enroll(server);
  assert.equal(await written(), sibling(marked));
  place.put(fleetConfiguration);
  await server.reload();
  await server.marks.mended;
  assert.equal(await written(), marked, 'of gw2 nothing is known but what the file says');
});

test('after a revocation the mark goes when no certificate is left that counts', async () => {
  const store = new MemoryStore();
  const { server, written } = await open(fleetConfiguration, { store });
  const serials: string[] = [];
  for (const wishes of [{ key }, {}]) {
    const { answer } = await enroll(server, await enrollmentOf(fleet.gateway, wishes));
    serials.push(answer.kind === 'issued' ? parseCertificate(answer.certificate).serialNumber : assert.fail());
  }
  for (const [serial, expected] of [
    [serials[0], marked],
    [serials[1], fleetConfiguration],
  ] as const) {
    await store.revokeCertificate(serial ?? '', 'lost', 1);
    await server.marks.mend('GW1.example.com');
    assert.equal(await written(), expected);
  }
});

test('with another CA, also one that came while no server ran, nobody is enrolled', async () => {
  const store = new MemoryStore();
  const { server, written, events } = await open(fleetConfiguration, { store });
  await enroll(server);
  await server.configurationKeeper.rotateCrypto('ann');
  assert.equal(await written(), fleetConfiguration, 'a mark that waited to be written is forgotten');
  assert.deepEqual(
    events.slice(-2).map(({ event, detail }) => [event, detail]),
    [
      ['authority-changed', '1 enrolled devices must re-enroll'],
      ['configuration-changed', 'new cryptographic parameters'],
    ],
  );
  await enroll(server, await enrollmentOf(fleet.gateway));
  assert.equal(await written(), marked);
  const later = await open(marked, { store });
  assert.equal(await later.written(), fleetConfiguration);
});

test('at a change of the CA, getcacert and what is issued change at one moment, for what is pending too', async () => {
  const { server } = await open(fleetConfiguration, {}, 'manual');
  const { message } = await enroll(server);
  await server.configurationKeeper.rotateCrypto('ann');
  const cacert = await server.engine.answer({ operation: 'getcacert' }, 'here');
  const [waiting] = await server.engine.list('pending');
  await server.engine.decide(waiting?.id ?? '', { kind: 'approve' });
  const { answer } = await enroll(server, retrieveOf(message));
  assert.ok(cacert.kind === 'cacert' && answer.kind === 'issued');
  assert.ok(new X509Certificate(answer.certificate).checkIssued(new X509Certificate(cacert.certificate)));
  assert.deepEqual(cacert.certificate, server.authority.certificate.der);
});

test('a server that has not heard of the new CA of its store issues nothing, and goes on when it has', async () => {
  const store = new MemoryStore();
  const slow = await open(fleetConfiguration, { store });
  const swift = await open(fleetConfiguration, { store, authority: slow.server.authority });
  await enroll(slow.server);
  await swift.server.configurationKeeper.rotateCrypto('ann');
  await assert.rejects(enroll(slow.server, await enrollmentOf(fleet.gateway)), /another CA in force/);
  const { answer } = await enroll(swift.server, await enrollmentOf(fleet.gateway));
  assert.equal(answer.kind, 'issued');
});
