import { randomBytes } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { close, createHttpServer, listen } from '#protocol/http-server.ts';
import { askPerson } from './prompt.ts';

/** Shows a text and waits for a line, until the signal says that nobody wants it any more. */
export type AskUntil = (text: string, signal: AbortSignal) => Promise<string | undefined>;

export interface PromptDesk {
  /** The address of an HTTP adapter that a person stands behind. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Cases run in processes without a terminal. The process that has one serves them as an HTTP adapter, on the loopback
 * address alone and under a path that only this run knows, and passes each verb to the person who sits there.
 */
export async function openPromptDesk(ask: AskUntil, signal: AbortSignal): Promise<PromptDesk> {
  const secret = randomBytes(16).toString('hex');
  let asking = new AbortController();
  const respond = async ({ method, path, body }: HttpRequest): Promise<HttpAnswer> => {
    const verb = new RegExp(`^/${secret}/(\\w+)$`).exec(path)?.[1];
    if (method !== 'POST' || !verb) return answerOf(404, {});
    // Whoever asked before has given up.
    asking.abort();
    asking = new AbortController();
    const until = AbortSignal.any([asking.signal, signal]);
    const environment = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, string>;
    return answerOf(200, await askPerson(verb, environment, (text) => ask(text, until)));
  };
  const server = createHttpServer(respond);
  const port = await listen(server, 0, '127.0.0.1');
  return {
    address: `http://127.0.0.1:${port}/${secret}`,
    close: async () => {
      asking.abort();
      await close(server);
    },
  };
}

function answerOf(status: number, value: object): HttpAnswer {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  return {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
    body,
  };
}
