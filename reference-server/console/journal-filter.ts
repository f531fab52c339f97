import { deviceKey } from '#protocol/config-file/configuration.ts';
import type { JournalFilter } from '../journal/journal.ts';
import { badRequest } from './failure.ts';
import { wholeNumber } from './number.ts';

/** `2026-11-28T03:26`, as a form sends it, or with seconds and a zone; without one it is UTC. @throws a bad request */
function timeFrom(query: URLSearchParams, name: string): number | undefined {
  const word = query.get(name);
  if (word === null || word === '') return undefined;
  const at = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(word) ? word : `${word}Z`);
  if (Number.isNaN(at)) throw badRequest(`${name}: a time as 2026-11-28T03:26 is expected.`);
  return at;
}

/** What a query asks of the journal. @throws a bad request */
export function journalFilter(query: URLSearchParams): JournalFilter {
  const [device, event] = [query.get('device') ?? '', query.get('event') ?? ''];
  const [from, to] = [timeFrom(query, 'from'), timeFrom(query, 'to')];
  const before = wholeNumber(query, 'before', { most: 1e15, instead: 0 });
  return {
    ...(device === '' ? {} : { device: deviceKey(device) }),
    ...(event === '' ? {} : { event }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(before > 0 ? { before } : {}),
  };
}
