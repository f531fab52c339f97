import assert from 'node:assert/strict';
import type { FastifyInstance, InjectOptions } from 'fastify';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Where a redirect leads. */
  readonly to: string | undefined;
}

/** For tests: a browser without scripts, which keeps cookies and sends forms as they stand on pages. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #app: FastifyInstance;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  async send(options: InjectOptions): Promise<Reply> {
    const answer = await this.#app.inject({
      ...options,
      headers: { host: '127.0.0.1:5080', ...options.headers },
      cookies: Object.fromEntries(this.cookies),
    });
    for (const { name, value } of answer.cookies) this.cookies.set(name, value);
    const { location } = answer.headers;
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      to: typeof location === 'string' ? location : undefined,
    };
  }

  /** A page as it reads. */
  async read(url: string): Promise<string> {
    const { body } = await this.get(url);
    return body
      .replace(/<!doctype.*?<main[^>]*>/s, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send({ method: 'GET', url, headers });
  }

  /** Sends a form, with the token of the page that it stands on. */
  async post(url: string, form: Readonly<Record<string, string>> | URLSearchParams, page = '/account'): Promise<Reply> {
    const fields = new URLSearchParams(form);
    fields.set('csrf', csrfOf((await this.get(page)).body));
    return this.submit(url, fields);
  }

  submit(url: string, fields: URLSearchParams, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: fields.toString(),
    });
  }

  async signIn(name: string, password: string): Promise<void> {
    const { status, to } = await this.post('/sign-in', { name, password }, '/sign-in');
    assert.deepEqual([status, to], [303, '/'], `${name} signs in`);
  }
}

function csrfOf(body: string): string {
  return /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? '';
}
