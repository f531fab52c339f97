import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerOrder, WorkerReport, WorkerTask } from './messages.ts';
import { WorkerRun } from './worker-run.ts';

/** The thread of one worker: takes orders from the fleet, and reports to it. */
const port = parentPort;
if (!port) throw new Error('A worker of a fleet runs in a thread of its own.');
const run = new WorkerRun(workerData as WorkerTask, (report: WorkerReport) => port.postMessage(report));
port.on('message', (order: WorkerOrder) => {
  if (order.kind === 'go') void run.go(order.atMs);
  else if (order.kind === 'storm') run.storm(order.atMs);
  else if (order.kind === 'speed') run.speed(order.factor);
  else if (order.kind === 'drain') run.drain();
  else run.stop();
});
await run.prepare();
