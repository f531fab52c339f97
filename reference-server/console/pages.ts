import type { FastifyReply, FastifyRequest } from 'fastify';
import { assetsVersion } from './assets.ts';
import { bannersOf } from './banners.ts';
import type { Desk } from './desk.ts';
import type { Failure } from './failure.ts';
import { documentOf, renderPage, type Theme } from './layout.ts';
import { type Html, html } from './parts/html.ts';
import { type Page, page } from './visit.ts';
import { waitingCount } from './waiting.ts';

export const themeCookie = 'muster_theme';

export function themeOf({ cookies }: FastifyRequest): Theme {
  const { [themeCookie]: word } = cookies;
  return word === 'light' || word === 'dark' ? word : 'system';
}

/** Puts a page into its frame: who is signed in, what the last action said, what waits. */
export class Pages {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  async render(request: FastifyRequest, reply: FastifyReply, content: Page): Promise<string> {
    const { who, session } = request;
    if (who === null) return documentOf(themeOf(request), content.title, assetsVersion, bare(content.body), false);
    const { said, shownOnce } = session;
    delete session.said;
    delete session.shownOnce;
    return renderPage(content, {
      who,
      csrf: reply.generateCsrf(),
      theme: themeOf(request),
      version: assetsVersion,
      pending: await waitingCount(this.#desk.server),
      banners: bannersOf(this.#desk),
      ...(said ? { said } : {}),
      ...(shownOnce ? { shownOnce } : {}),
    });
  }

  async failure(request: FastifyRequest, reply: FastifyReply, { status, message }: Failure): Promise<string> {
    const title = titles[status] ?? 'That did not work';
    const body = html`<header class="head"><h1>${title}</h1></header><p>${message}</p><p><a href="/">To the overview</a></p>`;
    return this.render(request, reply, page(title, '', body));
  }
}

const titles: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  413: 'Too large',
  421: 'Wrong address',
  429: 'Too many requests',
  500: 'Internal error',
};

const bare = (body: Html): Html => html`<body class="bare"><main id="main">${body}</main></body>`;
