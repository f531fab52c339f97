import { licenseAsText } from '../../configuration/license.ts';
import { type Fault, faultSeconds, offeredFaults } from '../../fault-board.ts';
import type { ApiKey } from '../access.ts';
import { certificateFilter } from '../certificates.ts';
import type { Desk } from '../desk.ts';
import { devicesDue } from '../devices.ts';
import { badRequest } from '../failure.ts';
import { journalFilter } from '../journal-filter.ts';
import { wholeNumber } from '../number.ts';
import { waitingCount } from '../waiting.ts';
import { beforeParameter, limitParameter, listOf, number, type Operation, object, text, time } from './operation.ts';

type ServerKey = Extract<
  ApiKey,
  'GET /api/overview' | `${string} /api/journal${string}` | `${string} /api/faults${string}`
>;

const fault = object({ id: text, fault: text, 'device?': text, begunBy: text, until: time });
const event = { type: 'object', properties: { event: text }, required: ['event'] };

export function serverOperations({ server, clock }: Desk): Record<ServerKey, Operation> {
  const journal = () => {
    if (!server.journal) throw badRequest('This server keeps no journal.');
    return server.journal;
  };

  return {
    'GET /api/overview': {
      summary: 'What needs somebody, and how much there is.',
      answer: object({ waiting: number, due: number, ending: number, live: number, devices: number, license: text }),
      run: async () => {
        const now = clock.now().getTime();
        const { store } = server;
        return {
          waiting: await waitingCount(server),
          due: (await devicesDue(server, now)).length,
          ending: await store.countCertificates(certificateFilter(server, 'ending', now)),
          live: await store.countCertificates(certificateFilter(server, 'live', now)),
          devices: server.configuration.devices.size,
          license: licenseAsText(server.license),
        };
      },
    },
    'GET /api/journal': {
      summary: 'What happened, the last one first.',
      query: [
        { name: 'device', description: 'Of this device alone.', schema: text },
        { name: 'event', description: 'Of this kind alone.', schema: text },
        { name: 'from', description: 'From this time on.', schema: time },
        { name: 'to', description: 'Until this time.', schema: time },
        beforeParameter,
        limitParameter,
      ],
      answer: object({
        entries: listOf(object({ number, at: time, event, 'by?': text, hash: text, previous: text })),
      }),
      run: async ({ query }) => {
        const limit = wholeNumber(query, 'limit', { most: 1000, instead: 100 });
        const entries = await journal().list({ ...journalFilter(query), limit });
        return { entries: entries.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })) };
      },
    },
    'GET /api/journal/verification': {
      summary: 'Computes every hash of the journal again. broken: the number of the first entry that does not hold.',
      answer: object({ entries: number, 'broken?': number, head: text }),
      run: async () => {
        await journal().flush();
        return journal().verify();
      },
    },
    'GET /api/faults': {
      summary: 'How this server misbehaves on purpose, and what it could.',
      answer: object({ active: listOf(fault), offered: listOf(object({ id: text, explanation: text })) }),
      run: async () => ({
        active: server.faults.list().map(viewOf),
        offered: offeredFaults.map(({ id, explanation }) => ({ id, explanation })),
      }),
    },
    'POST /api/faults': {
      summary: 'Makes this server misbehave, for a device or (absent) for every one, until the time is over.',
      body: object({
        fault: text,
        'device?': text,
        seconds: { type: 'number', minimum: faultSeconds.least, maximum: faultSeconds.most },
      }),
      answer: fault,
      run: async ({ body, who }) => {
        const device = body.device === undefined ? undefined : String(body.device);
        return viewOf(server.faults.begin(String(body.fault), device, Number(body.seconds), who.name));
      },
    },
    'POST /api/faults/:id/end': {
      summary: 'Ends it before its time.',
      answer: object({ ended: { const: true } }),
      run: async ({ params: { id = '' }, who }) => {
        server.faults.end(id, who.name);
        return { ended: true };
      },
    },
  };
}

function viewOf({ id, flaw, device, begunBy, until }: Fault) {
  return {
    id,
    fault: flaw.id,
    ...(device === undefined ? {} : { device }),
    begunBy,
    until: new Date(until).toISOString(),
  };
}
