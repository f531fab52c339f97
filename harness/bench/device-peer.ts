import type { CryptoProfile } from '#protocol/pki/profiles.ts';
import type { ServerOptions } from '#reference-server/settings.ts';
import { elsewherePath } from '#simulators/hostile/answer-fault.ts';
import { ObservedListener } from '#simulators/hostile/observed-listener.ts';
import type { TlsIdentity } from '#simulators/hostile/pki-faults.ts';
import { createThirdPartyCa } from '#simulators/third-party-ca.ts';
import type { FixedAxes } from '../case/details.ts';
import type { Identity } from '../case/identity.ts';
import type { Judge } from '../case/judge.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Stage } from '../evidence/repro.ts';
import type { Plan } from '../runner/plan.ts';
import { createClearinghouse } from './bench-clearinghouse.ts';
import { DeviceAnswers } from './device-answers.ts';
import { DeviceExchanges } from './device-exchanges.ts';
import { ShownIdentity } from './shown-identity.ts';
import { ToldEnvironment } from './told-environment.ts';
import { otherNameOf, variationOf } from './variation.ts';

interface PeerParts {
  readonly plan: Plan;
  readonly caseId: string;
  readonly fixes: FixedAxes;
  readonly recorder: Recorder;
  readonly judge: Judge;
  readonly asksForCertificate: boolean;
  readonly identity: Identity;
  readonly profile: CryptoProfile;
  readonly patienceSeconds: number;
}

/** What a device meets, in its pieces. */
export type DevicePeer = Awaited<ReturnType<typeof createPeer>>;

/**
 * A third-party CA, the honest clearinghouse behind a listener with the wire in view, and what the device is told of them.
 * Nothing listens yet.
 */
export async function createPeer(parts: PeerParts, options: Partial<ServerOptions>) {
  const { plan, caseId, fixes, recorder, identity, profile, asksForCertificate, patienceSeconds } = parts;
  const { network } = plan;
  const variation = variationOf(caseId, profile, fixes);
  const thirdParty = await createThirdPartyCa({ profile: plan.profile });
  const shown = await ShownIdentity.create({ host: network.name, thirdParty, variation, profile });
  const clearinghouse = await createClearinghouse(plan, identity, shown.good, options);
  const told = await ToldEnvironment.create(plan, caseId, identity, thirdParty.anchorPem);
  told.fingerprintOf(clearinghouse.authority.certificate.der);
  const listener = new ObservedListener((request) => answers.respond(request), shown.good, profile, asksForCertificate);
  const exchanges = new DeviceExchanges(listener, identity);
  const context = () => ({
    deviceName: identity.deviceName,
    elsewhere: {
      cleartext: `http://${network.name}:${listener.ports.http}${elsewherePath}`,
      otherHost: `https://${otherNameOf(network)}:${listener.ports.tls}${elsewherePath}`,
    },
    patienceSeconds,
  });
  const answers = new DeviceAnswers(clearinghouse, { recorder, exchanges, thirdParty, context, profile });
  return { ...parts, variation, thirdParty, shown, told, listener, exchanges, answers };
}

/** What the device meets from now on, for whoever wants to see it again; undefined: nothing but the honest server. */
export function putOnStage(
  { recorder, answers, told, exchanges }: DevicePeer,
  fault: Stage['fault'] | undefined,
  identity?: TlsIdentity,
): void {
  recorder.stage = fault && {
    fault,
    ...(identity === undefined ? {} : { identity }),
    authority: answers.clearinghouse.authority,
    environment: () => told.now,
    exchanges: exchanges.all,
  };
}
