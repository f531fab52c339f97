import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assetsVersion } from '../assets.ts';
import type { Desk } from '../desk.ts';
import { signInPage } from '../layout.ts';
import { formOf } from '../listener.ts';
import { themeCookie, themeOf } from '../pages.ts';
import { SignInDesk } from '../sign-in.ts';

export type SignInKey = 'GET /sign-in' | 'POST /sign-in' | 'POST /sign-out' | 'POST /theme';

/** Where to go after the sign-in: a path of this server. `//host` and `/\host` would be another's. */
function nextOf(word: string | null): string {
  return word !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(word) && !word.startsWith('/sign-') ? word : '/';
}

/** Beyond this many a minute from one address, passwords are not even counted. */
const attemptsPerMinute = 60;

/** The one door without sign-in, and the way out. */
export function registerSignIn(app: FastifyInstance, { people, clock, server: { audit } }: Desk): void {
  const counter = new SignInDesk(people, clock);

  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    { next, ...more }: { next: string; problem?: string; name?: string },
  ): FastifyReply => {
    const csrf = reply.generateCsrf();
    return reply
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(signInPage({ csrf, theme: themeOf(request), version: assetsVersion, next, ...more }));
  };

  app.get('/sign-in', { config: { key: 'GET /sign-in' } }, async (request, reply) => {
    const { next } = request.query as { next?: unknown };
    if (request.who) return reply.redirect('/', 303);
    return show(request, reply, { next: nextOf(typeof next === 'string' ? next : null) });
  });

  const rateLimit = { max: attemptsPerMinute, timeWindow: 60_000 };
  app.post('/sign-in', { config: { key: 'POST /sign-in', rateLimit } }, async (request, reply) => {
    const form = formOf(request.body);
    const name = (form.get('name') ?? '').trim().toLowerCase();
    const verdict = await counter.signIn(name, form.get('password') ?? '', request.ip);
    const next = nextOf(form.get('next'));
    if (verdict.kind === 'welcome') {
      // Another id: one that somebody else planted before is worth nothing.
      await request.session.regenerate();
      request.session.person = verdict.person.name;
      audit({ event: 'signed-in', from: fromOf(request) }, verdict.person.name);
      return reply.redirect(next, 303);
    }
    audit({
      event: 'sign-in-refused',
      from: fromOf(request),
      detail: verdict.kind === 'wrong' ? 'wrong name or password' : 'too many wrong passwords',
    });
    if (verdict.kind === 'wrong') {
      reply.code(401);
      return show(request, reply, { next, name, problem: 'The name or the password is wrong.' });
    }
    reply.code(429).header('retry-after', verdict.seconds);
    const problem = `Too many wrong passwords. Come again in ${verdict.seconds} seconds.`;
    return show(request, reply, { next, name, problem });
  });

  app.post('/sign-out', { config: { key: 'POST /sign-out' } }, async (request, reply) => {
    audit({ event: 'signed-out' }, request.who?.name);
    await request.session.destroy();
    return reply.redirect('/sign-in', 303);
  });

  app.post('/theme', { config: { key: 'POST /theme' } }, async (request, reply) => {
    const theme = formOf(request.body).get('theme') ?? '';
    reply.setCookie(themeCookie, theme === 'light' || theme === 'dark' ? theme : 'system', {
      path: '/',
      sameSite: 'strict',
      httpOnly: true,
      maxAge: 365 * 24 * 3600,
    });
    return reply.redirect(backOf(request), 303);
  });
}

/** The page that the form stood on, when it was one of ours. */
function backOf({ headers: { referer, host } }: FastifyRequest): string {
  const url = referer === undefined ? null : URL.parse(referer);
  return url !== null && url.host === host ? nextOf(`${url.pathname}${url.search}`) : '/';
}

const fromOf = ({ ip, socket }: FastifyRequest): string => `${ip}:${socket.remotePort ?? 0}`;
