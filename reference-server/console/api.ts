import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ApiKey, methodAndPath } from './access.ts';
import { callOperations } from './api/calls.ts';
import { certificateOperations } from './api/certificates.ts';
import { configurationOperations } from './api/configuration.ts';
import { deviceOperations } from './api/devices.ts';
import { enrollmentOperations } from './api/enrollments.ts';
import { describeApi } from './api/openapi.ts';
import type { Call, Operation, Schema } from './api/operation.ts';
import { peopleOperations } from './api/people.ts';
import { serverOperations } from './api/server.ts';
import type { Desk } from './desk.ts';
import { sendJson } from './gate.ts';

/** A configuration of a hundred thousand devices and as many routes. */
const configurationBytesAtMost = 32 * 1024 * 1024;

/** The API: what the screens do, for programs. Every operation describes itself, and the description is served too. */
export async function registerApi(app: FastifyInstance, desk: Desk): Promise<void> {
  const operations: Readonly<Record<Exclude<ApiKey, 'GET /api/openapi.json'>, Operation>> = {
    ...enrollmentOperations(desk),
    ...serverOperations(desk),
    ...deviceOperations(desk),
    ...certificateOperations(desk),
    ...configurationOperations(desk),
    ...callOperations(desk),
    ...peopleOperations(desk),
  };
  const description = describeApi(operations);

  await app.register(async (api) => {
    api.removeAllContentTypeParsers();
    // Whatever type a program says, or none: the body is JSON.
    api.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, body === '' ? undefined : JSON.parse(String(body)));
      } catch {
        done(Object.assign(new Error('The body: JSON is expected.'), { statusCode: 400 }));
      }
    });
    api.addHook('preValidation', async (request) => {
      request.body ??= request.body === undefined ? {} : null;
    });
    const allowed = new Map<string, string[]>();
    const add = (key: ApiKey, run: (request: FastifyRequest) => Promise<unknown>, body?: Schema): void => {
      const { method, path } = methodAndPath(key);
      allowed.set(path, [...(allowed.get(path) ?? []), method]);
      api.route({
        method,
        url: path,
        config: { key },
        ...(body ? { schema: { body } } : {}),
        ...(path.startsWith('/api/configuration') ? { bodyLimit: configurationBytesAtMost } : {}),
        handler: async (request, reply) => sendJson(reply, await run(request)),
      });
    };
    add('GET /api/openapi.json', async () => description);
    for (const [key, operation] of Object.entries(operations) as [ApiKey, Operation][]) {
      add(key, (request) => operation.run(callOf(request)), operation.body);
    }
    for (const [path, methods] of allowed) {
      api.route({
        method: (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter((method) => !methods.includes(method)),
        url: path,
        handler: async (_request, reply) =>
          sendJson(reply.code(405).header('allow', methods.join(', ')), {
            error: 'method',
            message: `${methods.join(' or ')} is expected.`,
          }),
      });
    }
  });
}

function callOf({ who, params, url, body }: FastifyRequest): Call {
  if (who === null) throw new Error('an operation was reached without a token');
  const queryAt = url.indexOf('?');
  return {
    who,
    params: params as Record<string, string>,
    query: new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt)),
    body: Object(body) as Record<string, unknown>,
  };
}
