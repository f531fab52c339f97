import { timingSafeEqual } from 'node:crypto';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { HttpAnswer, HttpRequest, Responder } from '#protocol/http.ts';
import type { Engine } from '../enrollment/engine.ts';
import type { Transaction, TransactionState } from '../enrollment/states.ts';

export interface Management {
  readonly engine: Engine;
  readonly token: string;
  /** Reads the configuration file again. @throws MusterError config-invalid */
  readonly reload: () => Promise<void>;
}

const states: readonly TransactionState[] = ['pending', 'issued', 'rejected'];

/**
 * The management API: JSON over loopback HTTP, `Authorization: Bearer TOKEN`.
 * GET /api/enrollments[?state=pending], POST /api/enrollments/ID/approve, POST /api/enrollments/ID/reject {"reason"},
 * POST /api/reload. Errors are {"error", "message"} with 400, 401, 404, 405 or 409.
 */
export function managementResponder({ engine, token, reload }: Management): Responder {
  const route = async (request: HttpRequest): Promise<HttpAnswer> => {
    const url = new URL(request.path, 'http://localhost');
    const [, api, subject, id, verb] = url.pathname.split('/');
    if (api === 'api' && subject === 'enrollments' && id === undefined) {
      if (request.method !== 'GET') return failure(405, 'method', 'GET lists the enrollments', { allow: 'GET' });
      return json(200, { enrollments: (await engine.list(stateOf(url))).map(view) });
    }
    if (api === 'api' && subject === 'enrollments' && id && (verb === 'approve' || verb === 'reject')) {
      if (request.method !== 'POST') return failure(405, 'method', `POST ${verb}s`, { allow: 'POST' });
      const decision =
        verb === 'approve' ? ({ kind: 'approve' } as const) : ({ kind: 'reject', reason: reasonOf(request) } as const);
      return json(200, view(await engine.decide(id, decision)));
    }
    if (url.pathname === '/api/reload') {
      if (request.method !== 'POST') return failure(405, 'method', 'POST reloads', { allow: 'POST' });
      await reload();
      return json(200, { reloaded: true });
    }
    return failure(404, 'not-found', `There is no ${url.pathname}.`);
  };

  return async (request) => {
    if (!authorized(request, token)) return failure(401, 'unauthorized', 'Authorization: Bearer TOKEN is expected.');
    try {
      return await route(request);
    } catch (thrown) {
      if (!(thrown instanceof MusterError)) return failure(500, 'internal', 'An internal error; see the log.');
      const status = thrown.code === 'not-found' ? 404 : thrown.code === 'config-invalid' ? 400 : 409;
      return failure(status, thrown.code, messageOf(thrown));
    }
  };
}

function authorized(request: HttpRequest, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const seen = Buffer.from(request.headers.authorization ?? '');
  return seen.length === expected.length && timingSafeEqual(seen, expected);
}

function stateOf(url: URL): TransactionState | undefined {
  const state = url.searchParams.get('state');
  if (state === null) return undefined;
  const known = states.find((candidate) => candidate === state);
  if (!known) throw new MusterError('settings-invalid', `state: ${states.join(', ')} are expected, seen "${state}".`);
  return known;
}

function reasonOf(request: HttpRequest): string {
  try {
    const body: unknown = JSON.parse(Buffer.from(request.body).toString('utf8') || '{}');
    const reason = body !== null && typeof body === 'object' && 'reason' in body ? body.reason : '';
    return typeof reason === 'string' ? reason : '';
  } catch (cause) {
    throw new MusterError('settings-invalid', 'The body is no JSON: {"reason": "…"} is expected.', { cause });
  }
}

function view({ id, device, state, requestedAt, keyFingerprint, from, reason }: Transaction) {
  return {
    id,
    device,
    state,
    requestedAt: new Date(requestedAt).toISOString(),
    fingerprint: keyFingerprint,
    from,
    reason,
  };
}

function failure(status: number, error: string, message: string, headers: Record<string, string> = {}): HttpAnswer {
  return json(status, { error, message }, headers);
}

function json(status: number, value: unknown, headers: Record<string, string> = {}): HttpAnswer {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'cache-control': 'no-store',
      ...headers,
    },
    body,
  };
}
