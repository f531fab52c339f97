import { failedEnds, type LoadRecord, type LoadStep, loadEnds } from './load-record.ts';

export const stepNames: Readonly<Record<LoadStep, string>> = {
  enroll: 'enrollment',
  renew: 'renewal',
  call: 'call',
  tcp: 'TCP connection',
  tls: 'TLS, verified',
  getcacert: 'getcacert',
  request: 'request',
  wait: 'pending',
  retrieve: 'retrieve',
  authorize: 'authorization',
  usage: 'usage',
  told: 'told to wait',
  rest: 'waited',
  lag: 'start, late by',
};

/** 0.4 ms, 182 ms, 5.0 s. */
export function latencyText(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds >= 100 ? 0 : 1)} ms`;
}

/** What succeeded in each second of the run. */
export function rateOf({ counts: { ends }, durationMs }: LoadRecord): number {
  const succeeded = loadEnds.reduce((sum, end) => sum + (failedEnds.has(end) ? 0 : ends[end]), 0);
  return durationMs > 0 ? (succeeded * 1000) / durationMs : 0;
}
