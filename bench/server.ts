/**
 * What an enrollment costs the server alone, in CPU time: getcacert in cleartext, then the request on a new TLS connection.
 * The device here is as cheap as one can be: its key, its PKCS#10 and its bytes are made ahead, and it looks at nothing but
 * the first line and the status. Beside it node:http alone, with the same connections and as many bytes. Prints ratios,
 * writes bench-server.json.
 *
 * node bench/server.ts [enrollments of each turn, default 1000] [turns, default 3]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { encodeRequest } from '#protocol/messages/requests.ts';
import { makeP256KeyPair } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { type Account, hashPassword } from '#reference-server/accounts.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { exchange } from './driving/bare-devices.ts';
import { median } from './median.ts';
import { writeResult } from './result.ts';
import { type ServingOrder, type ServingReport, servingKinds } from './serving/order.ts';

const enrollments = Number(process.argv[2] ?? 1000);
const turns = Number(process.argv[3] ?? 3);
const atOnce = 16;
const password = 'north-star';

const thirdParty = await createThirdPartyCa({ profile: 'modern' });
const identity = await thirdParty.issueServer({ host: 'localhost' });
const trust = createSecureContext({ ca: thirdParty.anchorPem, ecdhCurve: 'X25519:P-256' } as object);
const hash = await hashPassword(password, 16);

interface Device {
  readonly account: Account;
  readonly body: Uint8Array;
}

function device(index: number): Device {
  const deviceName = `gw${index}.example.com`;
  const account = { customer: '1', device: String(index), deviceName, username: 'north', passwordHash: hash };
  const pkcs10 = createPkcs10({
    key: makeP256KeyPair(),
    subject: [{ type: 'CN', value: deviceName }],
    signature: 'ecdsa-sha256',
  });
  const nonce = Buffer.from(`nonce of ${index}`);
  const numbers = { customer: account.customer, device: account.device };
  return {
    account,
    body: encodeRequest({ operation: 'request', nonce, ...numbers, username: 'north', password, pkcs10 }),
  };
}

const getCaCert = encodeRequest({ operation: 'getcacert' });

async function enroll({ body }: Device, { http, tls }: { http: number; tls: number }): Promise<void> {
  const given = await exchange(connect(http, '127.0.0.1'), getCaCert);
  const secured = connectTls({ host: '127.0.0.1', port: tls, servername: 'localhost', secureContext: trust });
  const issued = await exchange(secured, body);
  for (const answer of [given, issued]) {
    if (!answer.startsWith('HTTP/1.1 200') || !/\r\n\r\n(status=0|aaaa)/.test(answer)) throw new Error(answer);
  }
}

interface Served {
  readonly kind: ServingOrder['kind'];
  readonly ports: { readonly http: number; readonly tls: number };
  /** CPU microseconds of the process so far. */
  usedUs(): Promise<number>;
  end(): Promise<void>;
}

async function serve(kind: ServingOrder['kind'], devices: readonly Device[]): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
  const child = fork(join(import.meta.dirname, 'serving', 'process.ts'), [], {
    // The audit log, which is written as `muster serve` writes it.
    stdio: ['ignore', 'inherit', openSync(join(folder, 'audit.log'), 'w'), 'ipc'],
  });
  const told = async (order: ServingOrder | 'usage'): Promise<ServingReport> => {
    child.send(order);
    return (await once(child, 'message'))[0] as ServingReport;
  };
  const ports = await told({ kind, accounts: devices.map(({ account }) => account), tls: identity, folder });
  if (ports.kind !== 'listening') throw new Error(`${kind}: it does not listen`);
  return {
    kind,
    ports,
    usedUs: async () => {
      const usage = await told('usage');
      return usage.kind === 'usage' ? usage.user + usage.system : Number.NaN;
    },
    end: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function turnOf({ ports, usedUs }: Served, some: IterableIterator<Device>): Promise<number> {
  const before = await usedUs();
  const work = async (): Promise<void> => {
    for (const one of some) await enroll(one, ports);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return ((await usedUs()) - before) / enrollments;
}

const devices = Array.from({ length: enrollments * (turns + 1) }, (_, index) => device(index));
const servers = await Promise.all(servingKinds.map((kind) => serve(kind, devices)));
const costs: Record<ServingOrder['kind'], number>[] = [];
// In turns, since machines are never idle; the first turn warms up.
for (let turn = 0; turn <= turns; turn++) {
  const of = {} as Record<ServingOrder['kind'], number>;
  const some = devices.slice(turn * enrollments, (turn + 1) * enrollments);
  for (const server of servers) of[server.kind] = await turnOf(server, some.values());
  if (turn > 0) costs.push(of);
}
const ratios = Object.fromEntries(
  servingKinds.map((kind) => [kind, median(costs.map((of) => of[kind] / of['node:http alone']))]),
);
for (const kind of servingKinds) {
  const us = costs.map((of) => of[kind].toFixed(0)).join(', ');
  console.log(`${kind.padEnd(16)} ${us} us of CPU, ${ratios[kind]?.toFixed(2)} of node:http alone`);
}
await Promise.all(servers.map((server) => server.end()));
writeResult('server', { enrollments, costs, ratios });
