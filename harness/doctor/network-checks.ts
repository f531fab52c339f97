import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { messageOf } from '#protocol/errors.ts';
import { type Check, fail, ok, type Seen, warn } from './check.ts';

/** Where the bench listens for a device, as `muster certify device` is told. */
export interface Network {
  readonly listen: string;
  readonly name: string;
  /** Absent: any free one. */
  readonly http?: number | undefined;
  readonly tls?: number | undefined;
}

/** The ports of `muster serve`, unless it is told others. */
const serverPorts = [5045, 1443, 5080];

export function networkChecks({ listen, name, http, tls }: Network): readonly Check[] {
  const asked = { http, tls };
  const ports = Object.entries(asked).flatMap(([option, port]) => (port === undefined ? [] : [{ option, port }]));
  return [
    {
      id: 'listen',
      expected: `any free port of ${listen}`,
      look: () => portSeen(listen, 0, 'Give an address of this machine with --listen.'),
    },
    ...ports.map(({ option, port }) => ({
      id: `port-${option}`,
      expected: `port ${port} of ${listen} free, for --${option}`,
      look: async () => clientPortSeen(await portSeen(listen, port, choose(`--${option}`)), port, await clientPorts()),
    })),
    {
      id: 'name',
      expected: `${name} to be this machine, for a device`,
      look: async () => nameSeen(name, await addressesOf(name), ownAddresses()),
    },
    {
      id: 'server-ports',
      expected: `ports ${serverPorts.join(', ')} free, for muster serve`,
      look: () => serverPortsSeen(serverPorts),
    },
  ];
}

const choose = (option: string): string => `Stop what is there, or choose another with ${option}.`;

export async function portSeen(listen: string, port: number, mend: string): Promise<Seen> {
  const why = await bindFailure(listen, port);
  if (why === undefined) return ok('free');
  const advice = why.includes('EACCES') ? 'Ports below 1024 are for root: choose one above.' : mend;
  return fail(why, advice);
}

async function bindFailure(listen: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host: listen, port, exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  } finally {
    server.close();
  }
}

export async function serverPortsSeen(ports: readonly number[]): Promise<Seen> {
  const taken: number[] = [];
  for (const port of ports) if ((await bindFailure('127.0.0.1', port)) !== undefined) taken.push(port);
  if (taken.length === 0) return ok('free');
  return warn(
    `taken: ${taken.join(', ')}`,
    'Perhaps a muster serve is at work; another needs --http, --tls, --console.',
  );
}

/** Of the connections that this machine makes itself: the first port and the last, where the system tells (Linux). */
async function clientPorts(): Promise<readonly [number, number] | undefined> {
  const text = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  const [first, last] = text.trim().split(/\s+/).map(Number);
  return first && last ? [first, last] : undefined;
}

/** A port among those of clients is free at one moment and taken at the next. */
export function clientPortSeen(seen: Seen, port: number, range: readonly [number, number] | undefined): Seen {
  if (seen.grade !== 'ok' || range === undefined || port < range[0] || port > range[1]) return seen;
  return warn(
    `free, but among the ports ${range.join(' to ')} that connections of this machine get`,
    `Choose one below ${range[0]}.`,
  );
}

async function addressesOf(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((each = []) => each.map(({ address }) => address));
}

export function nameSeen(name: string, addresses: readonly string[], own: readonly string[]): Seen {
  const seen = addresses.join(', ');
  if (addresses.some((address) => own.includes(address))) return ok(seen);
  if (addresses.length === 0) {
    return fail(
      'no address',
      `Put ${name} into the DNS, or into /etc/hosts here and at the device, or give another --name.`,
    );
  }
  return warn(
    `${seen}, which is no address of this machine`,
    `Give with --name a name of this machine, unless ports are forwarded to it from there.`,
  );
}
