/** A server of bench/server.ts in a process of its own. Told over IPC which; tells its ports, and what it has cost so far. */
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '#protocol/clock.ts';
import { profiles } from '#protocol/pki/profiles.ts';
import { tlsOptions } from '#protocol/tls.ts';
import { auditLine } from '#reference-server/audit.ts';
import { createClearinghouseAuthority } from '#reference-server/enrollment/issuer.ts';
import { SqlJournal } from '#reference-server/journal/sql-journal.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { SqliteDatabase } from '#reference-server/store/sqlite-database.ts';
import type { ServingOrder, ServingReport } from './order.ts';

async function serve(order: ServingOrder): Promise<{ readonly http: number; readonly tls: number }> {
  if (order.kind === 'node:http alone') return serveNothing(order);
  const { accounts, tls, folder } = order;
  const devices = accounts.map(({ deviceName }) => `device ${deviceName} fleet enabled\n`).join('');
  const authority = await createClearinghouseAuthority(profiles.modern, new Date());
  const options = {
    configuration: { text: `enroll enabled\ngroup fleet\n${devices}`, fileName: 'fleet.conf' },
    accounts,
    tls,
    httpPort: 0,
    tlsPort: 0,
  };
  const database = order.kind === 'in memory' ? undefined : SqliteDatabase.open(join(folder, 'bench.db'));
  const server = await ReferenceServer.create(options, {
    authority,
    ...(database
      ? {
          store: new SqlStore(database),
          journal: new SqlJournal({ database, clock: systemClock }),
          audit: (event, by) => void process.stderr.write(`${auditLine(new Date(), event, by)}\n`),
        }
      : {}),
  });
  await server.start();
  return { http: Number(new URL(server.urls.http).port), tls: Number(new URL(server.urls.tls).port) };
}

/** Answers everything with as many bytes as an enrollment has, and looks at nothing. */
async function serveNothing({ tls }: ServingOrder): Promise<{ readonly http: number; readonly tls: number }> {
  const body = Buffer.alloc(650, 'a');
  const secure = { ...tlsOptions(profiles.modern), cert: tls.chainPem, key: tls.keyPem };
  const ports = [createServer(), createTlsServer(secure)].map(async (server) => {
    server.on('request', (incoming, outgoing) => {
      incoming.resume().once('end', () => {
        outgoing.writeHead(200, { 'content-type': 'text/plain', 'content-length': String(body.length) });
        outgoing.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  });
  const [http = 0, secured = 0] = await Promise.all(ports);
  return { http, tls: secured };
}

function send(report: ServingReport): void {
  process.send?.(report);
}

process.on('message', (order: ServingOrder | 'usage') => {
  if (order === 'usage') {
    const { user, system } = process.cpuUsage();
    send({ kind: 'usage', user, system });
  } else {
    serve(order).then(
      (ports) => send({ kind: 'listening', ...ports }),
      (thrown: unknown) => {
        throw thrown;
      },
    );
  }
});
process.on('disconnect', () => process.exit());
