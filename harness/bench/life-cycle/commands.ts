import fc from 'fast-check';
import { quoteWord } from '#protocol/config-file/tokenizer.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { demand } from '../property.ts';
import type { ServerBench } from '../server-bench.ts';
import { describeAnswer, type Reply } from '../server-reply.ts';
import type { SeenCertificates } from './certificates.ts';
import { type ClearinghouseModel, type Expected, lifetimes, type SentRequest, sent } from './model.ts';

/** The real side: the bench with its deployment, and what was seen of certificates. */
export interface Real {
  readonly bench: ServerBench;
  readonly seen: SeenCertificates;
}

export type LifeCycleCommand = fc.AsyncCommand<ClearinghouseModel, Real>;

/** What is looked at before a command runs. */
type ModelView = Pick<ClearinghouseModel, 'device' | 'transaction'>;

interface Row {
  readonly name: string;
  /** How often among the others; once unless given. */
  readonly often?: number;
  readonly allowed?: (model: ModelView, device: number) => boolean;
  readonly run: (model: ClearinghouseModel, real: Real, device: number) => Promise<void>;
}

/** What may be done to one device by itself or by its administrator. */
const exchanges: readonly Row[] = [
  {
    name: 'new request',
    run: async (model, real, device) => exchange(model, real, device, await newRequest(real, device), 'request'),
  },
  {
    name: 'new request, twice at once',
    run: async (model, real, device) => {
      const request = await newRequest(real, device);
      const replies = await Promise.all([send(real, request, 'request'), send(real, request, 'request')]);
      for (const reply of replies) {
        await expect(model.receive(device, request, 'request'), real, device, request, reply);
      }
    },
  },
  {
    name: 'new request, whose answer is lost',
    run: async (model, real, device) => {
      const request = await newRequest(real, device);
      await send(real, request, 'request');
      model.receive(device, request, 'request');
    },
  },
  {
    name: 'same request again',
    often: 2,
    allowed: hasAsked,
    run: async (model, real, device) => exchange(model, real, device, lastRequest(model, device), 'request'),
  },
  {
    name: 'first request arrives late',
    allowed: hasAsked,
    run: async (model, real, device) => exchange(model, real, device, model.device(device).requests[0], 'request'),
  },
  {
    name: 'retrieve',
    often: 2,
    allowed: hasAsked,
    run: async (model, real, device) => exchange(model, real, device, lastRequest(model, device), 'retrieve'),
  },
  {
    name: 'retrieve of another PKCS#10',
    run: async (model, real, device) => exchange(model, real, device, await newRequest(real, device), 'retrieve'),
  },
  {
    name: 'approve',
    often: 3,
    allowed: isWaiting,
    run: async (model, { bench }, device) => decide(model, bench, device, ['approve']),
  },
  {
    name: 'approve, twice at once',
    often: 1,
    allowed: isWaiting,
    run: async (model, { bench }, device) => decide(model, bench, device, ['approve', 'approve']),
  },
  {
    name: 'reject',
    often: 3,
    allowed: isWaiting,
    run: async (model, { bench }, device) => decide(model, bench, device, ['reject']),
  },
];

/** What may be done to the configuration file of a server that lets us. */
const configurations: readonly Row[] = [
  { name: 'disable', run: (model, real, device) => configure(model, real, device, { enabled: false }) },
  { name: 'enable', often: 2, run: (model, real, device) => configure(model, real, device, { enabled: true }) },
  { name: 'remove', run: (model, real, device) => configure(model, real, device, { defined: false }) },
  { name: 'define', often: 2, run: (model, real, device) => configure(model, real, device, { defined: true }) },
  {
    name: 'configuration with a duplicate group',
    run: async (model, { bench }) => {
      const twice = `${configurationOf(model, bench)}group bench\n`;
      const taken = await bench.deployment.reload?.(twice).then(
        () => true,
        () => false,
      );
      demand(taken !== true, 'a configuration file with a duplicate group was taken');
    },
  },
];

/** What may happen to the server itself, where it lets us. */
const fates: readonly Row[] = [
  { name: 'a certificate’s lifetime passes', run: (model, real) => pass(model, real, 2 * lifetimes.validitySeconds) },
  {
    name: 'a pending request’s lifetime passes',
    run: (model, real) => pass(model, real, 2 * lifetimes.pendingLifetimeSeconds),
  },
  { name: 'the clock goes back an hour', run: (model, real) => pass(model, real, -3600) },
  { name: 'the server restarts', run: async (_model, { bench }) => bench.deployment.control?.restart() },
  {
    name: 'the server gets another CA',
    run: async (model, { bench, seen }) => {
      await bench.deployment.control?.rotate();
      seen.forgetAuthority();
      model.rotate();
    },
  },
];

