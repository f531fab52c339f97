import type { AnswerFault } from '#simulators/hostile/answer-fault.ts';
import { pkiFaults } from '#simulators/hostile/pki-faults.ts';
import { meetsAndRefuses } from './certificate-flows.ts';
import type { DeviceBench } from './device-bench.ts';
import type { Mark } from './device-exchanges.ts';
import { enrollHonestly } from './device-flows.ts';

/**
 * A device is given no fingerprint. It gets the CA certificate from the verified server, or stops: what came in cleartext
 * is followed by nothing, whoever sent it.
 */
export async function believesTlsAlone(bench: DeviceBench, fault?: AnswerFault): Promise<void> {
  const { judge } = bench;
  await bench.tls.vary();
  await bench.reset();
  await enrollHonestly(bench, 'before');
  await bench.reset();
  bench.answers.tellFingerprint(false);
  await bench.answers.lie(fault);
  const mark = bench.seen.mark();
  const { kind, detail } = await bench.perform('enroll');
  const said = `"${kind}" ${detail}`.trim();
  const canaries = bench.seen.canariesSince(mark);
  const via = authorityVia(bench, mark);
  if (canaries.length > 0 && via !== 'TLS')
    judge.violation(
      `The device sent the ${canaries.join(', ')} after a CA certificate that came in ${via}. It says ${said}.`,
    );
  if (kind === 'done' && via === 'TLS')
    judge.proved('the device was given no fingerprint, and enrolled after a getcacert over verified TLS');
  else if (kind === 'refused-server') judge.proved(`the device was given no fingerprint, and stopped: ${said}`);
  else judge.broken(`The device was given no fingerprint, and neither enrolled nor stopped: ${said}.`);
  await bench.answers.lie(undefined);
  bench.answers.tellFingerprint(true);
  await bench.reset();
  await enrollHonestly(bench, 'after');
}

/** A device that gets the CA certificate over TLS meets a server there that it must refuse. */
export async function asksVerifiedServer(bench: DeviceBench): Promise<void> {
  await bench.tls.vary();
  await bench.reset();
  bench.answers.tellFingerprint(false);
  const mark = bench.seen.mark();
  const { kind, detail } = await bench.perform('enroll');
  if (kind === 'refused-server' && authorityVia(bench, mark) !== 'TLS')
    bench.judge.notApplicable(`The device does not get the CA certificate over TLS; it says ${detail}.`);
  if (kind !== 'done') bench.judge.broken(`The control before the fault is red: the device says "${kind}": ${detail}`);
  await bench.reset();
  await bench.tls.present(pkiFaults['unknown-ca']);
  await meetsAndRefuses(bench, 'enroll');
  const { state } = await bench.status();
  bench.judge.require(state !== 'enrolled', 'the refused server left no certificate at the device', `state "${state}"`);
  await bench.tls.present(pkiFaults.none);
  await enrollHonestly(bench, 'after');
}

/** How the CA certificate came that stood when the device first sent a request. */
function authorityVia(bench: DeviceBench, mark: Mark): 'TLS' | 'cleartext' | 'no answer' {
  const exchanges = bench.seen.since(mark);
  const asked = exchanges.findIndex(({ operation }) => operation === 'request');
  const before = asked < 0 ? exchanges : exchanges.slice(0, asked);
  const last = before.findLast(({ operation, answer }) => operation === 'getcacert' && answer);
  if (!last) return 'no answer';
  return last.request.secure ? 'TLS' : 'cleartext';
}
