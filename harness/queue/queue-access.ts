import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  Queue,
  Worker,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { MusterError, messageOf } from '#protocol/errors.ts';
import { told } from '#reference-server/store/postgres-errors.ts';
import type { QueueAddress } from './queue-address.ts';
import { lookForLostMs, lossesAtMost, queueName, type ShardJob, type ShardReturn } from './shard-job.ts';

export type ShardQueue = Queue<ShardJob, ShardReturn, string, ShardJob, ShardReturn, string, IQueueBackend>;
export type ShardWorkerAtQueue = Worker<ShardJob, ShardReturn, string, IQueueBackend>;
export type ShardProcessor = ConstructorParameters<typeof Worker<ShardJob, ShardReturn>>[1];

const patienceMs = 10_000;

/** A queue that can be reached. Errors that come later are given to `onError`. */
export class QueueAccess {
  readonly place: string;
  readonly #address: QueueAddress;
  readonly #onError: (message: string) => void;

  private constructor(address: QueueAddress, onError: (message: string) => void) {
    this.place = address.place;
    this.#address = address;
    this.#onError = onError;
  }

  /** Connects once, to see that it can be had. @throws MusterError bench-broken, database-unavailable, settings-invalid */
  static async open(address: QueueAddress, onError: (message: string) => void): Promise<QueueAccess> {
    const access = new QueueAccess(address, onError);
    await (address.kind === 'redis' ? reachRedis(address) : reachPostgres(address));
    return access;
  }

  /** Makes the tables in PostgreSQL, where they are not yet. @throws MusterError as `open` does */
  async queue(): Promise<ShardQueue> {
    const { connection, backend } = this.#parts();
    const queue: ShardQueue = new Queue(queueName, { connection }, backend);
    queue.on('error', (error) => this.#onError(`${this.place}: ${messageOf(error)}`));
    try {
      await queue.waitUntilReady();
    } catch (thrown) {
      await queue.close().catch(() => {});
      throw told(thrown, this.place, 'it is no queue');
    }
    return queue;
  }

  /** `lostAfterMs`: for how long a worker may say nothing before its shard is given to another. */
  worker(processor: ShardProcessor, name: string, lostAfterMs: number): ShardWorkerAtQueue {
    const { connection, backend } = this.#parts();
    const options = {
      connection,
      name,
      concurrency: 1,
      autorun: false,
      lockDuration: lostAfterMs,
      lockRenewTime: lostAfterMs / 3,
      stalledInterval: lookForLostMs,
      maxStalledCount: lossesAtMost,
      runRetryDelay: 1000,
      drainDelay: 1,
    };
    const worker: ShardWorkerAtQueue = new Worker(queueName, processor, options, backend);
    worker.on('error', (error) => this.#onError(`${this.place}: ${messageOf(error)}`));
    return worker;
  }

  #parts() {
    const { kind, url } = this.#address;
    return kind === 'redis'
      ? {
          connection: { url, ...redisPassword(), maxRetriesPerRequest: null },
          backend: createRedisBackend as BackendFactory,
        }
      : {
          connection: { connectionString: url, schema: 'muster_queue', migrate: true, max: 4, keepAlive: true },
          backend: createPostgresBackend as unknown as BackendFactory,
        };
  }
}

async function reachPostgres({ url, place }: QueueAddress): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patienceMs });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (thrown) {
    throw told(thrown, place, 'there is no queue');
  } finally {
    await client.end().catch(() => {});
  }
}

async function reachRedis({ url, place }: QueueAddress): Promise<void> {
  const client = new Redis(url, {
    ...redisPassword(),
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
  });
  let why: unknown;
  client.on('error', (error) => {
    why ??= error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (thrown) {
    const message = messageOf(why ?? thrown).replace(/\.$/, '');
    if (/NOAUTH|WRONGPASS|AUTH/.test(message)) {
      throw new MusterError(
        'settings-invalid',
        `${place}: ${message}: the password belongs into REDISCLI_AUTH or, percent-encoded, into the URL.`,
      );
    }
    throw new MusterError('bench-broken', `${place}: ${message}; there is no queue.`);
  } finally {
    client.disconnect();
  }
}

/** Where redis-cli takes it from, too: a command line is seen by others on the machine. */
function redisPassword(): { readonly password?: string } {
  const password = process.env.REDISCLI_AUTH;
  return password === undefined ? {} : { password };
}
