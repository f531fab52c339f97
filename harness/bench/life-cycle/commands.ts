import fc from 'fast-check';
import { MusterError } from '#protocol/errors.ts';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { WordRefused } from '../../subject/server.ts';
import { demand } from '../property.ts';
import type { ServerBench } from '../server-bench.ts';
import { describeAnswer, type Reply } from '../server-reply.ts';
import { type Ability, refusesDuplicate } from './abilities.ts';
import type { SeenCertificates } from './certificates.ts';
import { type ClearinghouseModel, type Expected, lifetimes, type SentRequest, sent } from './model.ts';

/** The real side: the bench with its deployment, what was seen of certificates, and how often each command was played. */
export interface Real {
  readonly bench: ServerBench;
  readonly seen: SeenCertificates;
  readonly played: Map<string, number>;
}

export type LifeCycleCommand = fc.AsyncCommand<ClearinghouseModel, Real>;

/** What is looked at before a command runs. */
type ModelView = Pick<ClearinghouseModel, 'device' | 'transaction'>;

interface Row {
  readonly name: string;
  /** What the server must let us do for it. */
  readonly needs?: Ability;
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
    needs: 'decisions',
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

/** What an administrator may do to devices, and to the configuration file. */
const configurations: readonly Row[] = [
  { name: 'disable', needs: 'devices', run: (...on) => change(...on, { enabled: false }) },
  { name: 'enable', needs: 'devices', often: 2, run: (...on) => change(...on, { enabled: true }) },
  { name: 'remove', needs: 'devices', run: (...on) => change(...on, { defined: false }) },
  { name: 'define', needs: 'devices', often: 2, run: (...on) => change(...on, { defined: true }) },
  {
    name: 'configuration with a duplicate group',
    needs: 'files',
    run: async (_model, { bench }) => {
      demand(await refusesDuplicate(bench), 'a configuration file with a duplicate group was taken');
    },
  },
];

/** What may happen to the server itself. */
const fates: readonly Row[] = [
  {
    name: 'a certificate’s lifetime passes',
    needs: 'control',
    run: (model, real) => pass(model, real, 2 * lifetimes.validitySeconds),
  },
  {
    name: 'a pending request’s lifetime passes',
    needs: 'control',
    run: (model, real) => pass(model, real, 2 * lifetimes.pendingLifetimeSeconds),
  },
  { name: 'the clock goes back an hour', needs: 'control', run: (model, real) => pass(model, real, -3600) },
  {
    name: 'the server restarts',
    needs: 'control',
    run: async (_model, { bench }) => bench.deployment.control?.restart(),
  },
  {
    name: 'the server gets another CA',
    needs: 'control',
    run: async (model, { bench, seen }) => {
      await bench.deployment.control?.rotate();
      seen.forgetAuthority();
      model.rotate();
    },
  },
];

const rows = [...exchanges, ...configurations, ...fates];

/** Every command that this server lets us play, for fc.commands. */
export function lifeCycleCommands(devices: number, abilities: ReadonlySet<Ability>): fc.Arbitrary<LifeCycleCommand>[] {
  // Messages and decisions come three times as often as the rest: without them nothing else shows.
  return [...exchanges, ...exchanges, ...rows]
    .filter(({ needs }) => needs === undefined || abilities.has(needs))
    .flatMap((row) => Array.from({ length: row.often ?? 1 }, () => row))
    .map((row) =>
      fc.nat(devices - 1).map(
        (device): LifeCycleCommand => ({
          check: (model) => row.allowed?.(model, device) ?? true,
          run: (model, real) => {
            real.played.set(row.name, (real.played.get(row.name) ?? 0) + 1);
            return row.run(model, real, device);
          },
          toString: () => (fates.includes(row) ? row.name : `${row.name} (device ${device})`),
        }),
      ),
    );
}

/** What was played, and what was not: a proof is of no more than that. */
export function inWords(played: ReadonlyMap<string, number>, abilities: ReadonlySet<Ability>): string {
  const names = (chosen: readonly Row[]) => chosen.map(({ name }) => name).join('; ');
  const isLeftOut = ({ needs }: Row) => needs !== undefined && !abilities.has(needs);
  const parts = [
    `played: ${[...played].map(([name, times]) => `${name} (${times})`).join('; ')}`,
    `never came up: ${names(rows.filter((row) => !isLeftOut(row) && !played.has(row.name)))}`,
    `left out, since this server cannot be told to: ${names(rows.filter(isLeftOut))}`,
  ];
  return parts.filter((part) => !part.endsWith(': ')).join(' — ');
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
  return bench.wire.sendBody(encodeRequest({ ...message, operation }), operation);
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
  for (const one of told) if (one.status === 'rejected' && !isRefused(one.reason)) throw one.reason;
  const counted = told.filter(({ status }) => status === 'fulfilled').length;
  const due = words.filter((word) => model.decide(device, word)).length;
  demand(counted === due, `of ${words.join(' and ')} for device ${device}, ${counted} counted; ${due} should`);
}

/** The built-in server answers as the management API does; an operator adapter has a status for it. */
function isRefused(reason: unknown): boolean {
  return reason instanceof WordRefused || reason instanceof MusterError;
}

async function change(
  model: ClearinghouseModel,
  { bench }: Real,
  device: number,
  what: Parameters<ClearinghouseModel['configure']>[1],
): Promise<void> {
  model.configure(device, what);
  const { defined, enabled } = model.device(device);
  await bench.administrator.change({ identity: bench.identity(device), defined, enabled });
}

async function pass(model: ClearinghouseModel, { bench }: Real, seconds: number): Promise<void> {
  bench.deployment.control?.pass(seconds);
  model.pass(seconds);
}
