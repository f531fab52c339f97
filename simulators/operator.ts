import { type Clock, systemClock } from '#protocol/clock.ts';
import { MusterError, messageOf } from '#protocol/errors.ts';

/** How to reach a clearinghouse's management API. */
export interface OperatorSettings {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly token: string;
  readonly timeoutSeconds?: number;
  readonly clock?: Clock;
}

/** One enrollment as the management API shows it. */
export interface EnrollmentView {
  readonly id: string;
  readonly device: string;
  readonly state: string;
  readonly requestedAt: string;
  /** SHA-256 of the public key that asks. */
  readonly fingerprint: string;
  readonly from: string;
  readonly reason?: string;
}

/** The administrator of a clearinghouse. Every function throws MusterError `bench-broken` when the API does not answer as it should. */
export interface Operator {
  list(state?: string): Promise<readonly EnrollmentView[]>;
  approve(id: string): Promise<void>;
  reject(id: string, reason: string): Promise<void>;
  /** Makes the server read its configuration again. */
  reload(): Promise<void>;
  /** Waits for a pending request of that device (its name, case aside), and approves it. */
  approveNext(device: string, timeoutSeconds?: number): Promise<EnrollmentView>;
}

const lookEverySeconds = 0.1;

export function createOperator(settings: OperatorSettings): Operator {
  const clock = settings.clock ?? systemClock;

  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const answer = await send(settings, method, path, body);
    if (answer.status < 200 || answer.status > 299) {
      throw broken(`${method} ${path}: expected 200, seen ${answer.status}: ${answer.text.slice(0, 500)}`);
    }
    return answer.text === '' ? {} : parseJson(answer.text, path);
  };

  const list = async (state?: string): Promise<readonly EnrollmentView[]> => {
    const path = `/api/enrollments${state === undefined ? '' : `?state=${encodeURIComponent(state)}`}`;
    const { enrollments } = Object(await call('GET', path)) as { enrollments?: unknown };
    if (!Array.isArray(enrollments)) throw broken(`GET ${path}: expected a list named enrollments`);
    return enrollments.map((each) => enrollmentFrom(each, path));
  };

  const approve = async (id: string): Promise<void> => {
    await call('POST', `/api/enrollments/${encodeURIComponent(id)}/approve`);
  };

  return {
    list,
    approve,
    reject: async (id, reason) => {
      await call('POST', `/api/enrollments/${encodeURIComponent(id)}/reject`, { reason });
    },
    reload: async () => {
      await call('POST', '/api/reload');
    },
    approveNext: async (device, timeoutSeconds = 10) => {
      const deadlineMs = clock.now().getTime() + timeoutSeconds * 1000;
      for (;;) {
        const pending = await list('pending');
        const next = pending.find((each) => each.device.toLowerCase() === device.toLowerCase());
        if (next !== undefined) {
          await approve(next.id);
          return next;
        }
        if (clock.now().getTime() >= deadlineMs) {
          throw broken(`no pending request of ${device} within ${timeoutSeconds} s`);
        }
        await clock.sleep(lookEverySeconds);
      }
    },
  };
}

async function send(
  { url, token, timeoutSeconds = 10 }: OperatorSettings,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  try {
    // Loaded where it is used: most cases have no administrator.
    const { request } = await import('undici');
    const answer = await request(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: method === 'POST' ? JSON.stringify(body ?? {}) : null,
      // A connection that is kept would be one of the server before it restarted.
      reset: true,
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  } catch (cause) {
    throw broken(`${method} ${path} at ${url}: ${messageOf(cause)}`, cause);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw broken(`${path}: expected JSON`, cause);
  }
}

function enrollmentFrom(value: unknown, path: string): EnrollmentView {
  const fields = Object(value) as Record<string, unknown>;
  const text = (name: string): string => {
    const field = fields[name];
    if (typeof field === 'string' || typeof field === 'number') return String(field);
    throw broken(`GET ${path}: expected an enrollment with a text ${name}`);
  };
  const reason = fields.reason;
  return {
    id: text('id'),
    device: text('device'),
    state: text('state'),
    requestedAt: text('requestedAt'),
    fingerprint: text('fingerprint'),
    from: text('from'),
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}

function broken(what: string, cause?: unknown): MusterError {
  return new MusterError('bench-broken', `The management API of the server does not work: ${what}.`, { cause });
}
