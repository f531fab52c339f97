import { hashPassword } from '#reference-server/accounts.ts';
import { ReferenceServer } from '#reference-server/server.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import type { TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import type { Identity } from '../case/identity.ts';
import type { Plan } from '../runner/plan.ts';

/** What a device is told to call. */
export const calledNumber = '14045550100';

/** A password is checked at each exchange of a bench: its hash is made cheap. */
const benchPasswordCost = 256;

/** The honest clearinghouse of one device, which has its account and a call to make. */
export async function createClearinghouse(
  { profile, network }: Plan,
  identity: Identity,
  tls: TlsIdentity,
  options: Partial<ServerOptions>,
): Promise<ReferenceServer> {
  return ReferenceServer.create({
    profile,
    name: network.name,
    configuration: { text: configurationOf(identity), fileName: 'bench.conf' },
    accounts: [{ ...identity, passwordHash: await hashPassword(identity.password, benchPasswordCost) }],
    tls,
    ...options,
  });
}

function configurationOf({ deviceName }: Identity): string {
  return `enroll enabled
routing enabled
cdrs enabled
group "bench"
device ${deviceName} bench enabled
route bench "${calledNumber}" ${deviceName} 1
`;
}
