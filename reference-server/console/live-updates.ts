import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Desk } from './desk.ts';
import { waitingCount } from './waiting.ts';

const lookEveryMs = 2000;
const quietAtMostMs = 15_000;
const togetherMs = 100;
const streamsOfSession = 16;

/**
 * Tells open pages that something changed, by server-sent events: at once what happened in this process, and by looking what
 * happened in others on the same database. A stream ends with its session, and does not keep it alive.
 */
export class LiveUpdates {
  readonly #desk: Desk;
  readonly #streams = new Map<string, Set<ServerResponse>>();
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #seen = '';
  #saidAt = 0;

  constructor(app: FastifyInstance, desk: Desk) {
    this.#desk = desk;
    desk.sessions.onEnd((id) => this.#end(id));
    app.addHook('preClose', async () => {
      for (const id of [...this.#streams.keys()]) this.#end(id);
    });
    app.get('/live', { config: { key: 'GET /live' } }, async (request, reply) => {
      const id = request.session.sessionId;
      const streams = this.#streams.get(id) ?? new Set();
      if (streams.size >= streamsOfSession) return reply.code(429).send();
      reply.hijack();
      const stream = reply.raw;
      stream.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
      });
      stream.write(`retry: 3000\n\n${await this.#news()}`);
      this.#streams.set(id, streams.add(stream));
      stream.once('close', () => this.#forget(id, stream));
      this.#timer ??= setInterval(() => void this.#look().catch(() => {}), lookEveryMs).unref();
      return reply;
    });
  }

  /** Something happened: pages hear of it, of several things at once. */
  changed(): void {
    if (this.#streams.size === 0) return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      void this.#tell().catch(() => {});
    }, togetherMs).unref();
  }

  async #look(): Promise<void> {
    for (const id of [...this.#streams.keys()]) this.#desk.sessions.isLive(id);
    const seen = JSON.stringify(await this.#desk.server.store.count());
    if (seen !== this.#seen) await this.#tell();
    else if (Date.now() - this.#saidAt > quietAtMostMs) this.#send(': still here\n\n');
    this.#seen = seen;
  }

  async #tell(): Promise<void> {
    this.#send(await this.#news());
  }

  async #news(): Promise<string> {
    return `event: news\ndata: ${JSON.stringify({ pending: await waitingCount(this.#desk.server) })}\n\n`;
  }

  #send(text: string): void {
    this.#saidAt = Date.now();
    for (const streams of this.#streams.values()) for (const stream of streams) stream.write(text);
  }

  #end(id: string): void {
    for (const stream of this.#streams.get(id) ?? []) stream.end('event: over\ndata:\n\n');
    this.#streams.delete(id);
    this.#rest();
  }

  #forget(id: string, stream: ServerResponse): void {
    const streams = this.#streams.get(id);
    streams?.delete(stream);
    if (streams?.size === 0) this.#streams.delete(id);
    this.#rest();
  }

  #rest(): void {
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
