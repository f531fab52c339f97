import { generateKeyPairSync } from 'node:crypto';
import { makeLicense } from '#reference-server/configuration/license-key.ts';
import type { Identity } from '../case/identity.ts';
import type { ServerBench } from './server-bench.ts';
import { expectRefusal } from './server-flows.ts';

const dayMs = 24 * 3600 * 1000;

/** Who sells licenses for a bench: a new one each time. */
export interface LicenseIssuer {
  /** PEM. */
  readonly publicKey: string;
  /** A license for so many devices that ends in so many days. */
  license(devices: number, days: number): string;
}

export function makeLicenseIssuer(): LicenseIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    license: (devices, days) =>
      makeLicense({ holder: 'Conformance bench', devices, expires: Date.now() + days * dayMs }, privateKey),
  };
}

/** The server enrolls these, and has no place for the other; one of them re-enrolls all the same. */
export async function expectFull(bench: ServerBench, enrolled: readonly Identity[], other: Identity): Promise<void> {
  for (const identity of [...enrolled, ...enrolled.slice(0, 1)]) {
    const outcome = await bench.enroll(identity);
    bench.judge.require(outcome.kind === 'enrolled', `${identity.deviceName} enrolls within the limit`, outcome.kind);
  }
  expectRefusal(bench, await bench.send(await bench.request(other)), 6, 'one device more than the server is for');
}
