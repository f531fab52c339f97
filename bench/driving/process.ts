/** The client side of bench/client.ts, in a process of its own. Told over IPC with what to enroll, and whom; tells what it cost. */

import { setImmediate } from 'node:timers/promises';
import { Tally } from '#harness/fleet/batch.ts';
import { makeP256KeyPair } from '#protocol/pki/keys.ts';
import { BareDevices } from './bare-devices.ts';
import { FleetDevices } from './fleet-devices.ts';
import type { DrivingOrder, DrivingReport } from './order.ts';

/** As many as an issued certificate has. */
const certificateBytes = 500;

let enroll: ((index: number) => Promise<void>) | undefined;
const kept: unknown[] = [];

function begin({ driving, address, keeping }: DrivingOrder & { kind: 'begin' }): void {
  if (keeping === 'its key and certificate alone') {
    enroll = async () => void kept.push([makeP256KeyPair(), new Uint8Array(certificateBytes)]);
  } else if (driving === 'bytes alone') {
    const devices = new BareDevices(address);
    enroll = () => devices.enroll();
  } else {
    const connections = keeping === 'kept with its connection' ? 'kept' : 'new';
    const devices = new FleetDevices(address, new Tally(), connections);
    enroll = async (index) => {
      const device = await devices.enroll(index);
      if (keeping !== undefined) kept.push(device);
    };
  }
}

/** What OpenSSL holds goes once the objects that stood for it have gone. */
async function collect(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    gc?.();
    await setImmediate();
  }
}

async function perform(order: DrivingOrder): Promise<DrivingReport> {
  const before = process.cpuUsage();
  if (order.kind === 'begin') begin(order);
  else if (order.kind === 'collect') await collect();
  else {
    let next = order.from;
    const lane = async (): Promise<void> => {
      while (next < order.to) await enroll?.(next++);
    };
    await Promise.all(Array.from({ length: order.atOnce }, lane));
  }
  const { user, system } = process.cpuUsage(before);
  const { rss, heapUsed, external } = process.memoryUsage();
  return { us: user + system, residentBytes: rss, heapBytes: heapUsed + external };
}

process.on('message', (order: DrivingOrder) => {
  perform(order).then(
    (report) => process.send?.(report),
    (thrown: unknown) => {
      throw thrown;
    },
  );
});
process.on('disconnect', () => process.exit());
