import { deviceKey } from '#protocol/config-file/configuration.ts';
import type { CallFilter } from '../../clearinghouse/call-store.ts';
import { explainRoute } from '../../clearinghouse/route-explanation.ts';
import type { ApiKey } from '../access.ts';
import type { Desk } from '../desk.ts';
import { wholeNumber } from '../number.ts';
import {
  beforeParameter,
  flag,
  limitParameter,
  listOf,
  number,
  type Operation,
  object,
  pageParameter,
  text,
  time,
} from './operation.ts';

type CallKey = Extract<
  ApiKey,
  'GET /api/routes' | 'GET /api/routes/test' | 'GET /api/authorizations' | 'GET /api/usage'
>;

const destination = object({ device: text, weight: number });
const deviceParameter = { name: 'device', description: 'Of this device alone.', schema: text };

export function callOperations({ server }: Desk): Record<CallKey, Operation> {
  return {
    'GET /api/routes': {
      summary: 'The routes of the configuration file, in its order.',
      query: [{ name: 'group', description: 'Of this group alone.', schema: text }, limitParameter, pageParameter],
      answer: object({
        total: number,
        routes: listOf(object({ group: text, number: text, line: number, destinations: listOf(destination) })),
      }),
      run: async ({ query }) => {
        const group = query.get('group');
        const limit = wholeNumber(query, 'limit', { most: 1000, instead: 100 });
        const at = wholeNumber(query, 'page', { most: 1e6, instead: 1 });
        const all = server.configuration.routes.filter((route) => group === null || route.group === group);
        return { total: all.length, routes: all.slice((at - 1) * limit, at * limit) };
      },
    },
    'GET /api/routes/test': {
      summary: 'Where a call from a group goes, and why.',
      query: [
        { name: 'group', description: 'The group of the device that calls.', schema: text },
        { name: 'number', description: 'The called number.', schema: text },
      ],
      answer: object({
        'line?': number,
        because: text,
        destinations: listOf(object({ device: text, weight: number, enabled: flag, share: number })),
      }),
      run: async ({ query }) =>
        explainRoute(server.routes, server.configuration.devices, query.get('group') ?? '', query.get('number') ?? ''),
    },
    'GET /api/authorizations': {
      summary: 'Calls that were authorized, the last one first.',
      query: [deviceParameter, beforeParameter, limitParameter],
      answer: object({
        authorizations: listOf(
          object({
            number,
            transactionId: text,
            at: time,
            device: text,
            group: text,
            calledNumber: text,
            'callingNumber?': text,
            destinations: listOf(text),
            from: text,
          }),
        ),
      }),
      run: async ({ query }) => ({
        authorizations: (await server.calls.listAuthorizations(filterOf(query))).map(withTime),
      }),
    },
    'GET /api/usage': {
      summary: 'Call detail records, the last one first.',
      query: [deviceParameter, beforeParameter, limitParameter],
      answer: object({
        usage: listOf(
          object({
            number,
            digest: text,
            at: time,
            device: text,
            role: text,
            transactionId: text,
            callId: text,
            calledNumber: text,
            'callingNumber?': text,
            'destination?': text,
            detail: { type: 'object' },
          }),
        ),
      }),
      run: async ({ query }) => ({ usage: (await server.calls.listUsage(filterOf(query))).map(withTime) }),
    },
  };
}

function filterOf(query: URLSearchParams): CallFilter {
  const device = query.get('device');
  const before = wholeNumber(query, 'before', { most: 1e15, instead: 0 });
  return {
    limit: wholeNumber(query, 'limit', { most: 1000, instead: 100 }),
    ...(device === null ? {} : { device: deviceKey(device) }),
    ...(before > 0 ? { before } : {}),
  };
}

function withTime<T extends { readonly at: number }>(record: T) {
  return { ...record, at: new Date(record.at).toISOString() };
}
