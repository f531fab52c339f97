import type { Answer } from '#protocol/messages/answers.ts';
import type { Operation } from '#protocol/messages/requests.ts';
import { decodePairs } from '#protocol/wire.ts';
import type { Persona, QuirkId } from './persona.ts';

const readingQuirks: readonly QuirkId[] = ['garbage-status-as-zero', 'certificate-for-cert', 'reads-raw-only'];

/** Decision point: does this device read answers otherwise than it should? */
export function readsLeniently({ quirks }: Persona): boolean {
  return readingQuirks.some((quirk) => quirks.has(quirk));
}

/** An answer as a careless device reads it, or undefined when even that device finds nothing in it. */
export function decodeLeniently(operation: Operation, body: Uint8Array, { quirks }: Persona): Answer | undefined {
  const values = new Map<string, Buffer>();
  for (const { name, value, raw } of decodePairs(body)) {
    if (!values.has(name)) values.set(name, Buffer.from(quirks.has('reads-raw-only') ? raw : value));
  }
  const text = values.get('status')?.toString('latin1') ?? '';
  const status = quirks.has('garbage-status-as-zero') ? asInteger(text) : Number(text);
  const names = [...(operation === 'getcacert' || quirks.has('certificate-for-cert') ? ['certificate'] : []), 'cert'];
  const certificate = names.map((name) => values.get(name)).find((value) => value !== undefined);
  if (status === 1 && operation !== 'getcacert') return { kind: 'pending' };
  if (status !== 0) return status > 0 ? { kind: 'refused', status } : undefined;
  if (certificate === undefined) return undefined;
  return {
    kind: operation === 'getcacert' ? 'cacert' : 'issued',
    certificate: Buffer.from(certificate.toString('latin1'), 'base64'),
  };
}

/** C's atoi on 32 bits: leading digits count, everything else is 0, and 4294967296 is 0, too. */
function asInteger(text: string): number {
  return Number.parseInt(text, 10) | 0;
}
