/**
 * Prevents: a server that tells a device "issued" or "pending", is killed, and has forgotten it. `muster serve` runs with
 * its store in a folder, or in a PostgreSQL of its own, and is killed with SIGKILL at random moments, while devices enroll,
 * wait, retrieve and enroll anew without a pause, and an administrator approves. Every third time it is PostgreSQL that ends,
 * and the server that goes on. After all that, nothing that a device was told may be untrue.
 *
 * node tools/kill-server.ts [--kills 200] [--database sqlite|postgres] [--seed 20261123]
 */
import { parseArgs } from 'node:util';
import { ThrowAwayPostgres } from '#reference-server/store/throw-away-postgres.ts';
import { Devices } from './killed-server/devices.ts';
import { KilledServer } from './killed-server/server.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    database: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: '20261123' },
  },
});
const kills = Number(values.kills);
const cluster = values.database === 'postgres' ? await ThrowAwayPostgres.start({ durable: true }) : undefined;
const options = {
  seed: Number(values.seed),
  devices: 8,
  approve: 'manual',
  database: await cluster?.newUrl(),
} as const;
const server = await KilledServer.create(options);
try {
  const devices = new Devices(server);
  const work = devices.run();
  for (let kill = 1; kill <= kills && devices.broken.length === 0; kill++) {
    await server.live();
    await devices.asking();
    if (cluster && kill % 3 === 0) {
      await cluster.stopServer();
      await cluster.startServer();
    } else {
      await server.killAndStart();
    }
    if (kill % 20 === 0) console.log(`${kill} kills: ${devices.summary}`);
  }
  devices.stop();
  await work;
  console.log(`${kills} kills of seed ${values.seed}: ${devices.summary}`);
  for (const broken of devices.broken) console.error(broken);
  if (devices.broken.length > 0) process.exitCode = 1;
} finally {
  await server.remove();
  await cluster?.remove();
}
