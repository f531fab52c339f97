import { worthlessSuite } from '#simulators/hostile/raw-tls/cipher-suites.ts';
import type { ClientHello } from '#simulators/hostile/raw-tls/client-hello.ts';
import { faultless, type RawTlsFault } from '#simulators/hostile/raw-tls/faults.ts';
import { versionName, versions } from '#simulators/hostile/raw-tls/numbers.ts';
import type { DeviceBench } from './device-bench.ts';
import { meetsAndRefuses } from './device-flows.ts';

/** A device meets a TLS server with the good certificate and one fault in the handshake, between two controls. */
export async function refusesHandshake(bench: DeviceBench, fault: RawTlsFault): Promise<void> {
  const { judge } = bench;
  const minimum = minimumVersion(bench);
  if ((fault.deviation.version ?? versions.ssl3) >= minimum) {
    judge.notApplicable(`The profile allows TLS from ${versionName(minimum)} on (line “TLS”).`);
  }
  const hello = await enrollsThroughRawTls(bench, fault.version, 'before');
  const excluded = fault.excludes?.(hello);
  if (excluded) judge.notApplicable(excluded);
  await bench.reset();
  await bench.presentRaw(fault);
  await meetsAndRefuses(bench, 'enroll');
  const { state } = await bench.status();
  judge.require(state !== 'enrolled', 'the refused server left no certificate at the device', `state "${state}"`);
  await enrollsThroughRawTls(bench, fault.version, 'after');
}

/** What a device offers holds nothing that would be no security: no version below the profile's, no worthless cipher. */
export async function offersWell(bench: DeviceBench, what: 'ciphers' | 'versions'): Promise<void> {
  const { ciphers, versions: offered } = await enrollsThroughRawTls(bench, 'any', 'before');
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

/** The versions that a handshake by hand can come to. */
const spoken: Readonly<Record<RawTlsFault['version'], readonly number[]>> = {
  any: [versions.tls12, versions.tls13],
  'TLSv1.2': [versions.tls12],
  'TLSv1.3': [versions.tls13],
};

/** The control: the same responder without a fault. Gives what the device offered. */
async function enrollsThroughRawTls(
  bench: DeviceBench,
  version: RawTlsFault['version'],
  when: 'before' | 'after',
): Promise<ClientHello> {
  const { judge } = bench;
  await bench.reset();
  await bench.presentRaw(faultless[version]);
  bench.recorder.did(`Control ${when} the fault: the device enrolls with the honest responder.`);
  const mark = bench.mark();
  const word = await bench.perform('enroll');
  const contacts = await bench.contactsSince(mark);
  const hello = contacts.find(({ clientHello }) => clientHello)?.clientHello;
  const nothing = contacts.find(({ nothingInCommon }) => nothingInCommon)?.nothingInCommon;
  const wanted = spoken[version];
  if (nothing && hello && !hello.versions.some((one) => wanted.includes(one))) {
    judge.notApplicable(`The device does not offer ${wanted.map(versionName).join(' or ')}.`);
  }
  if (nothing) judge.broken(`The responder speaks too little TLS for this device: ${nothing}.`);
  if (word.kind === 'done' && hello) return hello;
  return judge.broken(`The control ${when} the fault is red: the device says "${word.kind}": ${word.detail}`);
}

function minimumVersion({ profile }: DeviceBench): number {
  return profile.tls.minVersion === 'TLSv1' ? versions.tls10 : versions.tls12;
}

/** Without the numbers that say nothing (RFC 8701). */
function isVersion(version: number): boolean {
  return version >= versions.ssl3 && version <= versions.tls13;
}
