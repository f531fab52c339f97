import { timingSafeEqual } from 'node:crypto';
import { type ErrorCode, MusterError, messageOf } from '#protocol/errors.ts';
import type { HttpAnswer, HttpRequest, Responder } from '#protocol/http.ts';
import type { Engine } from '../enrollment/engine.ts';
import type { Transaction, TransactionState } from '../enrollment/states.ts';

export interface Management {
  readonly engine: Engine;
  readonly token: string;
  /** Reads the configuration file again. @throws MusterError config-invalid */
  readonly reload: () => Promise<void>;
}

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  'not-found': 404,
  'config-invalid': 400,
  'accounts-invalid': 400,
  'settings-invalid': 409,
  'database-unavailable': 503,
};

export const transactionStates: readonly TransactionState[] = ['pending', 'issued', 'rejected'];

/**
 * The management API: JSON over loopback HTTP, `Authorization: Bearer TOKEN`.
 * GET /api/enrollments[?state=pending], POST /api/enrollments/ID/approve, POST /api/enrollments/ID/reject {"reason"},
 * POST /api/reload. Errors are {"error", "message"} with 400, 401, 404, 405 or 409.
 */
export function managementResponder({ engine, token, reload }: Management): Responder {
  const route = async (request: HttpRequest): Promise<HttpAnswer> => {
    const url = URL.parse(request.path, 'http://localhost');
    const [, api, subject, id, verb, ...more] = url?.pathname.split('/') ?? [];
    if (!url || more.length > 0) return failure(404, 'not-found', 'There is no such path.');
    if (api === 'api' && subject === 'enrollments' && id === undefined) {
      if (request.method !== 'GET') return failure(405, 'method', 'GET lists the enrollments', { allow: 'GET' });
      const state = url.searchParams.get('state') ?? undefined;
      const known = transactionStates.find((candidate) => candidate === state);
      if (state !== undefined && !known)
        return failure(400, 'bad-request', `state: expected ${transactionStates.join(', ')}.`);
      return json(200, { enrollments: (await engine.list(known)).map(enrollmentView) });
    }
    if (api === 'api' && subject === 'enrollments' && id && (verb === 'approve' || verb === 'reject')) {
      if (request.method !== 'POST') return failure(405, 'method', `POST ${verb}s`, { allow: 'POST' });
      if (verb === 'approve') return json(200, enrollmentView(await engine.decide(id, { kind: 'approve' })));
      const reason = reasonOf(request);
      if (reason === undefined) return failure(400, 'bad-request', 'The body: expected {"reason": "…"}, or none.');
      return json(200, enrollmentView(await engine.decide(id, { kind: 'reject', reason })));
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
      return failure(statusOf[thrown.code] ?? 500, thrown.code, messageOf(thrown));
    }
  };
}

function authorized(request: HttpRequest, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const seen = Buffer.from(request.headers.authorization ?? '');
  return seen.length === expected.length && timingSafeEqual(seen, expected);
}

/** Undefined when the body is neither empty nor as it should be. */
function reasonOf(request: HttpRequest): string | undefined {
  if (request.body.length === 0) return '';
  try {
    const body: unknown = JSON.parse(Buffer.from(request.body).toString('utf8'));
    if (body === null || typeof body !== 'object' || Array.isArray(body)) return undefined;
    const reason = 'reason' in body ? body.reason : '';
    return typeof reason === 'string' ? reason : undefined;
  } catch {
    return undefined;
  }
}

/** An enrollment as the API shows it: without the PKCS#10 and the certificate. */
export function enrollmentView({ id, device, state, requestedAt, keyFingerprint, from, reason }: Transaction) {
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
