import { Agent, request } from 'undici';
import { MusterError, messageOf } from '#protocol/errors.ts';
import type { AdapterRun } from './adapter.ts';

const mostAnswerBytes = 256 * 1024;

/** The verbs whose whole answer is what the device says of itself. */
const asking: ReadonlySet<string> = new Set(['info', 'status']);

/**
 * An adapter that is reached over HTTP: each verb is a POST to `ADDRESS/VERB` whose body is the environment as JSON. The
 * password of the case is in the body alone, never in a URL, which proxies and servers log.
 */
export class HttpAdapter {
  readonly isLocal = false;
  readonly path: string;
  readonly timeoutSeconds: number;
  readonly #url: URL;

  /** @throws MusterError settings-invalid when the address cannot be one of an adapter */
  constructor(address: string, timeoutSeconds: number) {
    this.path = address;
    this.timeoutSeconds = timeoutSeconds;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
      throw new MusterError(
        'settings-invalid',
        'The adapter: http://HOST:PORT/PATH or https://HOST:PORT/PATH is expected, without user, password, query or fragment.',
      );
    }
    this.#url = url;
  }

  /** Asks for one verb. What is no answer of the contract is an error of the bench. */
  async run(verb: string, environment: Readonly<Record<string, string>>): Promise<AdapterRun> {
    // Its own time alone counts: a person may be asked at the other end.
    const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
    const outOfTime = AbortSignal.timeout(this.timeoutSeconds * 1000);
    try {
      const { statusCode, body } = await request(`${this.#url.href.replace(/\/$/, '')}/${verb}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(environment),
        signal: outOfTime,
        dispatcher: agent,
      });
      const text = await this.#bounded(verb, body);
      if (statusCode !== 200) throw this.#broken(verb, `HTTP 200 is expected, seen ${statusCode}`);
      return asking.has(verb) ? this.#told(verb, text) : this.#ended(verb, text);
    } catch (cause) {
      if (outOfTime.aborted) return { exitCode: undefined, stdout: '', stderr: '' };
      if (cause instanceof MusterError) throw cause;
      throw this.#broken(verb, `no answer: ${messageOf(cause)}`, cause);
    } finally {
      await agent.destroy();
    }
  }

  async #bounded(verb: string, body: AsyncIterable<Buffer>): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) throw this.#broken(verb, `at most ${mostAnswerBytes} bytes are expected, seen more`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** The answer to `info` and `status` is their JSON; an `exit` in it says why there is none. */
  #told(verb: string, text: string): AdapterRun {
    const { exit = 0, reason } = this.#object(verb, text);
    return { exitCode: this.#status(verb, exit), stdout: exit === 0 ? text : String(reason ?? ''), stderr: '' };
  }

  /** The reason becomes the last line, as an executable would have printed it. */
  #ended(verb: string, text: string): AdapterRun {
    const { exit, reason, output } = this.#object(verb, text);
    const lines = [output, reason].filter((line) => typeof line === 'string' && line !== '');
    return { exitCode: this.#status(verb, exit), stdout: lines.join('\n'), stderr: '' };
  }

  #status(verb: string, exit: unknown): number {
    if (typeof exit === 'number' && Number.isInteger(exit) && exit >= 0 && exit <= 255) return exit;
    throw this.#broken(verb, `"exit" is an exit status, 0 to 255; seen ${JSON.stringify(exit) ?? 'none'}`);
  }

  #object(verb: string, text: string): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(text);
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch {
      // Told below, with what was seen.
    }
    throw this.#broken(verb, `a JSON object is expected, seen ${JSON.stringify(text.slice(0, 80))}`);
  }

  #broken(verb: string, what: string, cause?: unknown): MusterError {
    return new MusterError('bench-broken', `The adapter ${this.path}, verb "${verb}": ${what}.`, { cause });
  }
}
