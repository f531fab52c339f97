import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { methodAndPath, type ScreenKey } from './access.ts';
import { assets } from './assets.ts';
import type { Desk } from './desk.ts';
import { formOf } from './listener.ts';
import type { Pages } from './pages.ts';
import { accountScreens } from './screens/account.ts';
import { approvalScreen } from './screens/approval.ts';
import { approvalScreens } from './screens/approvals.ts';
import { authorityScreens } from './screens/authority.ts';
import { callScreens } from './screens/calls.ts';
import { certificateScreen } from './screens/certificate.ts';
import { certificateScreens } from './screens/certificates.ts';
import { configurationScreens } from './screens/configuration.ts';
import { deviceScreen } from './screens/device.ts';
import { deviceScreens } from './screens/devices.ts';
import { faultScreens } from './screens/faults.ts';
import { groupScreens } from './screens/groups.ts';
import { historyScreens } from './screens/history.ts';
import { journalScreens } from './screens/journal.ts';
import { overviewScreens } from './screens/overview.ts';
import { peopleScreens } from './screens/people.ts';
import { routeScreens } from './screens/routes.ts';
import { registerSignIn, type SignInKey } from './screens/sign-in.ts';
import type { Handler, Outcome, Visit } from './visit.ts';

/** A text of half a million characters, each of them escaped. */
const ofText = { bodyLimit: 6 * 1024 * 1024 };

/** Bounds that differ from those of the listener. */
const bounds: Readonly<Partial<Record<OrdinaryKey, RouteShorthandOptions>>> = {
  'POST /configuration': ofText,
  'POST /configuration/review': ofText,
  // Whoever found a browser with a session in it is not to find the password too.
  'POST /account/password': { config: { rateLimit: { max: 10, timeWindow: 600_000 } } },
};

type OrdinaryKey = Exclude<ScreenKey, SignInKey | keyof typeof assets | 'GET /live'>;

/** Every screen, at its route. The types see to it that none of the table is missing. */
export function registerScreens(app: FastifyInstance, desk: Desk, pages: Pages): void {
  const handlers: Readonly<Record<OrdinaryKey, Handler>> = {
    ...overviewScreens(desk),
    ...approvalScreens(desk),
    ...approvalScreen(desk),
    ...deviceScreens(desk),
    ...deviceScreen(desk),
    ...groupScreens(desk),
    ...certificateScreens(desk),
    ...certificateScreen(desk),
    ...authorityScreens(desk),
    ...routeScreens(desk),
    ...callScreens(desk),
    ...journalScreens(desk),
    ...faultScreens(desk),
    ...configurationScreens(desk),
    ...historyScreens(desk),
    ...peopleScreens(desk),
    ...accountScreens(desk),
  };
  for (const [key, handler] of Object.entries(handlers) as [OrdinaryKey, Handler][]) {
    const { method, path } = methodAndPath(key);
    app.route({
      method,
      url: path,
      ...bounds[key],
      config: { ...bounds[key]?.config, key },
      handler: async (request, reply) => answer(await handler(visitOf(request, reply)), request, reply, pages),
    });
  }
  for (const [key, { type, text }] of Object.entries(assets) as [
    keyof typeof assets,
    { type: string; text: string },
  ][]) {
    const { method, path } = methodAndPath(key);
    app.route({
      method,
      url: path,
      config: { key },
      handler: async (_request, reply) =>
        reply.type(type).header('cache-control', 'private, max-age=31536000, immutable').send(text),
    });
  }
  registerSignIn(app, desk);
}

function visitOf(request: FastifyRequest, reply: FastifyReply): Visit {
  const { who, params, url, body } = request;
  if (who === null) throw new Error('a screen was reached without sign-in');
  const queryAt = url.indexOf('?');
  return {
    who,
    params: params as Record<string, string>,
    query: new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt)),
    form: formOf(body),
    csrf: reply.generateCsrf(),
    sessionId: request.session.sessionId,
  };
}

const attachment = (name: string): string => `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`;

async function answer(outcome: Outcome, request: FastifyRequest, reply: FastifyReply, pages: Pages): Promise<unknown> {
  reply.header('cache-control', 'no-store');
  switch (outcome.kind) {
    case 'page':
      reply.code(outcome.status ?? 200).type('text/html; charset=utf-8');
      return pages.render(request, reply, outcome);
    case 'file':
      return reply.type(outcome.type).header('content-disposition', attachment(outcome.name)).send(outcome.bytes);
    case 'stream':
      return reply
        .type(outcome.type)
        .header('content-disposition', attachment(outcome.name))
        .send(Readable.from(outcome.parts));
    case 'go':
      if (outcome.said) request.session.said = outcome.said;
      if (outcome.shownOnce) request.session.shownOnce = outcome.shownOnce;
      return reply.redirect(outcome.to, 303);
  }
}
