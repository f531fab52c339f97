import { randomBytes } from 'node:crypto';
import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import session from '@fastify/session';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Sessions } from './sessions.ts';

const requestTimeoutMs = 20_000;
const bodyBytesAtMost = 64 * 1024;

/** What every page may do: load what this server serves, and nothing else. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
};

/** An HTTP listener with everything that a page needs against forgery, and no page yet. */
export async function createListener(sessions: Sessions, cookieName: string): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytesAtMost,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (_error, _request, reply) => {
      void (reply as FastifyReply).code(400).type('text/plain').send('This request cannot be read.\n');
    },
  });
  // No HSTS: the loopback address is reached without TLS.
  await app.register(helmet, {
    contentSecurityPolicy,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(formbody, { parser: (text) => Object.fromEntries([['form', new URLSearchParams(text)]]) });
  await app.register(cookie);
  await app.register(session, {
    secret: randomBytes(32).toString('hex'),
    store: sessions,
    cookieName,
    cookie: { path: '/', httpOnly: true, sameSite: 'strict', secure: false },
    saveUninitialized: false,
    rolling: false,
  });
  await app.register(csrf, {
    sessionPlugin: '@fastify/session',
    getToken: ({ body }) => formOf(body).get('csrf') ?? undefined,
  });
  await app.register(rateLimit, { global: false });
  return app;
}

/** What a form sent; nothing where no form did. */
export function formOf(body: unknown): URLSearchParams {
  const { form } = Object(body) as { form?: unknown };
  return form instanceof URLSearchParams ? form : new URLSearchParams();
}
