import { type ErrorCode, MusterError } from '#protocol/errors.ts';
import type { Objection } from './guard.ts';

/** Why something was not done: for a page, and as JSON for the API. */
export interface Failure {
  readonly status: number;
  /** For machines; permanent. */
  readonly error: string;
  readonly message: string;
}

const statusOf: Readonly<Partial<Record<ErrorCode, number>>> = {
  'not-found': 404,
  'config-invalid': 400,
  'accounts-invalid': 400,
  'config-conflict': 409,
  'settings-invalid': 409,
};

export const objections: Readonly<Record<Objection, Failure>> = {
  'foreign-host': {
    status: 421,
    error: 'foreign-host',
    message: 'This server is reached as localhost or 127.0.0.1, and by no other name.',
  },
  'foreign-origin': {
    status: 403,
    error: 'foreign-origin',
    message: 'This request was made by a page of another site, and was not carried out.',
  },
  unknown: { status: 401, error: 'unauthorized', message: 'Authorization: Bearer TOKEN is expected.' },
  forbidden: { status: 403, error: 'forbidden', message: 'Your role does not allow this.' },
};

const forged: Failure = {
  status: 403,
  error: 'forged',
  message: 'The page that this came from is too old, or not ours. Open it again, and repeat what you did.',
};

export const notThere = (path: string): Failure => ({
  status: 404,
  error: 'not-found',
  message: `There is no ${path}.`,
});

/** For what a form, a query or a body holds, and should not. */
export function badRequest(message: string): Error {
  return Object.assign(new Error(message), { statusCode: 400 });
}

/** Errors of our own kind say what is wrong; others say nothing, since nobody knows what they would tell. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof MusterError) {
    return { status: statusOf[thrown.code] ?? 500, error: thrown.code, message: thrown.message };
  }
  const { statusCode, code } = Object(thrown) as { statusCode?: unknown; code?: unknown };
  if (code === 'FST_CSRF_MISSING_SECRET' || code === 'FST_CSRF_INVALID_TOKEN') return forged;
  if (statusCode === 413) return { status: 413, error: 'too-large', message: 'The body is too large.' };
  if (statusCode === 429) return { status: 429, error: 'too-many', message: 'Too many requests: come again later.' };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { status: statusCode, error: 'bad-request', message: thrown instanceof Error ? thrown.message : '' };
  }
  return { status: 500, error: 'internal', message: 'An internal error; see the log.' };
}
