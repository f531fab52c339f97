import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerOrder, WorkerReport, WorkerTask } from './messages.ts';
import { WorkerRun } from './worker-run.ts';

/** The thread of one worker: takes orders from the fleet, and reports to it. */
const port = parentPort;
if (!port) throw new Error('A worker of a fleet runs in a thread of its own.');
// Node makes an Error of each certificate that it does not verify itself, and what a fleet tells of errors is their words.
if (process.env.MUSTER_DEBUG !== '1') Error.stackTraceLimit = 0;
const run = new WorkerRun(workerData as WorkerTask, (report: WorkerReport) => port.postMessage(report));
port.on('message', (order: WorkerOrder) => {
  if (order.kind === 'go') void run.go(order.atMs);
  else if (order.kind === 'storm') run.storm(order.atMs);
  else if (order.kind === 'speed') run.speed(order.factor);
  else if (order.kind === 'drain') run.drain();
  else run.stop();
});
await run.prepare();
