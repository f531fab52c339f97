import { lookup } from 'node:dns/promises';

const refreshSeconds = 30;

/**
 * The addresses of the hosts that a fleet talks to, looked up now and then: a thousand devices on one machine would load its
 * resolver with one name, as devices in the field do not.
 */
export class Addresses {
  readonly #known = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  /** A name that cannot be looked up is left to each connection, and to what it says of it. */
  async lookUp(urls: readonly string[]): Promise<void> {
    const hosts = new Set(urls.map((url) => new URL(url).hostname.replace(/^\[(.*)\]$/, '$1')));
    await Promise.all([...hosts].map((host) => this.#lookUp(host)));
    this.#timer ??= setInterval(() => void this.lookUp(urls), refreshSeconds * 1000).unref();
  }

  of(host: string): string | undefined {
    return this.#known.get(host);
  }

  async #lookUp(host: string): Promise<void> {
    const found = await lookup(host).catch(() => undefined);
    if (found) this.#known.set(host, found.address);
  }
}
