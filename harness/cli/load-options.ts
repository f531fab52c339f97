import type { InferredOptionTypes } from 'yargs';
import { mixOf, ratePerSecond, shardOf, stagesOf } from '../fleet/rates.ts';
import { parseThreshold } from '../fleet/thresholds.ts';
import {
  choiceOption,
  countOption,
  durationOption,
  endpointOption,
  flagOption,
  named,
  numberOption,
  readOption,
  textOption,
} from './options.ts';

export const loadOptions = named({
  simulators: countOption('How many gateways (as many as an open run starts, else 100)'),
  'in-flight': countOption('Attempts at once (closed: 96; open: 1000); one that waits for approval does not count'),
  rate: readOption('Open model: starts by the clock, as 50/s, for --duration', ratePerSecond),
  duration: durationOption('How long an open run starts attempts (1m)'),
  stages: readOption('Open model: 30s:100/s,5m:100/s,30s:0/s; in each stage the rate moves to that', stagesOf),
  target: textOption('A server elsewhere: the URL of its TLS listener, https://HOST:PORT/tep'),
  cleartext: textOption('… the URL of its cleartext listener'),
  anchor: textOption('… PEM file of the third-party CA that vouches for it'),
  fingerprint: textOption('… SHA-256 or SHA-1 of its CA certificate; without it getcacert goes over TLS'),
  devices: textOption('… the devices that it knows: a file of lines, device CUSTOMER DEVICE NAME USERNAME PASSWORD'),
  prefix: { ...textOption('First part of the device names that are made of the seed'), default: 'gw' },
  approvals: readOption(
    'An administrator approves so many a second, as 20/s: of the built-in server, or --operator',
    ratePerSecond,
  ),
  operator: textOption('… of a server elsewhere: an executable with the verb approve (docs/device-adapter.md)'),
  poll: { ...durationOption('How long to wait before each poll while pending'), default: '1s' },
  polls: { ...countOption('How often to poll'), default: '3600' },
  validity: durationOption('Lifetime of the certificates of the built-in server (1y)'),
  renewals: { ...numberOption('How often each renews, when its certificate is due for it'), default: '0' },
  storm: flagOption('All renew at one moment, once all have enrolled'),
  calls: countOption('Calls of each after it has a certificate: authorization, then usage (none)'),
  'call-every': durationOption('… how long after one the next begins (0s)'),
  'call-to': textOption('… the called number (14045550100); the built-in server takes any'),
  connections: {
    ...choiceOption('For each message over TLS: a new connection, a kept one, or a new one that resumes', [
      'new',
      'kept',
      'resumed',
    ]),
    default: 'new',
  },
  hold: durationOption('How long a kept connection stays open when its device has nothing more to say'),
  pop: choiceOption('Proof of possession that the built-in server asks for (pkcs10)', ['pkcs10', 'challenge']),
  store: choiceOption('Where the built-in server keeps what it knows: sqlite as muster serve does (memory)', [
    'memory',
    'sqlite',
  ]),
  flaw: textOption('The built-in server behaves wrongly in one named way (muster list flaws)'),
  mix: readOption('Personas by shares: honest:95,replay:3,bad-pop:2', mixOf),
  'key-kind': choiceOption("Keys of the devices; the profile's own kind when absent", [
    'p256',
    'p384',
    'rsa1024',
    'rsa2048',
    'rsa3072',
  ]),
  profile: { ...choiceOption('legacy is insecure', ['modern', 'legacy']), default: 'modern' },
  timeout: { ...durationOption('For one message and its answer'), default: '30s' },
  threshold: {
    describe: 'What must hold: enroll.p95<2s, failed<0.5%/1m:abort, rate>100/s. May be given often',
    type: 'string',
    array: true,
    requiresArg: true,
    coerce: (given: unknown): string[] =>
      (Array.isArray(given) ? given : [given]).map((text) => parseThreshold(String(text)).text),
  },
  'late-after': { ...durationOption('A start is late so long after its intended moment'), default: '10ms' },
  'drop-after': durationOption('A start of an open run that found no room for so long is dropped (10s)'),
  'loop-delay': {
    ...durationOption('The generator is saturated when its event loop is later than this (p99)'),
    default: '100ms',
  },
  workers: countOption('Threads (one for each core; one less beside the built-in server)'),
  shard: readOption('This slice of the fleet alone, as 2/5; muster report merge puts the slices together', shardOf),
  'start-at': textOption('When to begin, as 2026-11-28T06:00:00Z, so that shards begin together'),
  queue: textOption('Share it out to muster worker: postgres://USER@HOST/NAME or redis://HOST'),
  shards: countOption('… in so many shards; all begin when each has a worker'),
  'worker-timeout': durationOption('… how long a shard waits for a worker (1m)'),
  'on-worker-loss': choiceOption('… deliver the shard of a lost worker again, or conclude nothing (redeliver)', [
    'redeliver',
    'inconclusive',
  ]),
  seed: numberOption('The seed of identities and personas (a random one, which is printed)'),
  out: { ...textOption('Folder for load.json, load.html and ledger.txt'), default: 'muster-load' },
  'keep-samples': flagOption('Keep every sample in samples.txt, too, to check the percentiles by'),
  metrics: endpointOption('Port, or ADDRESS:PORT, for /metrics (Prometheus) while it runs; none when absent'),
  json: flagOption('Print the record as JSON'),
} as const);

export type LoadWords = InferredOptionTypes<typeof loadOptions>;
