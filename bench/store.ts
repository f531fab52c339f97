import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#protocol/clock.ts';
import type { EnrollmentMessage } from '#protocol/messages/requests.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { createPkcs10 } from '#protocol/pki/pkcs10.ts';
import { hashPassword } from '#reference-server/accounts.ts';
import { SqlJournal } from '#reference-server/journal/sql-journal.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { Database } from '#reference-server/store/database.ts';
import { PostgresDatabase } from '#reference-server/store/postgres-database.ts';
import { SqlStore } from '#reference-server/store/sql-store.ts';
import { SqliteDatabase } from '#reference-server/store/sqlite-database.ts';
import { ThrowAwayPostgres } from '#reference-server/store/throw-away-postgres.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import { writeResult } from './result.ts';

// Prevents: an enrollment that pays for more transactions than it needs, or waits for others without need. The engine
// enrolls the same devices in each store in turns, in one process, so that the ratios hold on a busy machine.
// node bench/store.ts [enrollments in each round, 400 unless given]

const enrollments = Number(process.argv[2] ?? 400);
const rounds = 3;
const lanes = [1, 50];

const keys = await Promise.all(
  Array.from({ length: enrollments * rounds * lanes.length }, () => generateKeyPair('p256')),
);
const nameOf = (number: number): string => `gw${number}.example.com`;
const messages = keys.map((key, number): EnrollmentMessage => {
  const subject = [{ type: 'CN', value: nameOf(number) }] as const;
  const pkcs10 = createPkcs10({ key, subject, signature: 'ecdsa-sha256', challengePassword: undefined });
  const identity = { username: 'bench', password: 'bench', device: String(number), customer: '1' };
  return { operation: 'request', nonce: randomBytes(16), ...identity, pkcs10 };
});
const passwordHash = await hashPassword('bench', 2);
const thirdParty = await createThirdPartyCa({ profile: 'modern' });
const tls = await thirdParty.issueServer({ host: 'localhost' });

async function serverOver(database: Database | undefined): Promise<ReferenceServer> {
  const devices = keys.map((_, number) => `device ${nameOf(number)} A enabled\n`).join('');
  return ReferenceServer.create(
    {
      configuration: { text: `enroll enabled\ngroup A\n${devices}`, fileName: 'bench.conf' },
      accounts: keys.map((_, number) => {
        return { customer: '1', device: String(number), deviceName: nameOf(number), username: 'bench', passwordHash };
      }),
      tls,
    },
    database ? { store: new SqlStore(database), journal: new SqlJournal({ database, clock: systemClock }) } : {},
  );
}

/** Milliseconds of time, and of this process's CPU, for one enrollment. */
async function measure(server: ReferenceServer, from: number, atOnce: number): Promise<readonly [number, number]> {
  const work = messages.slice(from, from + enrollments)[Symbol.iterator]();
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const lane = async (): Promise<void> => {
    for (const message of work) {
      const answer = await server.engine.answer(message, '192.0.2.1:5');
      if (answer.kind !== 'issued') throw new Error(`expected a certificate, seen ${JSON.stringify(answer)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const { user, system } = process.cpuUsage(cpu);
  return [(performance.now() - begun) / enrollments, (user + system) / 1000 / enrollments];
}

const folder = mkdtempSync(join(tmpdir(), 'muster-bench-'));
const cluster = await ThrowAwayPostgres.start({ durable: true });
const databases = {
  memory: undefined,
  SQLite: SqliteDatabase.open(join(folder, 'muster.db')),
  PostgreSQL: await PostgresDatabase.open(await cluster.newUrl()),
} as const;
const servers = await Promise.all(
  Object.entries(databases).map(async ([name, database]) => ({ name, server: await serverOver(database) })),
);
const ratios: Record<string, { readonly time: number; readonly cpu: number }> = {};
let from = 0;
for (const atOnce of lanes) {
  const best = new Map<string, readonly [number, number]>();
  for (let round = 0; round < rounds; round++, from += enrollments) {
    for (const { name, server } of servers) {
      const [ms, cpuMs] = await measure(server, from, atOnce);
      const [bestMs, bestCpuMs] = best.get(name) ?? [ms, cpuMs];
      best.set(name, [Math.min(ms, bestMs), Math.min(cpuMs, bestCpuMs)]);
    }
  }
  const [memoryMs, memoryCpuMs] = best.get('memory') ?? [1, 1];
  for (const [name, [ms, cpuMs]] of best) {
    const byMemory = { time: ms / memoryMs, cpu: cpuMs / memoryCpuMs };
    ratios[`${name}, ${atOnce} at once`] = byMemory;
    const [ratio, cpuRatio] = [byMemory.time, byMemory.cpu].map((number) => number.toFixed(2));
    console.log(
      `${name.padEnd(10)} ${String(atOnce).padStart(2)} at once: ${ms.toFixed(3)} ms (${ratio}), CPU ${cpuMs.toFixed(3)} ms (${cpuRatio}) an enrollment`,
    );
  }
}
for (const { server } of servers) await server.journal?.flush();
for (const database of Object.values(databases)) await database?.close();
await cluster.remove();
rmSync(folder, { recursive: true });
writeResult('store', { enrollments, ratios });
