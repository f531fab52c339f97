import { listCases } from '../runner/certification.ts';
import type { CaseListing } from '../runner/events.ts';

/** Every case for devices and servers that there is. */
export async function knownCases(): Promise<readonly CaseListing[]> {
  return listCases({
    profile: 'modern',
    seed: 1,
    device: { kind: 'built-in', persona: 'honest' },
    server: { kind: 'built-in', flaw: 'honest' },
    network: { listen: '127.0.0.1', name: 'localhost', http: 0, tls: 0 },
    workers: 1,
    caseTimeoutSeconds: 60,
  });
}
