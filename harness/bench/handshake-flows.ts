import { worthlessSuite } from '#simulators/hostile/raw-tls/cipher-suites.ts';
import type { ClientHello } from '#simulators/hostile/raw-tls/client-hello.ts';
import { faultless, type RawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';
import { versionName, versions } from '#simulators/hostile/raw-tls/numbers.ts';
import { lineIn } from '../profile/statement.ts';
import { meetsAndRefuses } from './certificate-flows.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Mark } from './device-exchanges.ts';
import { enrollHonestly } from './device-flows.ts';
import { meetsInPhase } from './phases.ts';

/** A device meets a TLS server with the good certificate and one fault in the handshake, between two controls. */
export async function refusesHandshake(bench: DeviceBench, fault: RawTlsFault): Promise<void> {
  const { judge } = bench;
  const minimum = minimumVersion(bench);
  if ((fault.deviation.version ?? versions.ssl3) >= minimum) {
    const allowed = `The profile allows TLS from ${versionName(minimum)} on (line “TLS”)`;
    judge.notApplicable(`${allowed}.`, allowed);
  }
  const good = () => bench.tls.presentRaw(faultless[fault.version]);
  await bench.tls.vary();
  await good();
  const mark = bench.seen.mark();
  await meetsInPhase(bench, bench.phase, {
    name: fault.id,
    stage: async () => {
      const excluded = fault.excludes?.(await offerSince(bench, mark));
      if (excluded) judge.notApplicable(excluded, lineIn(bench.plan.statement, 'tls'));
      await bench.tls.presentRaw(fault);
    },
    meet: (phase) => meetsAndRefuses(bench, phase),
    clear: good,
  });
}

/**
 * In the middle of a connection with the good server the handshake begins anew, and another CA’s certificate is shown. A
 * device that declines, or breaks off, keeps to its server; one that takes what is said then has changed it.
 */
export async function keepsToItsServer(bench: DeviceBench, fault: RawTlsFault): Promise<void> {
  const { judge } = bench;
  const good = () => bench.tls.presentRaw(faultless[fault.version]);
  await bench.tls.vary();
  await good();
  await meetsInPhase(bench, bench.phase, {
    name: fault.id,
    stage: () => bench.tls.presentRaw(fault),
    meet: async (phase) => {
      const mark = bench.seen.mark();
      const { kind, detail } = await bench.attempt(phase);
      if (kind === 'unsupported') return false;
      const met = (await bench.seen.contactsSince(mark)).filter(({ renegotiation }) => renegotiation);
      const said = `it says "${kind}" ${detail}`.trim();
      if (met.length === 0) judge.broken(`The device never came so far that the handshake could begin anew: ${said}.`);
      const taken = kind === 'done' || kind === 'pending';
      if (taken && met.some(({ renegotiation }) => renegotiation === 'finished'))
        judge.violation(
          `The device let its server’s certificate be changed for one of another CA, and took the answer: ${said}.`,
        );
      const alert = met.find((contact) => contact.alert)?.alert;
      judge.proved(`asked to begin anew, the device ${alert ? `sent the alert "${alert}"` : 'broke off'}; ${said}`);
      return true;
    },
    clear: good,
    leavesTraces: true,
  });
}

/** What a device offers holds nothing that would be no security: no version below the profile's, no worthless cipher. */
export async function offersWell(bench: DeviceBench, what: 'ciphers' | 'versions'): Promise<void> {
  await bench.reset();
  const mark = bench.seen.mark();
  await enrollHonestly(bench, 'before');
  const { ciphers, versions: offered } = await offerSince(bench, mark);
  const minimum = minimumVersion(bench);
  const bad =
    what === 'ciphers'
      ? ciphers.flatMap((code) => worthlessSuite(code) ?? [])
      : offered.filter((version) => version >= versions.ssl3 && version < minimum).map(versionName);
  const requirement =
    what === 'ciphers'
      ? 'the device offers no cipher without authentication or without encryption'
      : `the device offers no version below ${versionName(minimum)}`;
  const all = what === 'ciphers' ? `${ciphers.length} ciphers` : offered.filter(isVersion).map(versionName).join(', ');
  bench.judge.require(bad.length === 0, requirement, bad.join(', ') || all);
}

async function offerSince(bench: DeviceBench, mark: Mark): Promise<ClientHello> {
  const hello = (await bench.seen.contactsSince(mark)).find(({ clientHello }) => clientHello)?.clientHello;
  return hello ?? bench.judge.broken('The control is red: the device enrolled, and no ClientHello was seen.');
}

function minimumVersion({ profile }: DeviceBench): number {
  return profile.tls.minVersion === 'TLSv1' ? versions.tls10 : versions.tls12;
}

/** Without the numbers that say nothing (RFC 8701). */
function isVersion(version: number): boolean {
  return version >= versions.ssl3 && version <= versions.tls13;
}
