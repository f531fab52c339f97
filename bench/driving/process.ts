/** The client side of bench/client.ts, in a process of its own. Told over IPC with what to enroll, and whom; tells what it cost. */
import { Tally } from '#harness/fleet/batch.ts';
import type { TargetAddress } from '#harness/fleet/plan.ts';
import { BareDevices } from './bare-devices.ts';
import { FleetDevices } from './fleet-devices.ts';
import type { DrivingKind, DrivingOrder, DrivingReport } from './order.ts';

let enroll: ((index: number) => Promise<void>) | undefined;

function begin(driving: DrivingKind, address: TargetAddress): void {
  if (driving === 'bytes alone') {
    const devices = new BareDevices(address);
    enroll = (index) => devices.enroll(index);
  } else {
    const devices = new FleetDevices(address, new Tally());
    enroll = async (index) => void (await devices.enroll(index));
  }
}

async function perform(order: DrivingOrder): Promise<DrivingReport> {
  const before = process.cpuUsage();
  if (order.kind === 'begin') begin(order.driving, order.address);
  else {
    let next = order.from;
    const lane = async (): Promise<void> => {
      while (next < order.to) await enroll?.(next++);
    };
    await Promise.all(Array.from({ length: order.atOnce }, lane));
  }
  const { user, system } = process.cpuUsage(before);
  return { us: user + system };
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
