import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Desk } from './desk.ts';
import { type Failure, failureOf, notThere, objections } from './failure.ts';
import { Guard, isApi } from './guard.ts';
import type { Pages } from './pages.ts';

/** What stands before every route: who asks, whether they may, and whether it was they who asked. Failures end here. */
export function openGate(app: FastifyInstance, desk: Desk, pages: Pages): void {
  const guard = new Guard(desk.people, desk.tokens, desk.server.token);
  app.decorateRequest('who', null);

  const fail = async (request: FastifyRequest, reply: FastifyReply, failure: Failure): Promise<FastifyReply> => {
    reply.code(failure.status).header('cache-control', 'no-store');
    if (isApi(request)) return sendJson(reply, { error: failure.error, message: failure.message });
    return reply.type('text/html; charset=utf-8').send(await pages.failure(request, reply, failure));
  };

  app.addHook('onRequest', async (request, reply) => {
    const objection = await guard.judge(request);
    if (objection === undefined) {
      const byItself = request.headers['x-live'] !== undefined || request.routeOptions.config.key === 'GET /live';
      if (request.who && !byItself) desk.sessions.touch(request.session.sessionId);
      return;
    }
    if (objection === 'unknown' && !isApi(request)) {
      const next = request.method === 'GET' ? request.url : '/';
      return reply.redirect(`/sign-in${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`, 303);
    }
    return fail(request, reply, objections[objection]);
  });

  app.addHook('preHandler', (request, reply, done) => {
    if (request.method !== 'POST' || isApi(request)) done();
    else app.csrfProtection(request, reply, done);
  });

  app.setNotFoundHandler((request, reply) => fail(request, reply, notThere(pathOf(request))));

  app.setErrorHandler((thrown, request, reply) => {
    const failure = failureOf(thrown);
    if (failure.status === 500) desk.server.audit({ event: 'internal-error', detail: `console: ${String(thrown)}` });
    return fail(request, reply, failure);
  });
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}

/** As the management API always wrote it: a line break at the end, never kept. */
export function sendJson(reply: FastifyReply, value: unknown): FastifyReply {
  return reply
    .header('content-type', 'application/json')
    .header('cache-control', 'no-store')
    .send(Buffer.from(`${JSON.stringify(value)}\n`));
}
