import type { HttpAnswer, HttpRequest } from '#protocol/http.ts';
import { decodePairs } from '#protocol/wire.ts';
import type { ObservedListener, TlsContact } from '#simulators/hostile/observed-listener.ts';
import type { Identity } from '../case/identity.ts';

/** One message that reached the bench, and what was answered; undefined while there is none, or when it was cut off. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly operation: string;
  /** Of performance.now(): when the request was there, and when it was answered. */
  readonly at: number;
  answer?: HttpAnswer;
  answeredAt?: number;
}

/** A mark in what the bench has seen, so that a case can ask what came after it. */
export interface Mark {
  readonly exchanges: number;
  readonly contacts: number;
}

/** How long a device that has ended its verb may keep a connection open before it counts as open. */
const longestGoodbyeSeconds = 1;

/** What reached the bench of a device: messages, and the connections that carried them. */
export class DeviceExchanges {
  readonly all: Exchange[] = [];
  readonly #listener: Pick<ObservedListener, 'contacts' | 'settled'>;
  readonly #identity: Identity;

  constructor(listener: Pick<ObservedListener, 'contacts' | 'settled'>, identity: Identity) {
    this.#listener = listener;
    this.#identity = identity;
  }

  begin(request: HttpRequest): Exchange {
    const exchange: Exchange = { request, operation: operationOf(request), at: performance.now() };
    this.all.push(exchange);
    return exchange;
  }

  mark(): Mark {
    return { exchanges: this.all.length, contacts: this.#listener.contacts.length };
  }

  since(mark: Mark): readonly Exchange[] {
    return this.all.slice(mark.exchanges);
  }

  /** How long the device rested between an answer and its next message: until it connected again, or sent it. */
  restMs({ answeredAt = 0 }: Exchange, next: Exchange): number {
    const connection = this.#listener.contacts.find(({ id }) => id.startsWith(`${next.request.from}/`));
    const began = connection && connection.openedAt > answeredAt ? connection.openedAt : next.at;
    return began - answeredAt;
  }

  /** The TLS connections since the mark, once they are over. */
  async contactsSince(mark: Mark): Promise<readonly TlsContact[]> {
    const contacts = this.#listener.contacts.slice(mark.contacts);
    await this.#listener.settled(contacts, longestGoodbyeSeconds);
    return contacts;
  }

  /** The nonce of the last getcacert answer since the mark. */
  challengeSince(mark: Mark): string | undefined {
    const answers = this.since(mark).filter(({ operation, answer }) => operation === 'getcacert' && answer);
    const pairs = decodePairs(answers.at(-1)?.answer?.body ?? new Uint8Array());
    const nonce = pairs.find(({ name }) => name === 'nonce');
    return nonce && Buffer.from(nonce.value).toString('latin1');
  }

  /** Names of the secrets of this device that stand in what came since the mark, in all of it or in a part. */
  canariesSince(mark: Mark, isMeant: (request: HttpRequest) => boolean = () => true): string[] {
    const { password, username } = this.#identity;
    const bodies = this.since(mark)
      .filter(({ request }) => isMeant(request))
      .map(({ request }) => Buffer.from(request.body).toString('latin1').replace(/%2D/gi, '-'));
    const canaries: [string, string][] = [
      ['password', password],
      ['user name', username],
      ['PKCS#10', 'request=M'],
    ];
    return canaries.filter(([, secret]) => bodies.some((body) => body.includes(secret))).map(([name]) => name);
  }
}

function operationOf({ body }: HttpRequest): string {
  if (body[0] === 0x3c) return 'call';
  return /(?:^|&)operation=([^&]*)/.exec(Buffer.from(body).toString('latin1'))?.[1] ?? '';
}
