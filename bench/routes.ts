/**
 * What a call costs the server. A route is looked up among 100 and among 100,000: the ratio says whether it matters how many
 * there are. Then whole authorizations, from XML to XML with signed tokens, by one destination and by eight, against the
 * signatures alone: what is not signature is ours.
 *
 * node bench/routes.ts [routes, default 100000]
 */
import { sign } from 'node:crypto';
import { readConfiguration } from '#protocol/config-file/parse.ts';
import { encodeMessage } from '#protocol/osp/message.ts';
import { generateKeyPair } from '#protocol/pki/keys.ts';
import { draw, RouteTable } from '#reference-server/clearinghouse/routing.ts';
import { callRequest, enrolled } from '#reference-server/sample-calls.ts';
import { createSampleServer, fleet, fleetConfiguration } from '#reference-server/sample-server.ts';
import { writeResult } from './result.ts';

const full = Number(process.argv[2] ?? 100_000);
const rounds = 5;

/** As a carrier might have it: ten groups, prefixes of two to ten digits, exact numbers among them. */
function routesText(count: number): string {
  const groups = Array.from({ length: 10 }, (_, n) => `group g${n}\n`).join('');
  const lines = Array.from({ length: count }, (_, n) => {
    const digits = String(10_000_000_000 + n * 7919).slice(0, 4 + (n % 8));
    const number = n % 5 === 0 ? String(10_000_000_000 + n) : `${digits}${Math.floor(n / 8)}...`;
    return `route g${n % 10} "+${number}" a.example.com 60 b.example.com 40 c.example.com 0\n`;
  });
  const devices = ['a', 'b', 'c'].map((name) => `device ${name}.example.com g0 enabled\n`).join('');
  return groups + devices + lines.join('');
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Microseconds for each, the median of some rounds. */
async function microseconds(times: number, work: (turn: number) => unknown): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    for (let turn = 0; turn < times; turn++) await work(turn);
    taken.push(((performance.now() - begun) * 1000) / times);
  }
  return median(taken);
}

async function lookUps(count: number): Promise<{ build: number; find: number; worst: number; drawn: number }> {
  const { configuration } = readConfiguration(routesText(count), 'bench.conf');
  const { routes, devices } = configuration;
  const build = (await microseconds(1, () => new RouteTable(routes))) / 1000;
  const table = new RouteTable(routes);
  const numbers = routes.slice(0, 1000).map(({ number }) => number.replace('...', '5550100'));
  const numberOf = (turn: number) => numbers[turn % numbers.length] ?? '';
  const synchronously = (each: (turn: number) => unknown) => () => {
    for (let turn = 0; turn < 10_000; turn++) each(turn);
  };
  const find =
    (await microseconds(
      1,
      synchronously((turn) => table.find(`g${turn % 10}`, numberOf(turn))),
    )) / 10_000;
  const nobody = '9'.repeat(64);
  const worst =
    (await microseconds(
      1,
      synchronously(() => table.find('g3', nobody)),
    )) / 10_000;
  const found = routes[0];
  if (!found || !table.find('g0', numberOf(0))) throw new Error('misrouted');
  const drawn =
    (await microseconds(
      1,
      synchronously(() => draw(found, devices, Math.random)),
    )) / 10_000;
  return { build, find, worst, drawn };
}

const few = await lookUps(100);
const many = await lookUps(full);
const us = (value: number): string => `${value.toFixed(2)} µs`;
console.log(`100 routes: found in ${us(few.find)}, not found in ${us(few.worst)}`);
console.log(
  `${full} routes: found in ${us(many.find)}, not found in ${us(many.worst)}, table ${many.build.toFixed(0)} ms`,
);
console.log(
  `  ${(many.find / few.find).toFixed(1)} times the look-up for ${full / 100} times the routes; draw ${us(many.drawn)}`,
);

const names = Array.from({ length: 8 }, (_, n) => `d${n}.example.com`);
const text = `routing enabled
${fleetConfiguration}${names.map((name) => `device ${name} south enabled\n`).join('')}
route north 1... ${names[0]} 1
route north 8... ${names.map((name) => `${name} 10`).join(' ')}
`;
const { server } = await createSampleServer({ configuration: { text, fileName: 'bench.conf' } });
const { certificate: peerCertificate } = await enrolled(server, fleet.gateway);
const key = await generateKeyPair('p256');
const signature = await microseconds(500, () => sign('sha256', Buffer.alloc(400), key.privateKey));
/** By their destinations: what an authorization costs, by the signatures in it. */
const authorizations: Record<number, number> = {};
for (const [calledNumber, destinations] of [
  ['1404', 1],
  ['8404', 8],
] as const) {
  const body = encodeMessage({ messageId: '1', components: [{ ...callRequest, calledNumber }] });
  const request = { method: 'POST', path: '/osp', headers: {}, body, secure: true, from: 'bench', peerCertificate };
  const cost = await microseconds(500, async () => {
    if ((await server.respond(request)).status !== 200) throw new Error('refused');
  });
  const ratio = cost / (destinations * signature);
  authorizations[destinations] = ratio;
  console.log(
    `an authorization with ${destinations} destination(s): ${us(cost)}, ${Math.round(1e6 / cost)}/s; ${ratio.toFixed(1)} times its signatures (${us(signature)} each)`,
  );
}
writeResult('routes', {
  routes: full,
  lookUpByThatOfAHundred: many.find / few.find,
  authorizationsBySignatures: authorizations,
});
