import { CannotDeploy, FileRefused } from '../../subject/server.ts';
import type { ServerBench } from '../server-bench.ts';

/**
 * What a server under test lets us do beyond messages: change devices, set its file, see which of several words at once
 * counted, and move its clock, restart it or give it another CA.
 */
export type Ability = 'devices' | 'files' | 'decisions' | 'control';

/** What the server that is deployed now can be told, found by telling it; its first device is as it was afterwards. */
export async function abilitiesOf(bench: ServerBench): Promise<ReadonlySet<Ability>> {
  const { change, control } = bench.deployment;
  const identity = bench.identity();
  const changes = async (): Promise<void> => {
    for (const what of [{ enabled: false }, { defined: false }, {}]) await change?.({ identity, ...what });
  };
  const found: Record<Ability, boolean> = {
    devices: change !== undefined && (await canBeTold(changes())),
    files: await canBeTold(refusesDuplicate(bench)),
    // What an adapter says of two words at once is its own word, not the server's.
    decisions: control !== undefined,
    control: control !== undefined,
  };
  return new Set((Object.keys(found) as Ability[]).filter((ability) => found[ability]));
}

/** Does a server of these devices refuse a file with a duplicate group? @throws CannotDeploy */
export async function refusesDuplicate({ deployment }: ServerBench): Promise<boolean> {
  const { reload, identities } = deployment;
  if (!reload) throw new CannotDeploy('The configuration file of this server cannot be set.');
  const devices = identities.map(({ deviceName }) => `device ${deviceName} bench enabled\n`).join('');
  try {
    await reload(`enroll enabled\ngroup bench\n${devices}group bench\n`);
    return false;
  } catch (thrown) {
    if (thrown instanceof FileRefused) return true;
    throw thrown;
  }
}

async function canBeTold(telling: Promise<unknown>): Promise<boolean> {
  try {
    await telling;
    return true;
  } catch (thrown) {
    if (thrown instanceof CannotDeploy) return false;
    throw thrown;
  }
}
