import type { LoadRecord, LoadStep } from './load-record.ts';

export const stepNames: Readonly<Record<LoadStep, string>> = {
  enroll: 'enrollment',
  renew: 'renewal',
  tcp: 'TCP connection',
  tls: 'TLS, verified',
  getcacert: 'getcacert',
  request: 'request',
  wait: 'pending',
  retrieve: 'retrieve',
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
  return durationMs > 0 ? ((ends.enrolled + ends.renewed + ends.expected) * 1000) / durationMs : 0;
}
