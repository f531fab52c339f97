/**
 * Prevents: a server that a single machine keeps from its devices with connections on which it says, or reads, next to
 * nothing. Debian's slowhttptest opens them in its three ways, over cleartext and over TLS, against `muster serve`; meanwhile
 * a device enrolls without a pause, over new connections each time, and must be served within seconds, every time.
 *
 * node tools/slow-http.ts [--connections 2000] [--rate 500] [--seconds 15] [--only 'slow read']
 */
import { parseArgs } from 'node:util';
import { attacks } from './slow-http/attack.ts';
import { besides } from './slow-http/siege.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '2000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '15' },
    only: { type: 'string' },
  },
});
const size = {
  connections: Number(values.connections),
  perSecond: Number(values.rate),
  seconds: Number(values.seconds),
};

for (const kind of attacks.filter(({ name }) => values.only === undefined || name === values.only)) {
  for (const transport of ['cleartext', 'TLS'] as const) {
    const { summary, failures } = await besides([kind], transport, size);
    console.log(summary);
    for (const failure of failures.slice(0, 3)) console.error(`  ${failure}`);
    if (failures.length > 0) process.exitCode = 1;
  }
}
