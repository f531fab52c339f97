/**
 * What an enrollment costs the client alone, in CPU time: a simulator of the fleet with all of its checks, against a stub that
 * gives everybody a certificate. Beside it a client that makes the same connections, sends bytes that were made ahead, and checks
 * nothing but what node:tls does. Prints the ratio, writes bench-client.json.
 *
 * node bench/client.ts [enrollments of each turn, default 1000] [turns, default 3]
 */
import { type DrivingKind, drivingKinds } from './driving/order.ts';
import { Driven, startStub } from './driving/processes.ts';
import { median } from './median.ts';
import { writeResult } from './result.ts';

const enrollments = Number(process.argv[2] ?? 1000);
const turns = Number(process.argv[3] ?? 3);
const atOnce = 16;

const stub = await startStub();
const clients = await Promise.all(drivingKinds.map((kind) => Driven.begin(kind, stub.address)));
const costs: Record<DrivingKind, number>[] = [];
// In turns, since machines are never idle; the first turn warms up.
for (let turn = 0; turn <= turns; turn++) {
  const of = {} as Record<DrivingKind, number>;
  for (const client of clients) {
    const from = turn * enrollments;
    of[client.kind] = (await client.enroll(from, from + enrollments, atOnce)) / enrollments;
  }
  if (turn > 0) costs.push(of);
}
const [bare, simulator] = drivingKinds;
const ratio = median(costs.map((of) => of[simulator] / of[bare]));
for (const kind of drivingKinds) {
  console.log(`${kind.padEnd(25)} ${costs.map((of) => of[kind].toFixed(0)).join(', ')} us of CPU`);
}
console.log(`a simulator by bytes alone: ${ratio.toFixed(2)}`);
for (const client of clients) client.end();
stub.end();
writeResult('client', { enrollments, costs, ratio });
