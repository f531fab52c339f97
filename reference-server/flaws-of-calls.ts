import { randomUUID } from 'node:crypto';
import type { Destination } from '#protocol/osp/authorization.ts';
import type { Component, OspMessage } from '#protocol/osp/message.ts';
import { xmlLimits } from '#protocol/osp/xml-reader.ts';
import { type Flaw, flaw } from './flaw.ts';

const eachComponent = (change: (component: Component) => Component) => (answer: OspMessage) => ({
  ...answer,
  components: answer.components.map(change),
});

const anywhere: Destination = {
  callId: Buffer.from('any'),
  calledNumber: '1',
  signalAddress: '[192.0.2.1]',
  token: Buffer.from('any'),
  validAfter: new Date(0),
  validUntil: new Date('2100-01-01'),
  amount: 60,
};

/** What a careless reader of XML does with the entities that a document defines; up to a bound, for the bench’s own sake. */
function withEntities(body: Uint8Array): Uint8Array {
  let text = Buffer.from(body).toString();
  const entities = [...text.matchAll(/<!ENTITY (\w+) "([^"]*)">/g)];
  text = text.replace(/<!DOCTYPE[^[>]*(\[.*?\])?\s*>/s, '');
  for (const [, name, value = ''] of entities.reverse()) {
    if (text.length < 10_000_000) text = text.replaceAll(`&${name};`, value);
  }
  return Buffer.from(text);
}

/** Servers that are wrong in what follows enrollment. */
export const callFlaws: readonly Flaw[] = [
  flaw('routes-while-disabled', 'Says where calls may go although routing is disabled.', {
    omits: ['routing-enabled'],
  }),
  flaw('calls-without-certificate', 'Believes the numbers in a message over TLS, and asks for no certificate.', {
    omits: ['certificate-shown'],
  }),
  flaw('any-client-certificate', 'Goes by the name in a certificate, whoever signed it.', {
    omits: ['certificate-ours'],
  }),
  flaw('expired-client-certificate', 'Takes calls with a certificate that has ended.', {
    omits: ['certificate-alive'],
  }),
  flaw('revoked-client-certificate', 'Takes calls with a certificate that was revoked.', {
    omits: ['certificate-revoked'],
  }),
  flaw('calls-of-strangers', 'Takes calls in cleartext from whoever they come.', {
    omits: ['caller-known', 'caller-defined', 'caller-enrolled'],
  }),
  flaw('calls-from-anywhere', 'Does not ask whether a device that is known by its address calls from there.', {
    omits: ['caller-address'],
  }),
  flaw('calls-of-undefined', 'Takes calls of a device that was taken out of its configuration.', {
    omits: ['caller-defined'],
  }),
  flaw('calls-of-disabled', 'Takes calls of a device that is disabled.', { omits: ['caller-enabled'] }),
  flaw('calls-of-unenrolled', 'Takes calls of a device that never enrolled.', { omits: ['caller-enrolled'] }),
  flaw('calls-to-nowhere', 'Grants a call that no route takes.', { omits: ['route'] }),
  flaw('calls-to-disabled', 'Sends calls to devices that are disabled.', { routing: { callsDisabled: true } }),
  flaw('routes-of-any-group', 'Looks for a route among those of every group.', { routing: { oneGroup: true } }),
  flaw('shortest-prefix', 'Takes the shortest prefix that matches.', { routing: { shortestPrefixWins: true } }),
  flaw('blanks-count', 'Compares called numbers with their blanks.', {
    routing: { keyOf: (number) => number.replace(/^\+/, '') },
  }),
  flaw('weights-ignored', 'Draws each destination equally often.', {
    routing: { weightOf: (weight) => Math.sign(weight) },
  }),
  flaw('file-order', 'Names destinations in the order of its file.', { routing: { inFileOrder: true } }),
  flaw('zero-like-others', 'Takes a destination of weight 0 for one of weight 1.', {
    routing: { weightOf: (weight) => weight || 1 },
  }),
  flaw('other-message', 'Answers under a messageId of its own.', {
    answersOsp: (answer) => ({ ...answer, messageId: '1' }),
  }),
  flaw('first-component-only', 'Answers the first component of a message.', {
    answersOsp: ({ components, ...answer }) => ({ ...answer, components: components.slice(0, 1) }),
  }),
  flaw('own-call-identifiers', 'Gives destinations call identifiers of its own.', {
    answersOsp: eachComponent((component) =>
      component.kind === 'AuthorizationResponse'
        ? {
            ...component,
            destinations: component.destinations.map((one) => ({ ...one, callId: Buffer.from(randomUUID()) })),
          }
        : component,
    ),
  }),
  flaw('refuses-with-destinations', 'Names a destination although it refuses the call.', {
    answersOsp: eachComponent((component) =>
      component.kind === 'AuthorizationResponse' && component.status.code !== 200
        ? { ...component, destinations: [anywhere] }
        : component,
    ),
  }),
  flaw('cdrs-while-disabled', 'Takes usage although the collection of call detail records is disabled.', {
    omits: ['cdrs-enabled'],
  }),
  flaw('any-transaction', 'Takes usage of a transaction that is another device’s.', { omits: ['own-transaction'] }),
  flaw('confirms-with-200', 'Confirms usage with status 200.', {
    answersOsp: eachComponent((component) =>
      component.kind === 'UsageConfirmation' ? { ...component, status: { code: 200, description: '' } } : component,
    ),
  }),
  flaw('counts-repeats', 'Counts usage as often as it is reported.', { usageDigest: () => randomUUID() }),
  flaw('expands-entities', 'Reads a DOCTYPE, and expands the entities in it.', { readsOsp: withEntities }),
  flaw('any-depth', 'Reads XML of any depth.', {
    xmlLimits: { ...xmlLimits, depth: Number.POSITIVE_INFINITY, elements: Number.POSITIVE_INFINITY },
  }),
  flaw('crashes-on-xml', 'Answers HTTP 500 to XML that it cannot read.', { crashesOn: 'osp' }),
];