/** What the server under test lets us do beyond messages. */
export interface Abilities {
  readonly configuration: boolean;
  readonly control: boolean;
}

/** Every command, for fc.commands. */
export function lifeCycleCommands(
  devices: number,
  { configuration, control }: Abilities,
): fc.Arbitrary<LifeCycleCommand>[] {
  // Messages and decisions come three times as often as the rest: without them nothing else shows.
  const rows = [
    ...[exchanges, exchanges, exchanges].flat(),
    ...(configuration ? configurations : []),
    ...(control ? fates : []),
  ].flatMap((row) => Array.from({ length: row.often ?? 1 }, () => row));
  return rows.map((row) =>
    fc.nat(devices - 1).map(
      (device): LifeCycleCommand => ({
        check: (model) => row.allowed?.(model, device) ?? true,
        run: (model, real) => row.run(model, real, device),
        toString: () => (fates.includes(row) ? row.name : `${row.name} (device ${device})`),
      }),
    ),
  );
}

function hasAsked(model: ModelView, device: number): boolean {
  return model.device(device).requests.length > 0;
}

function isWaiting(model: ModelView, device: number): boolean {
  return model.transaction(device)?.state === 'pending';
}

const lastRequest = (model: ModelView, device: number): SentRequest | undefined => model.device(device).requests.at(-1);

async function newRequest({ bench }: Real, device: number): Promise<SentRequest> {
  return sent(await bench.request(bench.identity(device)));
}

function send({ bench }: Real, { message }: SentRequest, operation: 'request' | 'retrieve'): Promise<Reply> {
  // Not `bench.send`: what holds of every certificate is judged there by our clock, and this server has one of its own.
  return bench.sendBody(encodeRequest({ ...message, operation }), operation);
}

async function exchange(
  model: ClearinghouseModel,
  real: Real,
  device: number,
  request: SentRequest | undefined,
  operation: 'request' | 'retrieve',
): Promise<void> {
  if (!request) return;
  const reply = await send(real, request, operation);
  await expect(model.receive(device, request, operation), real, device, request, reply);
}

async function expect(
  expected: Expected,
  { bench, seen }: Real,
  device: number,
  request: SentRequest,
  reply: Reply,
): Promise<void> {
  const { answer } = reply;
  const wanted = typeof expected === 'string' ? expected : `status ${expected.status}`;
  const got = answer?.kind === 'refused' ? `status ${answer.status}` : answer?.kind;
  demand(got === wanted, `device ${device} was answered ${describeAnswer(reply)}; ${wanted} is due`);
  if (answer?.kind !== 'issued') return;
  await seen.check(bench, request, device, answer.certificate);
}

/** Words of an administrator, all at once: as many count as the model lets count. */
async function decide(
  model: ClearinghouseModel,
  bench: ServerBench,
  device: number,
  words: readonly ('approve' | 'reject')[],
): Promise<void> {
  const { operator } = bench.deployment;
  const name = bench.identity(device).deviceName;
  const told = await Promise.allSettled(
    words.map((word) => (word === 'approve' ? operator?.approve(name) : operator?.reject(name, 'by the model'))),
  );
  const counted = told.filter(({ status }) => status === 'fulfilled').length;
  const due = words.filter((word) => model.decide(device, word)).length;
  demand(counted === due, `of ${words.join(' and ')} for device ${device}, ${counted} counted; ${due} should`);
}

async function configure(
  model: ClearinghouseModel,
  { bench }: Real,
  device: number,
  change: Parameters<ClearinghouseModel['configure']>[1],
): Promise<void> {
  model.configure(device, change);
  await bench.deployment.reload?.(configurationOf(model, bench));
}

function configurationOf(model: ClearinghouseModel, bench: ServerBench): string {
  const lines = model.devices.flatMap(({ defined, enabled }, number) => {
    const name = quoteWord(bench.identity(number).deviceName);
    return defined ? [`device ${name} bench ${enabled ? 'enabled' : 'disabled'}\n`] : [];
  });
  return `enroll enabled\ngroup bench\n${lines.join('')}`;
}

async function pass(model: ClearinghouseModel, { bench }: Real, seconds: number): Promise<void> {
  bench.deployment.control?.pass(seconds);
  model.pass(seconds);
}
