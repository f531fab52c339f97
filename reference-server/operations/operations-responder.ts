import { messageOf } from '#protocol/errors.ts';
import type { HttpAnswer, Responder } from '#protocol/http.ts';
import type { Metrics } from './metrics.ts';

/** Each resolves to what keeps the server from serving, or to undefined. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<string | undefined>>>;

/**
 * For what watches a server, without sign-in: GET /metrics (Prometheus), GET /healthz (the process answers), GET /readyz
 * (200 when it can serve devices, else 503 with the reason for each check). It says nothing of any device.
 */
export function operationsResponder(metrics: Pick<Metrics, 'exposition'>, checks: ReadinessChecks): Responder {
  const pages: Readonly<Record<string, () => Promise<HttpAnswer>>> = {
    '/metrics': async () => {
      const { type, text } = await metrics.exposition();
      return textAnswer(200, text, { 'content-type': type });
    },
    '/healthz': async () => textAnswer(200, 'ok\n'),
    '/readyz': async () => {
      const seen = await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)]));
      const ready = seen.every(([, problem]) => problem === undefined);
      return textAnswer(ready ? 200 : 503, seen.map(([name, problem]) => `${name}: ${problem ?? 'ok'}\n`).join(''));
    },
  };
  return async ({ method, path }) => {
    const [name = ''] = path.split('?', 1);
    const page = Object.hasOwn(pages, name) ? pages[name] : undefined;
    if (!page) return textAnswer(404, `There is: ${Object.keys(pages).join(', ')}\n`);
    if (method !== 'GET' && method !== 'HEAD') return textAnswer(405, 'GET reads it\n', { allow: 'GET, HEAD' });
    return page();
  };
}

async function outcome(check: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await check();
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function textAnswer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  const body = Buffer.from(text);
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(body.length),
      'cache-control': 'no-store',
      ...headers,
    },
    body,
  };
}
