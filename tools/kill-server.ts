/**
 * Prevents: a server that tells a device "issued" or "pending", is killed, and has forgotten it. `muster serve` runs with
 * its store in a folder and is killed with SIGKILL at random moments, while devices enroll, wait, retrieve and enroll anew
 * without a pause, and an administrator approves. After all that, nothing that a device was told may be untrue.
 *
 * node tools/kill-server.ts [--kills 200] [--seed 20261123]
 */
import { parseArgs } from 'node:util';
import { Devices } from './killed-server/devices.ts';
import { KilledServer } from './killed-server/server.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '20261123' } },
});
const kills = Number(values.kills);
const server = await KilledServer.create(Number(values.seed));
try {
  const devices = new Devices(server);
  const work = devices.run();
  for (let kill = 1; kill <= kills && devices.broken.length === 0; kill++) {
    await server.killAndStart();
    if (kill % 20 === 0) console.log(`${kill} kills: ${devices.summary}`);
  }
  devices.stop();
  await work;
  console.log(`${kills} kills of seed ${values.seed}: ${devices.summary}`);
  for (const broken of devices.broken) console.error(broken);
  if (devices.broken.length > 0) process.exitCode = 1;
} finally {
  await server.remove();
}
