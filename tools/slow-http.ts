/**
 * Prevents: a server that a single machine keeps from its devices with connections on which it says, or reads, next to
 * nothing. Debian's slowhttptest opens them in its three ways, over cleartext and over TLS, against `muster serve`; meanwhile
 * a device enrolls without a pause, over new connections each time, and must be served within seconds, every time.
 *
 * node tools/slow-http.ts [--connections 2000] [--rate 500] [--seconds 15]
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MusterInFolder } from '#harness/cli/spawned-muster.ts';
import { attack, attacks } from './slow-http/attack.ts';
import { HonestDevice } from './slow-http/honest-device.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '2000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '15' },
  },
});
const size = {
  connections: Number(values.connections),
  perSecond: Number(values.rate),
  seconds: Number(values.seconds),
};
const mostMs = 5000;

const ms = (value: number | undefined): string => `${(value ?? Number.NaN).toFixed(0)} ms`;

for (const kind of attacks) {
  for (const secure of [false, true]) {
    const muster = await MusterInFolder.create();
    try {
      const server = await muster.serve(['--data', 'server']);
      const device = await HonestDevice.create(server.needs, muster.folder);
      const over = attack(secure ? server.needs.tlsUrl : server.needs.httpUrl, kind, size);
      await device.enrollUntil(over);
      const took = device.tookMs.toSorted((a, b) => a - b);
      const { failures } = device;
      const memory = /VmHWM:\s+(\d+)/.exec(await readFile(join('/proc', String(server.pid), 'status'), 'utf8'))?.[1];
      await server.stop('SIGTERM');
      console.log(
        `${kind.name} over ${secure ? 'TLS' : 'cleartext'}: ${took.length} enrollments, ${failures.length} failed; ` +
          `median ${ms(took[Math.floor(took.length / 2)])}, longest ${ms(took.at(-1))}; ` +
          `the server had ${Math.round(Number(memory) / 1024)} MiB at most\n  connections: ${await over}`,
      );
      for (const failure of failures.slice(0, 3)) console.error(`  ${failure}`);
      if (failures.length > 0 || took.length === 0 || (took.at(-1) ?? 0) > mostMs) process.exitCode = 1;
    } finally {
      await muster.remove();
    }
  }
}
