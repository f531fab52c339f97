/**
 * What one idle enrolled device costs a fleet in memory: the growth of a client's resident set while devices enroll and are kept,
 * without a connection, and each with its TLS connection held open. Beside it a P-256 pair with the bytes of a certificate, which
 * no device can do without. Prints KiB a device and ratios, writes bench-memory.json.
 *
 * node bench/memory.ts [devices, default 3000]
 */
import { drivingKinds, type Keeping, keepings } from './driving/order.ts';
import { Driven, startStub } from './driving/processes.ts';
import { writeResult } from './result.ts';

const devices = Number(process.argv[2] ?? 3000);
const atOnce = 16;

/** KiB of one device. */
interface Each {
  readonly resident: number;
  readonly heap: number;
}

const stub = await startStub();
const found = {} as Record<Keeping, Each>;
for (const keeping of keepings) {
  const client = await Driven.begin(drivingKinds[1], stub.address, keeping);
  // What is loaded and compiled at first is there once, however many devices there are.
  await client.enroll(0, devices, atOnce);
  const before = await client.memory();
  await client.enroll(devices, 3 * devices, atOnce);
  const after = await client.memory();
  const each = (of: 'residentBytes' | 'heapBytes'): number => (after[of] - before[of]) / (2 * devices) / 1024;
  found[keeping] = { resident: each('residentBytes'), heap: each('heapBytes') };
  const { resident, heap } = found[keeping];
  const ratio = resident / found[keepings[0]].resident;
  console.log(
    `${keeping}: ${resident.toFixed(1)} KiB a device, ${heap.toFixed(1)} of them JavaScript's; ${ratio.toFixed(1)} times the first`,
  );
  client.end();
}
stub.end();
writeResult('memory', { devices, kibEach: found });
